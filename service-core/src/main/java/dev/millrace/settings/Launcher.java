package dev.millrace.settings;

import java.util.Locale;

/** How workers come to life. */
public enum Launcher {
    /** Child processes of nobody: they outlive whoever started them. */
    PROCESS,
    /** Threads of the caller, for embedding and tests: they end with it. */
    IN_PROCESS;

    /** The word used in settings and documents. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
