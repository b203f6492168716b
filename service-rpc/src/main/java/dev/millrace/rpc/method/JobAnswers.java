package dev.millrace.rpc.method;

import dev.millrace.job.StepState;

/** Forms of answers about jobs. */
final class JobAnswers {
    private JobAnswers() {}

    /** A job. */
    static Shape job() {
        return Shape.object()
                .need("job_id", "string", "its name")
                .need("service", "string", "whose workers run it")
                .need("status", "string", "queued, running, paused, completed, failed or cancelled")
                .need("run", "integer", "its newest run, from 1; resume, modify and recover begin another one")
                .need("config_path", "string?", "the file from which it was read")
                .need("submitted_at", "number", "epoch seconds")
                .need("started_at", "number?", "when it was let in, epoch seconds")
                .need("completed_at", "number?", "when it ended, epoch seconds")
                .need("message", "string", "why it failed or was called off; may be empty")
                .needList("held_by", holder(), "who holds it back; empty for nobody")
                .need("progress", progress(), "how many of its steps are where");
    }

    private static Shape holder() {
        return Shape.object()
                .titled("holder")
                .need("by", "string", "operator, pressure (resources ran short) or limit (it waits for its turn)")
                .need("reason", "string", "for people; may be empty")
                .need("at", "number", "since when, epoch seconds");
    }

    /** How many steps of a job are where. */
    static Shape progress() {
        Shape steps = Shape.object().titled("progress").need("total", "integer", "all of them");
        for (StepState one : StepState.values()) steps.need(one.word(), "integer", "steps that are " + one.word());
        return steps.need("percent", "number", "how many of a hundred steps have ended, however they did");
    }

    /** One step of a job. */
    static Shape step() {
        return Shape.object()
                .titled("step")
                .need("name", "string", "unique in its job")
                .need(
                        "status",
                        "string",
                        "blocked, scheduled, pending, running, done, failed, skipped (a step before it was not done), cancelled or"
                                + " lost (its task was gone before anybody saw it end)")
                .need("depends_on", "string[]", "names of the steps for which it waits")
                .need("kind", "string", "of its task; empty for the default kind")
                .need("run", "integer", "the run of the job to which its newest task belongs")
                .need("task_id", "string", "the id of that task")
                .need("stem", "string?", "the task's unique name; null while it is not submitted")
                .need("attempt", "integer?", "its last attempt, from 1; null when there is none")
                .need("worker", "string?", "who runs it, or ran it last")
                .need("started_at", "number?", "when its last attempt began, epoch seconds")
                .need("completed_at", "number?", "when it ended, epoch seconds")
                .need("runtime", "number?", "of its last attempt, in seconds, once it has ended")
                .need("exit_code", "integer?", "that of its result, when it has one")
                .need("error", "string?", "why it was not done")
                .need("error_class", "string?", "the exception's class")
                .need("timed_out", "boolean?", "true when it ran into its time limit, else null")
                .may(
                        "result",
                        "any",
                        "what its handler gave, in a form of the handler's own; null when there is none, when it takes more than 4 KiB or"
                                + " was not asked for; absent in job.diagnose");
    }

    /** What one attempt of a step came to. */
    static Shape attempt() {
        return Shape.object()
                .titled("attempt")
                .need("item", "string", "the step")
                .need("run", "integer", "the run of the job")
                .need("attempt", "integer", "its number, from 1; 0 of a step that ended without any")
                .need(
                        "outcome",
                        "string",
                        "done, failed, died (with its worker), snoozed or cancelled; skipped or lost of a step that was never tried")
                .need(
                        "type",
                        "string?",
                        "transient when another attempt followed, permanent when none did; null when it was done or snoozed")
                .need(
                        "code",
                        "string?",
                        "failed, timed_out, died or cancelled; skipped or lost of a step that was never tried; null as type is")
                .need("message", "string", "why; may be empty, and is cut at 1,000 characters")
                .need("error_class", "string?", "the exception's class")
                .need("worker", "string?", "who ran it")
                .need("started_at", "number?", "epoch seconds")
                .need("at", "number", "when it ended, epoch seconds; 0 when nobody knows")
                .need("duration_seconds", "number?", "how long it ran")
                .need("exit_code", "integer?", "that of the result, when it has one")
                .need("output_tail", "string", "the last 4 KiB of the task's log; empty for all but its last attempt");
    }

    /** What becomes of a request to begin or go on with a job. */
    static Shape accepted() {
        return Shape.object()
                .need("job_id", "string", "the job; empty when it has no fit name")
                .need("status", "string", "accepted or rejected")
                .need("message", "string?", "what follows, or why not")
                .may(
                        "reason",
                        "string",
                        "why it was rejected: bad_job, already_active, not_running, pressure, shutting_down, not_resumable,"
                                + " unknown_job, unknown_service, bad_task")
                .may("code", "integer", "the number that the same refusal has as an error, such as -32004");
    }
}
