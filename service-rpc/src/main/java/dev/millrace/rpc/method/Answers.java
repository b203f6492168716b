package dev.millrace.rpc.method;

import dev.millrace.task.TaskState;

/** Forms that answers about different things have. */
final class Answers {
    private Answers() {}

    /** Why services could not be looked at. */
    static Shape problems() {
        return Shape.byName("string");
    }

    /** How many tasks of a service are where. */
    static Shape counts() {
        Shape states = Shape.object().titled("counts");
        for (TaskState one : TaskState.values()) states.need(one.word(), "integer", "tasks that are " + one.word());
        return states;
    }

    /** A pause of a queue, of a kind or of a job. */
    static Shape pause() {
        return Shape.object()
                .titled("pause")
                .may("kind", "string?", "the kind; null for the whole queue; absent when a job is held back")
                .may("job", "string", "the job that is held back")
                .may("by", "string", "who holds the job back: operator, pressure or limit")
                .need("reason", "string", "for people; may be empty")
                .need("at", "number", "since when, epoch seconds");
    }

    /** A kind that its rate holds back. */
    static Shape reachedRate() {
        return limitedKind()
                .titled("reached rate")
                .need("rate", "string", "so many in so much time, such as 2/min or 5/10s")
                .need("seconds_remaining", "number", "until the next one may begin");
    }

    /** A kind of which too many have failed in a row. */
    static Shape openBreaker() {
        return limitedKind()
                .titled("open breaker")
                .need("failures", "integer", "attempts that have failed in a row")
                .need("seconds_until_probe", "number", "until one task may try whether it goes again; 0 when one may");
    }

    private static Shape limitedKind() {
        return Shape.object()
                .need("service", "string", "whose kind it is")
                .need("kind", "string", "the kind; empty for the default kind");
    }
}
