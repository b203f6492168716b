package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.Hosted;
import dev.millrace.control.ProcessUse;
import dev.millrace.control.Readiness;
import dev.millrace.control.Resources;
import dev.millrace.control.ServiceControl;
import dev.millrace.job.JobView;
import dev.millrace.job.StepState;
import dev.millrace.json.Json;
import dev.millrace.queue.QueueCounts;
import dev.millrace.rpc.method.MethodSpec.Surroundings;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What {@code daemon.top} tells: resources, jobs and queues at one moment. */
final class TopSnapshot {
    private static final Resources UNKNOWN = new Resources(0, 0, 0, 0, 0, List.of(), 0, List.of());

    private TopSnapshot() {}

    static Shape shape() {
        return Shape.object()
                .titled("snapshot")
                .need("timestamp", "number", "epoch seconds")
                .need("daemon_pid", "integer", "its process")
                .need("uptime_seconds", "number", "seconds since it began")
                .need("pressure_level", "string", "none, low, medium, high or critical")
                .need("daemon_rss_mb", "number", "resident memory of the daemon alone, in MiB")
                .need("memory", memoryShape(), "in MiB")
                .need("processes", processesShape(), "those that do the services' work")
                .need("zombies", "integer", "processes of these that have ended and were not collected")
                .need("gpus", "any[]", "always empty: nothing is known of graphics cards")
                .need("load_average", "number?", "of the last minute")
                .need("load_averages", "number[]", "of the last minute, five and fifteen; empty where not known")
                .need("running_jobs", "integer", "how many")
                .need("active_steps", "integer", "steps that run")
                .needList("job_progress", job(), "jobs that have not ended")
                .need(
                        "services",
                        Shape.byName(Answers.counts()),
                        "by service, tasks by state; those of a large queue are up to twenty seconds old")
                .may("problems", Answers.problems(), "by service, why it could not be looked at");
    }

    private static Shape memoryShape() {
        return Shape.object()
                .need("used_mb", "number", "of the daemon, its services' workers, and what their handlers have started")
                .need("limit_mb", "number", "how much that may be")
                .need("machine_total_mb", "number", "what the machine has")
                .need("machine_available_mb", "number", "what of it is free or can be freed")
                .need("machine_used_mb", "number", "what of it is not");
    }

    private static Shape processesShape() {
        return Shape.object()
                .need("workers", "integer", "workers, with those that their handlers have started")
                .need("limit", "integer", "how many that may be")
                .needList("list", process(), "each of them");
    }

    private static Shape process() {
        return Shape.object()
                .need("pid", "integer", "the process")
                .need("worker_pid", "integer", "the worker that it is, or from which it comes")
                .need("service", "string", "whose worker that is; may be empty")
                .need("command", "string", "its program")
                .need("state", "string", "a word of the system: running, sleeping, zombie and others")
                .need("rss_mb", "number", "its resident memory, in MiB")
                .need("cpu", "number", "cores that it has used since it began, on average")
                .need("threads", "integer", "how many it has")
                .need("started_at", "number", "epoch seconds");
    }

    private static Shape job() {
        return Shape.object()
                .need("service", "string", "whose workers run it")
                .need("job_id", "string", "the job")
                .need("status", "string", "queued, running or paused")
                .need("progress", JobAnswers.progress(), "how many of its steps are where");
    }

    static ObjectNode take(Surroundings around) throws IOException {
        ServiceControl control = around.control();
        Readiness ready = control.readiness();
        Resources used = ready.pressure().resources().orElse(UNKNOWN);
        ObjectNode json = Json.object();
        json.put("timestamp", Time.system().epochSeconds());
        json.put("daemon_pid", around.pid());
        json.put("uptime_seconds", DaemonMethods.rounded(control.uptimeSec()));
        json.put("pressure_level", ready.level().word());
        json.put("daemon_rss_mb", used.daemonMb());
        json.set("memory", memory(used, ready.limits().maxMemoryMb()));
        json.set("processes", processes(used, ready.limits().maxProcesses()));
        json.put("zombies", used.zombies());
        json.putArray("gpus");
        if (used.loads().isEmpty()) json.putNull("load_average");
        else json.put("load_average", used.loads().get(0));
        json.set("load_averages", Json.tree(used.loads()));
        json.put("running_jobs", ready.jobs().size());
        addJobs(around, json);
        return json;
    }

    private static ObjectNode memory(Resources used, double limitMb) {
        ObjectNode json = Json.object().put("used_mb", used.memoryMb()).put("limit_mb", limitMb);
        json.put("machine_total_mb", used.machineMemoryMb());
        json.put("machine_available_mb", used.machineAvailableMb());
        return json.put("machine_used_mb", used.machineMemoryMb() - used.machineAvailableMb());
    }

    private static ObjectNode processes(Resources used, int limit) {
        ObjectNode json = Json.object().put("workers", used.processes()).put("limit", limit);
        ArrayNode list = json.putArray("list");
        for (ProcessUse one : used.list()) {
            ObjectNode entry = list.addObject().put("pid", one.pid()).put("worker_pid", one.worker());
            entry.put("service", one.service()).put("command", one.command()).put("state", one.state());
            entry.put("rss_mb", one.memoryMb()).put("cpu", one.cpu()).put("threads", one.threads());
            entry.put("started_at", one.startedAt());
        }
        return json;
    }

    private static void addJobs(Surroundings around, ObjectNode json) throws IOException {
        ArrayNode list = json.putArray("job_progress");
        ObjectNode services = json.putObject("services");
        long[] steps = {0};
        Map<String, String> problems = around.control().each(hosted -> {
            services.set(hosted.name(), counts(around, hosted));
            for (JobView job : hosted.jobs().open()) {
                steps[0] += job.count(StepState.RUNNING);
                ObjectNode entry =
                        list.addObject().put("service", hosted.name()).put("job_id", job.id());
                entry.put("status", job.state().word()).set("progress", job.progress());
            }
        });
        json.put("active_steps", steps[0]);
        if (!problems.isEmpty()) json.set("problems", Json.tree(problems));
    }

    /** Tasks by state. */
    static ObjectNode counts(Surroundings around, Hosted hosted) throws IOException {
        QueueCounts counts = around.counts().of(hosted.name(), hosted.service().queue()::counts);
        ObjectNode states = Json.object();
        for (TaskState state : TaskState.values()) states.put(state.word(), counts.of(state));
        return states;
    }
}
