package dev.millrace.cli;

/**
 * Colours, where they are wanted. Never the only carrier of a meaning.
 *
 * @param on false to write plain text
 */
record Ink(boolean on) {
    private static final String RESET = "\u001b[0m";

    /** What a text says about the state of things. */
    enum Tone {
        PLAIN(""),
        HEAD("\u001b[1m"),
        FAINT("\u001b[2m"),
        GOOD("\u001b[32m"),
        WATCH("\u001b[33m"),
        BAD("\u001b[31m");

        private final String code;

        Tone(String code) {
            this.code = code;
        }

        /** The tone of a service's, worker's or task's state. */
        static Tone of(String state) {
            return switch (state) {
                case "running", "processing", "done", "ok", "passed", "healthy" -> GOOD;
                case "failed", "error", "degraded", "missing", "partial", "unhealthy" -> BAD;
                case "draining", "blocked", "scheduled", "pending", "stopped", "cancelled" -> WATCH;
                default -> PLAIN;
            };
        }
    }

    String paint(Tone tone, String text) {
        return !on || tone == Tone.PLAIN || text.isBlank() ? text : tone.code + text + RESET;
    }
}
