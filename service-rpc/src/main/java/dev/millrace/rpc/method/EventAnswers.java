package dev.millrace.rpc.method;

import dev.millrace.event.EventEntry;

/** Forms of what happens. */
final class EventAnswers {
    private EventAnswers() {}

    /** One event. */
    static Shape event() {
        return Shape.object()
                .titled("event")
                .need("schema", "string", EventEntry.SCHEMA)
                .need("version", "integer", "grows by one")
                .need("at", "number", "when it happened or was seen, epoch seconds")
                .need(
                        "type",
                        "string",
                        "what happened: job. with submitted, begun_again, queued, running, paused, resumed, completed, failed,"
                                + " cancelled or damaged; step. with where the step is now, or retried; task. with where a"
                                + " task outside of jobs is now, many or missed; worker. with running, restarted, stopped or"
                                + " failed; rate. with limited or free; pressure. with a level, or relieved; daemon. with"
                                + " started, reloaded or stopping; service.start and service.stop, when they were asked for")
                .need("data", data(), "the facts; the type says which of these keys are there");
    }

    private static Shape data() {
        return ofJobs(Shape.object()
                        .may(
                                "service",
                                "string",
                                "where it happened, of all types but daemon.* and levels of pressure"))
                .may("stem", "string", "of task.*: the task's unique name")
                .may("moves", "integer", "of task.many: how many tasks moved, too many to be told one by one")
                .may("pid", "integer", "of worker.* and daemon.started: the process")
                .may("kind", "string", "of rate.*: the kind whose rate is reached, or is not any more")
                .mayAll("of pressure.*: ", pressure())
                .mayAll("of daemon.reloaded: ", DaemonAnswers.limits());
    }

    private static Shape ofJobs(Shape data) {
        return data.may("job_id", "string", "of job.*, step.* and pressure.relieved: the job")
                .may("run", "integer", "of job.* and step.*: which run of the job, from 1")
                .may("item", "string", "of step.*: the step")
                .may("task_id", "string", "of step.* and task.*: the task's id")
                .may("attempt", "integer", "of step.*: its last attempt, from 1; 0 when there is none")
                .may("worker", "string", "of step.* and worker.*: who")
                .may("started_at", "number", "of step.*: when the attempt began, epoch seconds")
                .may("completed_at", "number", "of step.*: when the step ended, epoch seconds")
                .may("error", "string", "of step.*: why it was not done")
                .may("code", "string", "of step.retried: failed, timed_out or died")
                .may("status", "string", "of job.*: where the job is now; of service.*: what was answered")
                .may("held_by", "string[]", "of job.*: who holds the job back, see holder")
                .may(
                        "message",
                        "string",
                        "of job.*: why it failed or was called off, or what is wrong with its file; may be empty");
    }

    /** Said where a level of pressure is reached. */
    private static Shape pressure() {
        return Shape.object()
                .need("memory_mb", "number", "MiB that are used")
                .need("memory_limit_mb", "number", "MiB that may be used")
                .need("child_processes", "integer", "processes that run")
                .need("process_limit", "integer", "how many may")
                .need("pressure", "string", "the level, as in daemon.ready")
                .need("probe_error", "string", "what could not be measured");
    }
}
