package dev.millrace.lifecycle;

import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskQueue;
import dev.millrace.storage.Disk;
import dev.millrace.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A submitted task, to be asked about. */
public interface TaskReceipt {
    /** A receipt for what was submitted to a queue directly. */
    static TaskReceipt of(Submission submitted, TaskQueue queue, Disk disk, Time time) {
        return new DirectoryReceipt(submitted.id(), submitted.stem(), submitted.fate(), queue, disk, time);
    }

    /** What people call it. */
    String id();

    /** Its unique name for life. */
    String stem();

    /** Whether it is the task that was submitted, or an earlier one with its unique key. */
    Submission.Fate fate();

    /** Its end, when it has ended. */
    Optional<TaskResult> peek() throws IOException;

    /**
     * Waits for its end.
     *
     * @throws java.util.concurrent.TimeoutException when it has not ended in time; it goes on
     */
    TaskResult await(Duration atMost) throws IOException, InterruptedException, java.util.concurrent.TimeoutException;
}
