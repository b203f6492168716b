package dev.millrace.cli;

import java.io.PrintStream;

/**
 * A bar on one line that is drawn over.
 *
 * <p>Own lines rather than the library me.tongfei:progressbar: that one brings a terminal library with native code, for
 * which JDK 25 prints warnings unless it is started with a flag, and draws from a thread of its own.
 */
final class ProgressBar {
    private static final int NARROWEST = 5;
    private static final int WIDEST = 40;
    private static final String TO_LINE_START = "\r";
    private static final String ERASE_TO_END = "\u001b[K";

    private final PrintStream out;
    private final Terminal terminal;
    private boolean drawn;

    ProgressBar(PrintStream out, Terminal terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Draws it over what was drawn before. Nothing but a terminal can take that. */
    void draw(int done, int all, String label) {
        if (!terminal.interactive()) return;
        out.print(TO_LINE_START + line(done, all, label, terminal.columns()) + ERASE_TO_END);
        out.flush();
        drawn = true;
    }

    /** Takes it away, so that the next line begins where it stood. */
    void erase() {
        if (!drawn) return;
        out.print(TO_LINE_START + ERASE_TO_END);
        out.flush();
        drawn = false;
    }

    /** One column is left free: some terminals wrap when the last one is written. */
    static String line(int done, int all, String label, int columns) {
        int width = Math.max(NARROWEST, Math.min(WIDEST, columns - 4 - TextWidth.of(label)));
        int filled = all == 0 ? width : (int) ((long) width * done / all);
        String bar = "[" + "#".repeat(filled) + ".".repeat(width - filled) + "] " + label;
        return TextWidth.cut(bar, columns - 1, "..");
    }
}
