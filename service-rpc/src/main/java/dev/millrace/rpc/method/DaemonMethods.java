package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.FailurePattern;
import dev.millrace.control.Hosted;
import dev.millrace.control.Readiness;
import dev.millrace.control.Resources;
import dev.millrace.control.ServiceControl;
import dev.millrace.job.JobState;
import dev.millrace.job.JobView;
import dev.millrace.job.StepState;
import dev.millrace.json.Json;
import dev.millrace.rpc.RpcParams;
import dev.millrace.rpc.method.MethodSpec.Surroundings;
import dev.millrace.rpc.server.RpcLoad;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
                                        .need("uptime_seconds", "number", "since when")
                                        .need("shutting_down", "boolean", "true when it ends"),
                                DaemonMethods::health)
                        .instant(),
                MethodSpec.of(
                        "daemon.ready",
                        "Says whether new work is accepted, and why not. Measures now.",
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
                                .need("memory_mb", "number", "of the daemon and its services' workers")
                                .need("memory_limit_mb", "number", "its limit")
                                .need("child_processes", "integer", "workers' processes")
                                .need("process_limit", "integer", "their limit")
                                .need("pressure", "string", "none, low, medium, high or critical")
                                .need("running_jobs", "integer", "how many")
                                .need("job_ids", "string[]", "which")
                                .need("uptime_seconds", "number", "since when"),
                        (around, params) -> around.control().readiness().toJson()),
                MethodSpec.of(
                        "daemon.status",
                        "Tells what the daemon is and has to do.",
                        Shape.object(),
                        Shape.object()
                                .need("pid", "integer", "its process")
                                .need("uptime_seconds", "number", "since when")
                                .need("running_jobs", "integer", "jobs whose steps may begin")
                                .need("total_jobs_active", "integer", "these and those that wait or are paused")
                                .need(
                                        "memory_usage_mb",
                                        "number",
                                        "of the daemon and its services' workers; 0.0 when not measured")
                                .need("version", "string", "of the daemon")
                                .need("services", "string[]", "those that have run under this share")
                                .need(
                                        "calls",
                                        "object",
                                        "of the socket: connections, running, waiting, streams now; accepted, answered, dropped since the start"),
                        DaemonMethods::status),
                MethodSpec.of(
                        "daemon.config",
                        "Gives what really holds: limits of work, and where and how it listens.",
                        Shape.object(),
                        Shape.object()
                                .need(
                                        "limits",
                                        "object",
                                        "max_memory_mb, max_processes, max_pending, max_concurrent_jobs, max_job_history, monitor_interval_sec")
                                .need("limits_file", "string?", "where they were read")
                                .need("apps_path", "string", "the folder of apps")
                                .need("share", "string", "where queues lie")
                                .need("host", "object", "socket and limits of the transport"),
                        DaemonMethods::config),
                MethodSpec.of(
                        "daemon.reload",
                        "Reads the file of limits again, as SIGHUP does. A wrong file changes nothing.",
                        Shape.object(),
                        Shape.object().need("limits", "object", "what holds now"),
                        (around, params) -> {
                            ObjectNode json = Json.object();
                            json.set("limits", around.control().reload().toJson());
                            return json;
                        }),
                MethodSpec.of(
                        "daemon.shutdown",
                        "Ends the daemon. Services and jobs go on without it.",
                        Shape.object().may("graceful", "boolean", "let calls that run come to their end", true),
                        Shape.object().need("shutting_down", "boolean", "true"),
                        (around, params) -> {
                            around.control().drain();
                            around.host().shutdown(params.flag("graceful", true));
                            return Json.object().put("shutting_down", true);
                        }),
                MethodSpec.of(
                        "daemon.rate_limits",
                        "Lists kinds that may not begin now because of their rates, or because too many have failed in a row.",
                        Shape.object(),
                        Shape.object()
                                .need("backends", "object", "by service/kind: service, kind, rate, seconds_remaining")
                                .need(
                                        "open_breakers",
                                        "object",
                                        "by service/kind: service, kind, failures, seconds_until_probe")
                                .need("active_limits", "integer", "how many rates hold a kind back")
                                .need("recent_events_count", "integer", "how often one was reached within an hour"),
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
                        Shape.object()
                                .need(
                                        "patterns",
                                        "object[]",
                                        "each: id, kind, error_class, message, frame, count, helped, gave_up, first_seen, last_seen, example, pattern_type, pattern_name, description, effectiveness_score, priority_score, occurrence_count, quarantine_status, trust_score, retries"),
                        DaemonMethods::patterns),
                MethodSpec.of(
                        "daemon.top",
                        "Takes a snapshot of resources, jobs and queues.",
                        Shape.object(),
                        topShape(),
                        (around, params) -> top(around.control(), around.host())));
    }

    static Shape topShape() {
        return Shape.object()
                .need("timestamp", "number", "epoch seconds")
                .need("daemon_pid", "integer", "its process")
                .need("uptime_seconds", "number", "since when")
                .need("pressure_level", "string", "none, low, medium, high or critical")
                .need("memory", "object", "used_mb, limit_mb, machine_total_mb, machine_available_mb")
                .need("processes", "object", "workers, limit")
                .need("load_average", "number?", "of the last minute")
                .need("running_jobs", "integer", "how many")
                .need("active_steps", "integer", "steps that run")
                .need("job_progress", "object[]", "each: service, job_id, status, progress")
                .need("services", "object", "tasks by state, of each service");
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }

    private static Object health(Surroundings around, RpcParams params) {
        return Json.object()
                .put("status", "ok")
                .put("pid", around.host().pid())
                .put("uptime_seconds", rounded(around.control().uptimeSec()))
                .put("shutting_down", around.control().isShuttingDown());
    }

    private static Object status(Surroundings around, RpcParams params) throws IOException {
        List<String> services = new ArrayList<>();
        int running = 0;
        int active = 0;
        for (Hosted hosted : around.control().hosted()) {
            services.add(hosted.name());
            for (JobView job : hosted.jobs().open()) {
                active++;
                if (job.state() == JobState.RUNNING) running++;
            }
        }
        ObjectNode json = Json.object();
        json.put("pid", around.host().pid());
        json.put("uptime_seconds", rounded(around.control().uptimeSec()));
        json.put("running_jobs", running);
        json.put("total_jobs_active", active);
        json.put(
                "memory_usage_mb",
                around.control().pressure().resources().map(Resources::memoryMb).orElse(0.0));
        json.put("version", around.host().version());
        json.set("services", Json.tree(services));
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

    private static Object patterns(Surroundings around, RpcParams params) throws Exception {
        ObjectNode json = Json.object();
        ArrayNode list = json.putArray("patterns");
        double now = dev.millrace.time.Time.system().epochSeconds();
        for (FailurePattern one : around.control().patterns((int) params.whole("limit", 20, 1, MOST)))
            list.add(one.toJson(now));
        return json;
    }

    static ObjectNode top(ServiceControl control, DaemonHost host) throws IOException {
        Readiness ready = control.readiness();
        Optional<Resources> used = ready.pressure().resources();
        ObjectNode json = Json.object();
        json.put("timestamp", dev.millrace.time.Time.system().epochSeconds());
        json.put("daemon_pid", host.pid());
        json.put("uptime_seconds", rounded(control.uptimeSec()));
        json.put("pressure_level", ready.pressure().level().word());
        json.putObject("memory")
                .put("used_mb", used.map(Resources::memoryMb).orElse(0.0))
                .put("limit_mb", ready.limits().maxMemoryMb())
                .put("machine_total_mb", used.map(Resources::machineMemoryMb).orElse(0.0))
                .put(
                        "machine_available_mb",
                        used.map(Resources::machineAvailableMb).orElse(0.0));
        json.putObject("processes")
                .put("workers", used.map(Resources::processes).orElse(0))
                .put("limit", ready.limits().maxProcesses());
        double load = used.map(Resources::load).orElse(-1.0);
        if (load < 0) json.putNull("load_average");
        else json.put("load_average", load);
        json.put("running_jobs", ready.jobs().size());
        addJobs(control, json);
        return json;
    }

    private static void addJobs(ServiceControl control, ObjectNode json) throws IOException {
        ArrayNode list = json.putArray("job_progress");
        ObjectNode services = json.putObject("services");
        long steps = 0;
        for (Hosted hosted : control.hosted()) {
            var counts = hosted.service().queue().counts();
            ObjectNode states = services.putObject(hosted.name());
            for (var state : dev.millrace.task.TaskState.values()) states.put(state.word(), counts.of(state));
            for (JobView job : hosted.jobs().open()) {
                steps += job.count(StepState.RUNNING);
                ObjectNode entry =
                        list.addObject().put("service", hosted.name()).put("job_id", job.id());
                entry.put("status", job.state().word()).set("progress", job.progress());
            }
        }
        json.put("active_steps", steps);
    }
}
