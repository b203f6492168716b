package dev.millrace.rpc.method;

import dev.millrace.health.HealthReport;
import dev.millrace.lifecycle.ServeReport;
import java.util.Locale;
import java.util.Map;

/** Forms of answers about a service and its workers. */
final class ServiceAnswers {
    private static final Map<ServeReport.Flag, String> FLAGS = Map.of(
            ServeReport.Flag.RECOVERED, "a running service was taken up again",
            ServeReport.Flag.RECOVERY_REQUIRED, "something is not proven; only stop is possible until it is",
            ServeReport.Flag.LEGACY_FULL_SHUTDOWN,
                    "its record could not be read; every worker that could be found was stopped",
            ServeReport.Flag.RUNTIME_CLEANUP_RETRY, "an earlier stop had not been proven; now it is",
            ServeReport.Flag.ABANDONED,
                    "workers of a host that is lost were given up; that they have ended is not proven",
            ServeReport.Flag.OBSERVED_ONLY, "nothing was mended, because another operation is under way");

    private ServiceAnswers() {}

    /** What a verb of serve answers. */
    static Shape report() {
        return withoutHealth()
                .titled("service report")
                .may("health", health().titled("health document"), "the health document that goes with it");
    }

    /** The same where the health document stands around it. */
    static Shape withoutHealth() {
        Shape report = Shape.object()
                .need("status", "string", "running, degraded, stopped, idle, partial or error")
                .need("workers", "string[]", "those whose loop runs; of service.stop, those that are stopped")
                .need("pending", "string[]", "those whose loop has ended; of service.stop, those that still run")
                .may("client_status", "string", "connected when its queue can be reached")
                .may("queue", Answers.counts(), "tasks by state; absent where nobody counted, as the next two are")
                .may("queue_dir", "string", "the folder of its queue")
                .may("cleanup", cleanup(), "what retention has removed on the way")
                .may("recovery", recovery(), "what became of the tasks of dead workers; only of a fresh start")
                .may("heartbeat_timeout_sec", "number", "the age from which a heartbeat is too old")
                .mayList("worker_health", worker(), "what is known of each worker")
                .may("restarted_workers", "string[]", "those that were restarted since the last look")
                .may("restart_reasons", Shape.byName("string"), "why, by worker");
        for (ServeReport.Flag flag : ServeReport.Flag.values())
            report.may(flag.name().toLowerCase(Locale.ROOT), "boolean", "true when " + FLAGS.get(flag));
        return report.may("message", "string", "what to do; absent when nothing is")
                .may("launch_errors", Shape.byName("string"), "why the last launch of a worker failed, by worker")
                .may("health_path", "string", "where the health document was written; absent when it was not");
    }

    private static Shape cleanup() {
        return Shape.object()
                .need("done", "integer", "files of tasks that were done")
                .need("failed", "integer", "files of tasks that had failed")
                .need("heartbeats", "integer", "heartbeats of workers that are gone");
    }

    private static Shape recovery() {
        return Shape.object()
                .need("recovered", "integer", "tasks that were put back or finished")
                .need("preserved", "integer", "tasks that were left alone, because their workers live");
    }

    private static Shape worker() {
        return Shape.object()
                .titled("worker")
                .need("worker", "string", "its name")
                .need("future_state", "string", "of its loop: pending, running, finished, error or detached")
                .need(
                        "heartbeat_state",
                        "string",
                        "what it says of itself: running, processing, draining, stopped or failed; missing when it says nothing")
                .need("heartbeat_age_sec", "number?", "seconds since it last did; null without a heartbeat")
                .need("healthy", "boolean", "the judgement")
                .need("reason", "string", "why it is not healthy, such as stale-heartbeat(12.3s); empty when it is")
                .need("pid", "integer?", "its process")
                .need("host", "string?", "the machine on which it runs")
                .need("incarnation", "string?", "which life of it this is, 32 hex digits")
                .need("busy_slots", "integer?", "slots in use")
                .need("slots", "integer?", "how many tasks it can run at once")
                .need("current_tasks", "integer?", "how many it says it runs")
                .need("oldest_task_sec", "number?", "for how many seconds the oldest of them has run")
                .need("cpu", "number?", "cores that it uses; 1.0 is one core")
                .need("memory_bytes", "integer?", "its resident memory")
                .need("restarts", "integer", "how often it was restarted since the service was started");
    }

    /** The facts about a service at one moment. */
    static Shape health() {
        return measured(crew(facts())
                .need(
                        "queue",
                        Shape.object().mayAll("", Answers.counts()),
                        "tasks by state; empty where nobody counted")
                .may("restart_reasons", Shape.byName("string"), "why workers were restarted, by worker")
                .may("client_status", "string", "connected when its queue can be reached")
                .may("heartbeat_timeout_sec", "number", "the age from which a heartbeat is too old")
                .may("queue_dir", "string", "the folder of its queue")
                .may("cleanup", cleanup(), "what retention has removed on the way")
                .mayList("worker_health", worker(), "what is known of each worker"));
    }

    private static Shape facts() {
        return Shape.object()
                .need("schema", "string", HealthReport.SCHEMA)
                .need("timestamp", "number", "when the facts were gathered, epoch seconds")
                .need("app", "string", "the app")
                .need("target", "string", "its short name")
                .need("status", "string", "as of service.status");
    }

    private static Shape crew(Shape health) {
        counted(health, "running", "those whose loop runs");
        counted(health, "pending", "those whose loop has ended or was not stopped");
        counted(health, "restarted", "those that were restarted since the last look");
        counted(health, "healthy", "those that are well");
        return counted(health, "unhealthy", "those that are not");
    }

    private static Shape counted(Shape health, String word, String who) {
        return health.need("workers_" + word, "string[]", who)
                .need("workers_" + word + "_count", "integer", "how many they are");
    }

    private static Shape measured(Shape health) {
        return health.may(
                        "queue_ages",
                        ages(),
                        "how long tasks have waited; absent, as the next three are, when not measured")
                .may("latency", latency(), "how long the last tasks took")
                .may("throughput", throughput(), "how many tasks ended lately")
                .may("steward", steward(), "the worker that keeps the house")
                .may("quarantined", "integer", "how many files were laid aside because they are no tasks")
                .may("path", "string", "where it was written; absent when it was not");
    }

    private static Shape ages() {
        return Shape.object()
                .need("oldest_pending_sec", "number?", "seconds since the oldest pending task became ready")
                .need("oldest_running_sec", "number?", "seconds since the oldest running task was claimed")
                .need("oldest_scheduled_due_sec", "number?", "seconds since the task that is most overdue was due");
    }

    private static Shape latency() {
        return Shape.object()
                .need("start_p50_sec", "number?", "from ready to started, the median, in seconds")
                .need("start_p95_sec", "number?", "the same, the 95th percentile")
                .need("run_p50_sec", "number?", "from started to finished, the median, in seconds")
                .need("run_p95_sec", "number?", "the same, the 95th percentile")
                .need("samples", "integer", "of how many tasks");
    }

    private static Shape throughput() {
        return Shape.object()
                .need("done_per_min", "number", "tasks done in a minute")
                .need("failed_per_min", "number", "tasks failed in a minute")
                .need("failure_rate", "number?", "failed among finished, 0 to 1; null when none finished")
                .need("window_sec", "number", "over so many seconds");
    }

    private static Shape steward() {
        return Shape.object().need("worker", "string", "its name").need("since", "number", "since when, epoch seconds");
    }

    /** What the gate says, and what it looked at. */
    static Shape gate() {
        return Shape.object()
                .need("passed", "boolean", "whether the service passes")
                .need(
                        "code",
                        "integer",
                        "0 when it does, else the number of the rule that it breaks, see docs/operating/health-check.md")
                .need("reason", "string", "ok, or one sentence that names what is wrong and the limit")
                .need("status", "string", "the service's status")
                .need("workers_unhealthy_count", "integer", "workers that are not healthy")
                .need("workers_running_count", "integer", "workers that run")
                .need("workers_restarted_count", "integer", "workers that were restarted since the last look")
                .need("restart_rate", "number", "restarted among running; 0 when none runs");
    }

    /** Why a task, or the tasks of a kind, are not run now. */
    static Shape explanation() {
        return Shape.object()
                .need("subject", "string", "as asked")
                .need("kind", "string", "its kind; empty for the default kind")
                .may("stem", "string", "the task's unique name; absent, as the next two are, when a kind was asked for")
                .may("state", "string", "where the task is")
                .may("attempt", "integer", "the attempt that waits or runs, from 1; 0 of a task that has ended")
                .needList("causes", cause(), "what to deal with first in front");
    }

    /** What holds a task back. */
    static Shape cause() {
        return Shape.object()
                .need(
                        "code",
                        "string",
                        "for programs: ended, running, worker_died, dependency, not_started, no_worker, its_worker, not_served,"
                                + " drained, queue_paused, kind_paused, job_paused, not_due, back_off, lease, name_taken, kind_full,"
                                + " key_full, rate, breaker, disk_full, lock_held, clock_skew, in_line or nothing")
                .need("says", "string", "one sentence for people, with names and numbers")
                .need("next", "string", "what to do about it; empty when there is nothing");
    }
}
