package dev.millrace.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether new work is accepted, and why not.
 *
 * @param pressure of this moment
 * @param limits what holds
 * @param shuttingDown true when the daemon ends
 * @param failuresLately how many tasks failed for good within the last minute
 * @param heldBack how many kinds may not begin now because of their rates
 * @param jobs the names of the jobs that run
 * @param problem what of kinds and jobs could not be looked at; empty when all could
 * @param uptimeSec since when
 */
public record Readiness(
        Pressure pressure,
        ControlLimits limits,
        boolean shuttingDown,
        int failuresLately,
        int heldBack,
        List<String> jobs,
        String problem,
        double uptimeSec) {
    /** More failures than this within a minute are too many. */
    public static final int FAILURES = 3;

    public Readiness {
        jobs = List.copyOf(jobs);
    }

    public boolean failureRateElevated() {
        return failuresLately > FAILURES;
    }

    /** What is short: resources, or what a rate allows, also when nobody can say. A rate refuses no work. */
    public Pressure.Level level() {
        boolean high = (heldBack > 0 || !problem.isEmpty()) && pressure.level().compareTo(Pressure.Level.HIGH) < 0;
        return high ? Pressure.Level.HIGH : pressure.level();
    }

    /** True when submit takes work: the same truth that submit itself looks at. */
    public boolean acceptsWork() {
        return !shuttingDown && pressure.accepts();
    }

    public boolean isReady() {
        return acceptsWork() && !failureRateElevated();
    }

    private List<String> reasons() {
        List<String> reasons = new ArrayList<>();
        if (shuttingDown) reasons.add("shutting_down");
        if (!pressure.problem().isEmpty()) reasons.add("probe_failed");
        else if (!pressure.accepts()) reasons.add("pressure");
        if (failureRateElevated()) reasons.add("failure_rate_elevated");
        return reasons;
    }

    /** The answer of {@code daemon.ready}. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("status", isReady() ? "ready" : "not_ready");
        json.set("reasons", Json.tree(reasons()));
        json.put("accepting_work", acceptsWork());
        json.put("shutting_down", shuttingDown);
        json.put("failure_rate_elevated", failureRateElevated());
        json.put("failures_last_minute", failuresLately);
        json.put("notifications_degraded", false);
        json.setAll(pressure.toJson(limits, level()));
        if (!problem.isEmpty() && pressure.problem().isEmpty()) json.put("probe_error", problem);
        json.put("active_limits", heldBack);
        json.put("running_jobs", jobs.size());
        json.set("job_ids", Json.tree(jobs));
        json.put("uptime_seconds", Math.round(uptimeSec * 10) / 10.0);
        return json;
    }
}
