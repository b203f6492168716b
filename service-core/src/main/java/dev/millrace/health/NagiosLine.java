package dev.millrace.health;

/**
 * The line of a Nagios plugin: {@code MILLRACE OK - text | performance data}. The data are
 * {@link PerformanceData}.
 */
final class NagiosLine {

    /** The states of a plugin, with the exit codes that Nagios fixes. */
    enum State {
        OK(0),
        WARNING(1),
        CRITICAL(2),
        UNKNOWN(3);

        private final int exitCode;

        State(int exitCode) {
            this.exitCode = exitCode;
        }

        int exitCode() {
            return exitCode;
        }

        static State of(Verdict verdict) {
            return switch (verdict.code()) {
                case Verdict.OK -> OK;
                case Verdict.RESTARTING, Verdict.OBJECTIVE_MISSED -> WARNING;
                case Verdict.NOT_SERVING -> verdict.status().equals(HealthReport.UNKNOWN) ? UNKNOWN : CRITICAL;
                default -> CRITICAL;
            };
        }
    }

    private NagiosLine() {}

    static String of(Judged judged, String app) {
        return line(State.of(judged.verdict()), text(judged, app)) + " | " + PerformanceData.of(judged) + "\n";
    }

    static String unknown(String reason) {
        return line(State.UNKNOWN, reason) + "\n";
    }

    /** A bar would begin the data, a line break the long text. */
    private static String line(State state, String text) {
        String safe = text.replace('|', '/').replaceAll("\\s+", " ").strip();
        return "MILLRACE " + state + " - " + safe;
    }

    private static String text(Judged judged, String app) {
        Verdict verdict = judged.verdict();
        if (!verdict.passed()) return app + ": " + verdict.reason();
        return app + ": " + verdict.status() + ", workers running: " + verdict.workersRunningCount();
    }
}
