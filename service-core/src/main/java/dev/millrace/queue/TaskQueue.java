package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A queue of tasks. Safe for use by several threads; any number of processes may use one directory at once.
 *
 * <p>See the package for why nothing is lost or done twice.
 */
public interface TaskQueue {

    /** A queue in a directory. Nothing is touched before {@link #prepare} or the first call that needs it. */
    static TaskQueue inDirectory(QueueLayout layout, QueueOptions options, QueuePorts ports) {
        return inDirectory(layout, options, ports, PayloadLimits.defaults());
    }

    /** The same with limits for large values. */
    static TaskQueue inDirectory(QueueLayout layout, QueueOptions options, QueuePorts ports, PayloadLimits limits) {
        return new DirectoryQueue(layout, options, ports, limits);
    }

    QueueLayout layout();

    QueueOptions options();

    /**
     * Makes the folders that are missing and checks that the queue can work here: no links, not writable by others
     * unless shared, one file system, room to write. Removes nothing.
     *
     * @throws QueueFolderException when it cannot
     */
    void prepare() throws IOException;

    /**
     * Accepts a task. One that depends on others waits, blocked, until they have ended.
     *
     * @throws InvalidTaskException when the task itself is wrong; nothing was written
     * @throws SubmitException when it could not be made durable
     */
    Submission submit(Task task) throws IOException;

    /**
     * Accepts several tasks, in this order. Each is accepted by itself; on failure the message says how many were.
     *
     * @throws InvalidTaskException when one of them is wrong; nothing was written then
     */
    List<Submission> submitAll(List<Task> tasks) throws IOException;

    /**
     * Accepts a group: all of its tasks and the callback that runs when they have ended, or, whatever happens meanwhile,
     * none of them.
     *
     * @throws InvalidTaskException when one of them is wrong; nothing was written then
     * @throws SubmitException when it could not be made durable
     */
    GroupSubmission submitGroup(TaskGroup group) throws IOException;

    /**
     * Writes a task that is not submitted yet, whole and durable, into a folder on the queue's file system: for callers
     * who must know, also after a crash, whether they have submitted it. {@link #admit} submits it by one rename, so it
     * has been as soon as the file is gone. The task gets a file of its own and stands in line from now on; its
     * unique key, if it has one, is not looked at.
     *
     * @throws InvalidTaskException when the task itself is wrong; nothing was written
     * @throws SubmitException when it could not be made durable
     */
    SetAside setAside(Task task, Path folder) throws IOException;

    /**
     * Submits what was set aside, for good before it returns. May be repeated by anybody.
     *
     * @return false when there is no such file: it has been submitted before
     */
    boolean admit(Path file) throws IOException;

    /** Takes part as a worker or steward. Close it when the incarnation ends. */
    WorkerQueue join(Member member);

    /** What operators may ask. */
    QueueControl control();

    /** Counts the task files by listing; looking changes nothing. */
    QueueCounts counts() throws IOException;

    /** How long the longest waiting and running tasks have been so, by listing. */
    QueueAges ages() throws IOException;

    /** Tasks by state, id and order; looking changes nothing. */
    List<TaskView> list(TaskFilter filter) throws IOException;

    /** The newest task of each id among the tasks of jobs that have files of their own, by names alone; looking changes nothing. */
    default List<TaskView> ofJobs(Set<String> jobs) throws IOException {
        return ofJobs(jobs, EnumSet.allOf(TaskState.class));
    }

    /** The same, of tasks in some states: nobody need list a million that have ended for the few that have not. */
    List<TaskView> ofJobs(Set<String> jobs, Set<TaskState> states) throws IOException;

    /** All tasks that bear an id, or whose unique name it is; the newest first. */
    List<TaskView> find(String id) throws IOException;

    /** One task by its unique name, wherever it lies. */
    Optional<TaskView> locate(String stem) throws IOException;

    /** The tasks for which one waits or has waited; none when it is alone. */
    Dependencies dependencies(TaskRecord task);

    /**
     * What earlier attempts of a task came to, and the last one when it has ended, see docs/reference/tasks.md. A task that
     * was done at its first attempt has none.
     */
    List<JsonNode> attempts(TaskRecord task);

    /**
     * Reads a task's document and, for terminal ones, its outcome, with large values in their places; one that cannot be
     * read stays a reference, with the key {@code problem} beside its hash. Empty when the task has moved or gone
     * meanwhile.
     */
    Optional<TaskRecord> read(TaskView view) throws IOException;
}
