package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.FailurePattern;
import dev.millrace.control.Resources;
import dev.millrace.control.ServiceControl;
import dev.millrace.job.JobState;
import dev.millrace.job.JobView;
import dev.millrace.json.Json;
import dev.millrace.rpc.RpcParams;
import dev.millrace.rpc.method.MethodSpec.Surroundings;
import dev.millrace.rpc.server.RpcLoad;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code daemon.*}: about the daemon itself, and about everything at once. */
final class DaemonMethods {
    private static final int MOST = 100_000;

    private DaemonMethods() {}

    static List<MethodSpec> all() {
        return List.of(
                MethodSpec.of(
                                "daemon.health",
                                "Says that the daemon lives. Looks at nothing, and is always answered.",
                                Shape.object(),
                                Shape.object()
                                        .need("status", "string", "ok")
                                        .need("pid", "integer", "its process")
                                        .need("uptime_seconds", "number", "seconds since it began")
                                        .need("shutting_down", "boolean", "true when it ends"),
                                DaemonMethods::health)
                        .instant(),
                MethodSpec.of(
                                "daemon.ready",
                                "Says whether new work is accepted, and why not. Measures now; answered while the daemon ends, too.",
                                Shape.object(),
                                Shape.object()
                                        .need("status", "string", "ready or not_ready")
                                        .need(
                                                "reasons",
                                                "string[]",
                                                "why not: shutting_down, pressure, probe_failed, failure_rate_elevated")
                                        .need("accepting_work", "boolean", "what submit looks at")
                                        .need("shutting_down", "boolean", "true when it ends")
                                        .need(
                                                "failure_rate_elevated",
                                                "boolean",
                                                "more than 3 tasks failed for good within a minute")
                                        .need("failures_last_minute", "integer", "how many did")
                                        .need("notifications_degraded", "boolean", "always false: there are none")
                                        .need(
                                                "memory_mb",
                                                "number",
                                                "MiB of the daemon, its services' workers, and what their handlers have started")
                                        .need("memory_limit_mb", "number", "its limit, in MiB")
                                        .need(
                                                "child_processes",
                                                "integer",
                                                "workers' processes, with those that their handlers have started")
                                        .need("process_limit", "integer", "their limit")
                                        .need(
                                                "pressure",
                                                "string",
                                                "none, low, medium, high (what was paused does not go on yet, or a rate holds a kind back, or nobody can say) or critical")
                                        .may("probe_error", "string", "what could not be measured or looked at")
                                        .need("active_limits", "integer", "kinds that their rates hold back")
                                        .need("running_jobs", "integer", "how many")
                                        .need("job_ids", "string[]", "which")
                                        .need("uptime_seconds", "number", "seconds since it began"),
                                (around, params) -> around.control().readiness().toJson())
                        .toTheEnd(),
                MethodSpec.of(
                        "daemon.status",
                        "Tells what the daemon is and has to do.",
                        Shape.object(),
                        Shape.object()
                                .need("pid", "integer", "its process")
                                .need("uptime_seconds", "number", "seconds since it began")
                                .need("running_jobs", "integer", "jobs whose steps may begin")
                                .need("total_jobs_active", "integer", "these and those that wait or are paused")
                                .need(
                                        "memory_usage_mb",
                                        "number",
                                        "MiB of the daemon and its services' workers; 0.0 when not measured")
                                .need("version", "string", "of the daemon")
                                .need("services", "string[]", "those that have run under this share")
                                .need("problems", Answers.problems(), "by service, why it could not be looked at")
                                .need("calls", DaemonAnswers.calls(), "what the socket has to do"),
                        DaemonMethods::status),
                MethodSpec.of(
                        "daemon.config",
                        "Gives what really holds: limits of work, and where and how it listens.",
                        Shape.object(),
                        Shape.object()
                                .need("limits", DaemonAnswers.limits(), "what holds now")
                                .need("limits_file", "string?", "where they were read")
                                .need("apps_path", "string", "the folder of apps")
                                .need("share", "string", "where queues lie")
                                .need("host", DaemonAnswers.host(), "how it listens"),
                        DaemonMethods::config),
                MethodSpec.of(
                        "daemon.reload",
                        "Reads the file of limits again, as SIGHUP does. A wrong file changes nothing.",
                        Shape.object(),
                        Shape.object()
                                .need("limits", DaemonAnswers.limits(), "what holds now")
                                .need(
                                        "after_restart",
                                        "string[]",
                                        "what of the socket is changed, and does not hold yet"),
                        DaemonMethods::reload),
                MethodSpec.of(
                                "daemon.shutdown",
                                "Ends the daemon. Services and jobs go on without it. While it ends it can be told to hurry.",
                                Shape.object().may("graceful", "boolean", "let calls that run come to their end", true),
                                Shape.object().need("shutting_down", "boolean", "true"),
                                (around, params) -> {
                                    boolean graceful = params.flag("graceful", true);
                                    around.control().drain();
                                    around.host().shutdown(graceful);
                                    return Json.object().put("shutting_down", true);
                                })
                        .toTheEnd(),
                MethodSpec.of(
                        "daemon.rate_limits",
                        "Lists kinds that may not begin now because of their rates, or because too many have failed in a row.",
                        Shape.object(),
                        Shape.object()
                                .need(
                                        "backends",
                                        Shape.byName(Answers.reachedRate()),
                                        "by service/kind, those whose rate is reached")
                                .need(
                                        "open_breakers",
                                        Shape.byName(Answers.openBreaker()),
                                        "by service/kind, those of which too many have failed in a row")
                                .need("active_limits", "integer", "how many rates hold a kind back")
                                .need("recent_events_count", "integer", "how often one was reached within an hour")
                                .may("problems", Answers.problems(), "by service, why it could not be looked at"),
                        (around, params) -> around.control().rateLimits()),
                MethodSpec.of(
                        "daemon.clear_rate_limits",
                        "Lets such kinds begin now.",
                        Shape.object().may("instrument", "string", "a kind, or service/kind; all when not given"),
                        Shape.object().need("cleared", "integer", "how many").need("instrument", "string?", "as asked"),
                        (around, params) -> {
                            Optional<String> kind = params.text("instrument");
                            return Json.object()
                                    .put("cleared", around.control().clearRateLimits(kind))
                                    .put("instrument", kind.orElse(null));
                        }),
                MethodSpec.of(
                        "daemon.learning.patterns",
                        "Lists failures that look alike, those that matter most first.",
                        Shape.object().may("limit", "integer", "at most so many", 20),
                        Shape.object().needList("patterns", DaemonAnswers.pattern(), "those that matter most in front"),
                        DaemonMethods::patterns),
                MethodSpec.of(
                        "daemon.top",
                        "Takes a snapshot of resources, jobs and queues.",
                        Shape.object(),
                        TopSnapshot.shape(),
                        (around, params) -> TopSnapshot.take(around)));
    }

    static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }

    private static Object health(Surroundings around, RpcParams params) {
        return Json.object()
                .put("status", "ok")
                .put("pid", around.pid())
                .put("uptime_seconds", rounded(around.control().uptimeSec()))
                .put("shutting_down", around.control().isShuttingDown());
    }

    private static Object status(Surroundings around, RpcParams params) throws IOException {
        List<String> services = new ArrayList<>();
        List<JobState> active = new ArrayList<>();
        Map<String, String> problems = around.control().each(hosted -> {
            services.add(hosted.name());
            for (JobView job : hosted.jobs().open()) active.add(job.state());
        });
        ObjectNode json = Json.object();
        json.put("pid", around.pid());
        json.put("uptime_seconds", rounded(around.control().uptimeSec()));
        json.put(
                "running_jobs",
                active.stream().filter(state -> state == JobState.RUNNING).count());
        json.put("total_jobs_active", active.size());
        json.put(
                "memory_usage_mb",
                around.control().pressure().resources().map(Resources::memoryMb).orElse(0.0));
        json.put("version", around.host().version());
        json.set("services", Json.tree(services));
        json.set("problems", Json.tree(problems));
        json.set("calls", calls(around.host().load()));
        return json;
    }

    private static ObjectNode calls(RpcLoad load) {
        ObjectNode json = Json.object();
        json.put("connections", load.connections()).put("running", load.running());
        json.put("waiting", load.waiting()).put("streams", load.streams());
        json.put("accepted", load.accepted()).put("answered", load.answered());
        return json.put("dropped", load.dropped());
    }

    private static Object config(Surroundings around, RpcParams params) {
        ServiceControl control = around.control();
        ObjectNode json = Json.object();
        json.set("limits", control.limits().toJson());
        json.put(
                "limits_file",
                control.options().limitsFile().map(Object::toString).orElse(null));
        json.put("apps_path", control.options().appsPath().toString());
        json.put("share", String.valueOf(control.options().folder().getParent()));
        json.set("host", around.host().settings());
        return json;
    }

    /** The whole file is looked at before any of it holds. */
    private static Object reload(Surroundings around, RpcParams params) {
        List<String> later = around.host().changedSettings();
        ObjectNode json = Json.object();
        json.set("limits", around.control().reload().toJson());
        json.set("after_restart", Json.tree(later));
        return json;
    }

    private static Object patterns(Surroundings around, RpcParams params) throws Exception {
        ObjectNode json = Json.object();
        ArrayNode list = json.putArray("patterns");
        double now = dev.millrace.time.Time.system().epochSeconds();
        for (FailurePattern one : around.control().patterns((int) params.whole("limit", 20, 1, MOST)))
            list.add(one.toJson(now));
        return json;
    }
}
