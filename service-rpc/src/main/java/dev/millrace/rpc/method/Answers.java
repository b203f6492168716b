package dev.millrace.rpc.method;

/** Forms that several answers have. */
final class Answers {
    private Answers() {}

    /** A job. */
    static Shape job() {
        return Shape.object()
                .need("job_id", "string", "its name")
                .need("service", "string", "whose workers run it")
                .need("status", "string", "queued, running, paused, completed, failed or cancelled")
                .need("run", "integer", "its newest run, from 1; resume, modify and recover begin another one")
                .need("config_path", "string?", "the file from which it was read")
                .need("submitted_at", "number", "epoch seconds")
                .need("started_at", "number?", "when it was let in")
                .need("completed_at", "number?", "when it ended")
                .need("message", "string", "why it failed or was called off; may be empty")
                .need("held_by", "object[]", "who holds it back: by (operator, pressure or limit), reason, at")
                .need(
                        "progress",
                        "object",
                        "steps by state: total, blocked, scheduled, pending, running, done, failed, skipped, cancelled, lost,"
                                + " and percent");
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

    /** Some tasks and what became of them. */
    static Shape tasks(String each) {
        return Shape.object().need("tasks", "object[]", "each: " + each);
    }
}
