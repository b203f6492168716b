package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What standard output leads to.
 *
 * @param interactive true for a terminal, where a line can be drawn over
 * @param coloured true where colours are wanted
 * @param columns its width; 0 for a pipe or a file, where nothing is cut
 */
record Terminal(boolean interactive, boolean coloured, int columns) {
    private static final int USUAL_COLUMNS = 80;
    private static final int LEAST_COLUMNS = 20;

    /** A pipe or a file. */
    static Terminal none() {
        return new Terminal(false, false, 0);
    }

    /**
     * This process's own. {@code ./millrace} hands the width over in COLUMNS; NO_COLOR (see no-color.org) and the terminal
     * {@code dumb} are respected.
     */
    static Terminal ofSystem(Map<String, String> variables) {
        return leadsToTerminal(variables) ? of(variables) : none();
    }

    static Terminal of(Map<String, String> variables) {
        boolean dumb = variables.getOrDefault("TERM", "dumb").equals("dumb");
        boolean plain = dumb || !variables.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(!dumb, !plain, columns(variables.getOrDefault("COLUMNS", "")));
    }

    private static int columns(String given) {
        boolean number = given.matches("[0-9]{1,4}");
        return number ? Math.max(LEAST_COLUMNS, Integer.parseInt(given)) : USUAL_COLUMNS;
    }

    /**
     * Java's own console answers for standard input, too, and on newer versions always says yes. Linux knows; elsewhere
     * {@code ./millrace} tells by handing over a width.
     */
    private static boolean leadsToTerminal(Map<String, String> variables) {
        Path output = Path.of("/proc/self/fd/1");
        try {
            String target = Files.readSymbolicLink(output).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException notLinux) {
            return variables.containsKey("COLUMNS");
        }
    }
}
