package dev.millrace.queue;

import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskMarks;

/**
 * What limits look at in a task.
 *
 * @param kindTag the tag of its kind, see {@link TaskMarks}
 * @param key its concurrency key; empty when it has none
 */
record Turn(long kindTag, String key) {
    /** Of a kind that nobody knows. */
    static final Turn UNLIMITED = new Turn(-2, "");

    static Turn of(TaskMarks marks) {
        return new Turn(marks.kindTag(), "");
    }

    static Turn of(TaskDocument document) {
        return new Turn(TaskMarks.tagOf(document.kind().orElse("")), document.concurrencyKey());
    }
}
