package dev.millrace.job;

import dev.millrace.task.TaskState;
import java.util.Locale;

/** Where a step of a job is. */
public enum StepState {
    /** It waits for other steps. */
    BLOCKED,
    /** It waits for its time: put off, or to be tried again. */
    SCHEDULED,
    /** It may be begun as soon as its job may. */
    PENDING,
    /** A worker runs it. */
    RUNNING,
    /** It has its result. */
    DONE,
    /** It ended without success. */
    FAILED,
    /** It never ran, because a step for which it waited was not done. */
    SKIPPED,
    /** It was called off. */
    CANCELLED,
    /** Its task is not in the queue any more, and nobody has seen it end. */
    LOST;

    /** The word in answers. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** True when nothing more happens to it by itself. */
    public boolean isEnd() {
        return compareTo(DONE) >= 0;
    }

    static StepState of(TaskState state) {
        return valueOf(state.name());
    }
}
