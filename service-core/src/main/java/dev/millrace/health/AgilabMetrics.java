package dev.millrace.health;

import dev.millrace.health.Metric.Sample;
import java.util.ArrayList;
import java.util.List;

/** AGILAB's metrics: its names, in its order, with its number formats. */
final class AgilabMetrics {
    private static final List<String> STATUSES = List.of("running", "idle", "degraded", "error", "stopped", "unknown");

    static final List<Metric> ALL = List.of(
            Metric.count("agilab_service_workers_running_count", "Workers that run.", judged ->
                    (long) judged.verdict().workersRunningCount()),
            Metric.count("agilab_service_workers_unhealthy_count", "Workers that are not healthy.", judged ->
                    (long) judged.verdict().workersUnhealthyCount()),
            Metric.count("agilab_service_workers_restarted_count", "Workers restarted since the last look.", judged ->
                    (long) judged.verdict().workersRestartedCount()),
            Metric.figure(
                    "agilab_service_restart_rate",
                    "Restarted among running workers.",
                    judged -> judged.verdict().restartRate()),
            Metric.flag(
                    "agilab_service_health_gate_pass",
                    "1 when the service passes the gate.",
                    judged -> judged.verdict().passed()),
            Metric.count("agilab_service_health_gate_code", "The rule that is broken; 0 when none is.", judged ->
                    (long) judged.verdict().code()),
            Metric.flag(
                    "agilab_service_sla_allow_idle",
                    "1 when an idle service passes the gate.",
                    judged -> judged.thresholds().allowIdle()),
            Metric.count("agilab_service_sla_max_unhealthy", "The most unhealthy workers that pass the gate.", judged ->
                    (long) judged.thresholds().maxUnhealthy()),
            Metric.figure(
                    "agilab_service_sla_max_restart_rate",
                    "The greatest restart rate that passes.",
                    judged -> judged.thresholds().maxRestartRate()),
            new Metric(
                    "agilab_service_status",
                    "1 for the status of the service, 0 for the others.",
                    judged -> statuses(judged.verdict().status())));

    private AgilabMetrics() {}

    private static List<Sample> statuses(String status) {
        List<Sample> samples = new ArrayList<>();
        for (String known : STATUSES) samples.add(Sample.labelled("state", known, known.equals(status) ? "1" : "0"));
        if (!STATUSES.contains(status)) samples.add(Sample.labelled("state", status, "1"));
        return samples;
    }
}
