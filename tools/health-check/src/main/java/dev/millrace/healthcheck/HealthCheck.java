package dev.millrace.healthcheck;

import dev.millrace.health.GateThresholds;
import dev.millrace.health.HealthFormat;
import dev.millrace.health.HealthGate;
import dev.millrace.health.HealthReport;
import dev.millrace.health.Verdict;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/**
 * One run of the command: settings, look, gate, answer on standard output whatever the verdict, one line on standard
 * error, exit code. When something fails there is nothing on standard output (but for Nagios, which reads only that), so
 * that whoever collects it keeps what he had.
 */
final class HealthCheck {
    static final int TOOL_FAILED = 1;
    static final int BAD_COMMAND_LINE = 64;
    private static final int NAGIOS_UNKNOWN = 3;

    private final GateSettings settings;
    private final HealthSource source;
    private final PrintStream out;
    private final PrintStream err;

    HealthCheck(GateSettings settings, HealthSource source, PrintStream out, PrintStream err) {
        this.settings = settings;
        this.source = source;
        this.out = out;
        this.err = err;
    }

    /** Runs once and returns the exit code. */
    int run(List<String> args) {
        CommandLineReader reader = new CommandLineReader();
        try {
            Optional<CheckOptions> options = reader.read(args);
            return options.isPresent() ? check(options.get()) : help(reader);
        } catch (BadCommandLineException e) {
            say("ERROR: " + e.getMessage() + " (see --help)");
            return BAD_COMMAND_LINE;
        }
    }

    private int help(CommandLineReader reader) {
        out.print(reader.help());
        out.flush();
        return 0;
    }

    private int check(CheckOptions options) {
        try {
            Request request = options.request();
            return TimeLimit.within(request.timeout(), () -> look(options)).tell(options);
        } catch (Exception e) {
            return failed(options, e);
        }
    }

    private Answer look(CheckOptions options) throws Exception {
        GateThresholds thresholds = options.overrides().over(settings.of(options.request()));
        HealthReport report = source.look(options.request());
        return new Answer(report, HealthGate.evaluate(report, thresholds), thresholds);
    }

    /** What the look brought, and how it is told. */
    private final class Answer {
        private final HealthReport report;
        private final Verdict verdict;
        private final GateThresholds thresholds;

        Answer(HealthReport report, Verdict verdict, GateThresholds thresholds) {
            this.report = report;
            this.verdict = verdict;
            this.thresholds = thresholds;
        }

        int tell(CheckOptions options) throws UnwritableOutputException {
            String app = options.request().app();
            print(options.format().render(report, verdict, thresholds, app, report.target()));
            if (options.verbose() > 0) say("gate: " + thresholds + ", facts: " + verdict.details());
            say((verdict.passed() ? "OK: " : "FAIL: ") + verdict.reason());
            return options.format().exitCode(verdict);
        }
    }

    private void print(String text) throws UnwritableOutputException {
        out.print(text);
        if (out.checkError()) throw new UnwritableOutputException();
    }

    private int failed(CheckOptions options, Exception e) {
        String text = ErrorText.of(e);
        say("ERROR: " + text);
        if (options.verbose() > 0) e.printStackTrace(err);
        if (options.format() != HealthFormat.NAGIOS) return TOOL_FAILED;
        out.print(HealthFormat.nagiosUnknown(text));
        out.flush();
        return NAGIOS_UNKNOWN;
    }

    private void say(String text) {
        err.println("[service_health_check] " + text.replaceAll("\\s+", " "));
        err.flush();
    }

    /** A full disk or a closed pipe: the answer is lost, and whoever reads it must not take half of it for the whole. */
    static final class UnwritableOutputException extends Exception {
        private static final long serialVersionUID = 1L;

        UnwritableOutputException() {
            super("the answer could not be written to standard output");
        }
    }
}
