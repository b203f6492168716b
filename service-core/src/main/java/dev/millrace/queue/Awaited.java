package dev.millrace.queue;

import dev.millrace.task.BatchName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;

/**
 * What a task waits for: another task, or all tasks of a batch file.
 *
 * @param stem the unique name of the task or of the batch
 * @param batch how many tasks the batch file has; 0 for a single task
 */
record Awaited(String stem, int batch) {
    static Awaited task(String stem) {
        return new Awaited(stem, 0);
    }

    boolean isBatch() {
        return batch > 0;
    }

    /** True for one task in a batch file, and for a stranger's file that is called as one. */
    boolean mayBePart() {
        return !isBatch() && BatchName.partOf(stem).isPresent();
    }

    /** True when only a look tells which of both it is. */
    boolean isUnclear() {
        return mayBePart() && !TaskOrder.isOurs(stem);
    }

    int tasks() {
        return Math.max(1, batch);
    }

    String line() {
        return isBatch() ? stem + "\t" + batch : stem;
    }

    /** @throws NumberFormatException when the number behind a batch's name is none */
    static Awaited parse(String line) {
        int tab = line.indexOf('\t');
        return tab < 0 ? task(line) : new Awaited(line.substring(0, tab), Integer.parseInt(line.substring(tab + 1)));
    }

    /** How it ended: so many tasks in each way. */
    record Ending(int done, int failed, int cancelled) {
        /** It is gone, and nobody knows how it ended. */
        static final Ending UNKNOWN = new Ending(0, 0, 0);

        static Ending of(TaskState state) {
            return new Ending(
                    state == TaskState.DONE ? 1 : 0,
                    state == TaskState.FAILED ? 1 : 0,
                    state == TaskState.CANCELLED ? 1 : 0);
        }

        boolean isAllDone() {
            return done > 0 && failed == 0 && cancelled == 0;
        }

        TaskState worst() {
            if (failed > 0) return TaskState.FAILED;
            return cancelled > 0 ? TaskState.CANCELLED : TaskState.DONE;
        }
    }
}
