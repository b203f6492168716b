package dev.millrace.queue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What operators ask of a queue. Every request lies in the directory, so it outlives whoever made it. */
public interface QueueControl {

    /** What became of a request to call a task off. */
    enum Cancelled {
        /** It was waiting and is cancelled now. */
        NOW,
        /** It runs: its handler is told, then interrupted; its worker ends it. */
        ASKED,
        /** It had ended before. */
        TOO_LATE,
        /** There is no such task. */
        UNKNOWN
    }

    /** What became of a request to change a task that waits or has ended. */
    enum Changed {
        /** It is done. */
        DONE,
        /** Its state does not allow it. */
        WRONG_STATE,
        /** It shares a file with other tasks, which this would touch as well. */
        SHARED,
        /** Its file is no task document; mend it first. */
        UNFIT,
        /** It was run again before. */
        BEFORE,
        /** Another task has its unique key by now. */
        TAKEN,
        /** There is no such task. */
        UNKNOWN
    }

    /**
     * Runs a task again that failed or was cancelled: as a new task with the same id, keys and arguments, whose document
     * names the old one under {@code retry_of}. The old one's file is removed; that of a task in a batch stays. A file
     * that was quarantined is taken as it is now, when it is fit.
     */
    Changed retry(TaskView task) throws IOException, InterruptedException;

    /** As above, of several, and what became of each. */
    default Map<TaskView, Changed> retryAll(List<TaskView> tasks) throws IOException, InterruptedException {
        Map<TaskView, Changed> outcomes = new LinkedHashMap<>();
        for (TaskView task : tasks) outcomes.put(task, retry(task));
        return outcomes;
    }

    /**
     * Those of some tasks that were not run again before: a task of a batch keeps its outcome, and would be named by each
     * look for failed tasks.
     */
    List<TaskView> notRunAgain(List<TaskView> tasks) throws IOException;

    /** Removes a task that has ended from the queue's memory: its document, result and log. */
    default Changed discard(TaskView task) throws IOException {
        return discard(List.of(task));
    }

    /** As above, of tasks that share a file: all that are in it, or none is removed. */
    Changed discard(List<TaskView> together) throws IOException;

    /** As above, of any tasks, and what became of each. */
    default Map<TaskView, Changed> discardAll(List<TaskView> tasks) throws IOException {
        Map<Path, List<TaskView>> files = new LinkedHashMap<>();
        for (TaskView task : tasks)
            files.computeIfAbsent(task.file(), none -> new ArrayList<>()).add(task);
        Map<TaskView, Changed> outcomes = new LinkedHashMap<>();
        for (List<TaskView> together : files.values()) {
            Changed outcome = discard(together);
            for (TaskView task : together) outcomes.put(task, outcome);
        }
        return outcomes;
    }

    /** Lets a task that waits for its time begin now, whether that was put off by its author or after a failure. */
    Changed requeue(TaskView task) throws IOException;

    /** As above, of several, and what became of each. */
    default Map<TaskView, Changed> requeueAll(List<TaskView> tasks) throws IOException {
        Map<TaskView, Changed> outcomes = new LinkedHashMap<>();
        for (TaskView task : tasks) outcomes.put(task, requeue(task));
        return outcomes;
    }

    /**
     * Calls a task off.
     *
     * @param stem its unique name, see {@link TaskView#stem}
     * @param reason for people; stands in the task's document
     */
    Cancelled cancel(String stem, String reason) throws IOException;

    /** As above, of several, and what became of each. */
    default Map<TaskView, Cancelled> cancelAll(List<TaskView> tasks, String reason) throws IOException {
        Map<TaskView, Cancelled> outcomes = new LinkedHashMap<>();
        for (TaskView task : tasks) outcomes.put(task, cancel(task.stem(), reason));
        return outcomes;
    }

    /**
     * Nothing more of a kind is begun, or nothing at all; what runs goes on. Returns a moment later, when the workers of
     * this host have seen it.
     *
     * @param kind the kind; empty for the whole queue
     * @param reason for people
     */
    void pause(Optional<String> kind, String reason) throws IOException, InterruptedException;

    /** Ends a pause, and closes the circuit breaker of the kind; nothing happens when there is none. */
    void resume(Optional<String> kind) throws IOException, InterruptedException;

    /**
     * No further task of a job is begun until this holder lets it go; what runs goes on. Returns a moment later, when the
     * workers of this host have seen it.
     *
     * @param job the job, see {@link JobTaskId}
     * @param by who holds it back; several may, each by itself
     * @param reason for people
     */
    void hold(String job, String by, String reason) throws IOException, InterruptedException;

    /** A holder lets a job go; nothing happens when it held none. */
    void letGo(String job, String by) throws IOException, InterruptedException;

    /** What is paused. */
    Pauses pauses() throws IOException;

    /**
     * Lets a kind begin as if none of it had begun, or failed, lately; false when neither its rate nor its circuit breaker
     * had anything to forget.
     */
    boolean refill(String kind) throws IOException, InterruptedException;

    /**
     * How full a kind and a concurrency key are; looking changes nothing.
     *
     * @param kind the empty one is the default kind
     * @param key empty for none
     */
    LimitState limits(String kind, String key) throws IOException;

    /**
     * The file that lies where a task is to go when it is due, and has its name: another program has used that again. Empty
     * when nothing is in its way.
     */
    Optional<Path> inTheWayOf(TaskView task) throws IOException;

    /**
     * A lock that somebody has been holding for half a second, and without which no such task can be begun: a worker, or
     * whoever submits, was stopped over it, or cut off from the disk. Looking may take that long.
     *
     * @param kind the empty one is the default kind
     * @param key its concurrency key; empty for none
     * @param uniqueKey the unique key of a file that another program dropped; empty for none
     */
    Optional<Path> heldLock(String kind, String key, String uniqueKey) throws IOException, InterruptedException;

    /** How full each of these kinds is, by one look for all of them. */
    default Map<String, LimitState> limits(Set<String> kinds) throws IOException {
        Map<String, LimitState> states = new LinkedHashMap<>();
        for (String kind : kinds) states.put(kind, limits(kind, ""));
        return states;
    }
}
