package dev.millrace.task;

import java.util.Locale;
import java.util.Optional;

/** Where a task is in its life. The folder that holds its file bears the same name. */
public enum TaskState {
    /** Waiting for other tasks to end. */
    BLOCKED,
    /** Waiting for its time: delayed, or to be tried again. */
    SCHEDULED,
    /** Ready to be claimed. */
    PENDING,
    /** Claimed by one incarnation of a worker. */
    RUNNING,
    /** Finished; its document carries the result. */
    DONE,
    /** Finished without success, or refused unread; its document or the sidecar beside it says why. */
    FAILED,
    /** Called off before it finished. */
    CANCELLED;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The word in folders, documents and answers. */
    public String word() {
        return word;
    }

    /** True when nothing moves the task out of this state any more but retention. */
    public boolean isTerminal() {
        return this == DONE || this == FAILED || this == CANCELLED;
    }

    /** The state of a word, in any letter case. */
    public static Optional<TaskState> of(String word) {
        for (TaskState state : values())
            if (state.word().equals(word.toLowerCase(Locale.ROOT))) return Optional.of(state);
        return Optional.empty();
    }
}
