package dev.millrace.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.lifecycle.Service;
import dev.millrace.storage.Disk;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** What can be asked of the tasks of a service; the answers are those of the command line's {@code --json}. */
public interface TaskVerbs {

    /** Those of a service. */
    static TaskVerbs of(Service service, Disk disk, Time time) {
        return new DirectoryTaskVerbs(service, disk, time);
    }

    /**
     * Tasks, the newest first.
     *
     * @param states in these; empty for all
     */
    ObjectNode list(Set<TaskState> states, String matching, String kind, int limit, int offset) throws IOException;

    /** Everything that is known of one task. */
    ObjectNode show(String id) throws IOException;

    /** Waits until tasks have ended, together at most so long, and tells what came of them. */
    default ObjectNode await(List<String> ids, Duration atMost) throws IOException, InterruptedException {
        return await(ids, atMost, () -> false);
    }

    /**
     * The same for somebody who may lose interest.
     *
     * @param givenUp asked about once a second; when true, how things stand is the answer
     */
    ObjectNode await(List<String> ids, Duration atMost, BooleanSupplier givenUp)
            throws IOException, InterruptedException;

    /** Calls tasks off. */
    ObjectNode cancel(TaskSelection selection, String reason) throws IOException;

    /** Runs tasks again that failed or were cancelled. */
    ObjectNode retry(TaskSelection selection) throws IOException, InterruptedException;

    /** Lets tasks that wait for their time begin now. */
    ObjectNode requeue(TaskSelection selection) throws IOException, InterruptedException;

    /** Removes tasks that have ended. */
    ObjectNode discard(TaskSelection selection) throws IOException, InterruptedException;

    /**
     * Holds back a kind, or all; tells what is paused.
     *
     * @param kind empty for the whole queue
     */
    ObjectNode pause(Optional<String> kind, String reason) throws IOException, InterruptedException;

    /** Ends a pause; tells what is still paused. */
    ObjectNode resume(Optional<String> kind) throws IOException, InterruptedException;

    /** What is paused. */
    ObjectNode pauses() throws IOException;

    /** The last lines that a task has logged. */
    ObjectNode logs(String id, int lines) throws IOException;

    /** How far a task is. */
    ObjectNode progress(String id) throws IOException;
}
