package dev.millrace.health;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** The forms in which a judged report leaves the house. */
public enum HealthFormat {
    /** The report itself, keys sorted, indented by two. */
    JSON {
        @Override
        public String render(
                HealthReport report, Verdict verdict, GateThresholds thresholds, String app, String target) {
            return new String(SortedJson.bytes(report.toJson()), StandardCharsets.UTF_8);
        }
    },

    /** The text exposition format of Prometheus, 0.0.4: AGILAB's metrics, then ours. */
    PROMETHEUS {
        @Override
        public String render(
                HealthReport report, Verdict verdict, GateThresholds thresholds, String app, String target) {
            return new PrometheusText(app, target).render(new Judged(report, verdict, thresholds));
        }
    },

    /** One line for Nagios and its kin, with performance data. */
    NAGIOS {
        @Override
        public String render(
                HealthReport report, Verdict verdict, GateThresholds thresholds, String app, String target) {
            return NagiosLine.of(new Judged(report, verdict, thresholds), app);
        }

        @Override
        public int exitCode(Verdict verdict) {
            return NagiosLine.State.of(verdict).exitCode();
        }
    };

    /**
     * The text, with a newline at its end.
     *
     * @param app the app as the asker named it
     * @param target the app's short name, may be empty
     */
    public abstract String render(
            HealthReport report, Verdict verdict, GateThresholds thresholds, String app, String target);

    /**
     * What a tool exits with after it has written this form: the verdict's code; for Nagios, whose plugins have four codes
     * of their own, 0 OK, 1 WARNING (restarts, an objective missed), 2 CRITICAL (the other rules) or 3 UNKNOWN (the
     * status is not known).
     */
    public int exitCode(Verdict verdict) {
        return verdict.code();
    }

    /** The word on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The form of a word, which is written in lower case. */
    public static Optional<HealthFormat> of(String word) {
        for (HealthFormat format : values()) if (format.word().equals(word)) return Optional.of(format);
        return Optional.empty();
    }

    /** The line for Nagios when nothing could be asked: {@code MILLRACE UNKNOWN - ...}, with a newline at its end. */
    public static String nagiosUnknown(String reason) {
        return NagiosLine.unknown(reason);
    }
}
