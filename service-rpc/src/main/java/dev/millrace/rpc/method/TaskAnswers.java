package dev.millrace.rpc.method;

/** Forms of answers about tasks. */
final class TaskAnswers {
    private TaskAnswers() {}

    /** Some tasks and what became of them. */
    static Shape tasks(Shape each, String about) {
        return Shape.object().needList("tasks", each, about);
    }

    /** What names one task. */
    static Shape named() {
        return Shape.object().need("id", "string", "its id").need("stem", "string", "its unique name");
    }

    /** The same, and where it is. */
    static Shape placed() {
        return named().need(
                        "state",
                        "string",
                        "where it is: blocked, scheduled, pending, running, done, failed or cancelled");
    }

    /** What a list shows of a task. */
    static Shape listed() {
        return placed().need("attempt", "integer", "the attempt that waits, runs or ended it; 0 when nobody knows")
                .may("kind", "string", "its kind; absent for the default kind")
                .may("worker", "string", "the worker that it asks for")
                .may("worker_name", "string", "who ended it")
                .may("created_at", "number", "when it was submitted, epoch seconds")
                .may("finished_at", "number", "when it ended, epoch seconds")
                .may("runtime", "number", "of its last attempt, in seconds, once it has ended")
                .may("error", "string", "why it failed or was refused")
                .may("progress", progress(), "how far its handler says that it is; absent when it said nothing")
                .need("file", "string", "where its file lies now");
    }

    /** What a handler has reported last. */
    static Shape progress() {
        return Shape.object()
                .need("fraction", "number", "0 to 1")
                .need("message", "string", "for people; may be empty");
    }

    /** Everything that is known of a task. */
    static Shape shown() {
        return listed().needList("attempts", attempt(), "what its attempts came to, the first one in front")
                .need("log", "string?", "the file of what it has logged; null when it has logged nothing")
                .may("refused", "string", "why its file is not run")
                .need(
                        "document",
                        Shape.free().orNull(),
                        "its document, see docs/reference/tasks.md; null when its file is none")
                .need("others", "string[]", "unique names of older tasks with that id")
                .may("waits", waits(), "for which other tasks it waits, or has waited");
    }

    private static Shape waits() {
        return Shape.object()
                .may("group", "string", "the group whose callback it is")
                .need("tasks", "integer", "how many they are")
                .need(
                        "states",
                        Shape.byName("integer"),
                        "how many of them are in which state; none where there are none");
    }

    private static Shape attempt() {
        return Shape.object()
                .need("attempt", "integer", "its number, from 1")
                .need("outcome", "string", "failed, snoozed, died (with its worker), done or cancelled")
                .may("worker", "string", "who ran it")
                .may("claimed_at", "number", "when it began, epoch seconds")
                .may("runtime", "number", "seconds")
                .may("reason", "string", "the error, or what it waits for; cut at 1,000 characters")
                .may("error_class", "string", "the exception's class")
                .may("frame", "string", "where in the code the exception was thrown")
                .may("timed_out", "boolean", "true after the time limit")
                .may("progress", progress().need("at", "number", "when, epoch seconds"), "what it reported last")
                .may("next_due", "number", "when the next attempt was due, epoch seconds")
                .may("rescued_at", "number", "when the death was noticed, epoch seconds");
    }

    /** What becomes of a task that somebody wants to be changed. */
    static Shape changed() {
        return placed().need(
                        "outcome",
                        "string",
                        "done, wrong_state, shared (its file holds other tasks, too), unfit (its file is no task), before (it was run"
                                + " again before), taken (another task has its unique key), unknown, or would in a dry run");
    }

    /** What becomes of a task that is called off. */
    static Shape cancelled() {
        return named().need(
                        "outcome",
                        "string",
                        "now (it waited), asked (it runs, and its worker ends it), too_late, unknown, or would in a dry run");
    }

    /** What is known of a task for which somebody waits. */
    static Shape awaited() {
        return named().need(
                        "state",
                        "string",
                        "where it is; one that is not done, failed or cancelled has not ended in time; unknown when it is gone")
                .may(
                        "result",
                        "any",
                        "of one that is done: what its handler gave, in a form of the handler's own; may be null")
                .may("error", "string", "why it was not done")
                .may("runtime", "number", "of its last attempt, in seconds, once it has ended");
    }

    /** What becomes of a task that is submitted. */
    static Shape taken() {
        return named().may(
                        "unique",
                        "string",
                        "when another task had its unique key: existing or discarded (this is that other one, and nothing was added),"
                                + " or replaced (that other one was cancelled)");
    }

    /** A task as its submitter writes it. */
    static Shape document() {
        return described().may("task_id", "string", "its id; a new one when not given");
    }

    /** Tasks that belong together. */
    static Shape group() {
        return Shape.object()
                .need("name", "string", "for people, 1 to 1,000 characters")
                .need("callback", document(), "a task that runs once when all of them have ended");
    }

    /** What becomes of a group that is submitted. */
    static Shape takenGroup() {
        return Shape.object()
                .need("name", "string", "as given")
                .need("tasks", "integer", "how many, without the callback");
    }

    /** A task as a job names it. */
    static Shape step() {
        return described()
                .need("name", "string", "unique in its job: letters, digits, dashes and underscores")
                .may("depends_on", "string[]", "names of steps that must be done before it");
    }

    private static Shape described() {
        return Shape.object()
                .may("kind", "string", "who handles it; the default kind when not given")
                .may("args", Shape.free(), "for its handler, in a form of the handler's own")
                .andMore();
    }
}
