package dev.millrace.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.queue.Dependencies;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;

/** What a handler is given with a task. */
public interface TaskContext {
    /** The task's id, unique in its queue. */
    String id();

    /** The task's kind; empty for the default handler. */
    String kind();

    /** What the submitter gave. Never null; empty when nothing was given. */
    ObjectNode args();

    /** The arguments that the service was started with. */
    ObjectNode serviceArgs();

    /** AGILAB's plan: a chunk wrapper is expanded to a list with this task's share at its place. */
    JsonNode plan();

    /** AGILAB's metadata, expanded like {@link #plan()}. */
    JsonNode metadata();

    /** This task's share of the plan, without the list around it. */
    JsonNode chunk();

    /** The whole document; a copy. */
    ObjectNode document();

    /**
     * The tasks for which this one has waited, and what they came to: those under {@code depends_on}, or, for the callback
     * of a group, the tasks of the group. None for all others.
     */
    Dependencies dependencies();

    /** The number of this attempt, from 1. */
    int attempt();

    /** The same for every attempt of this task, different for every other task. */
    String idempotencyKey();

    /** The name of the worker that runs it. */
    String worker();

    /** The app's folder, where relative paths of an app start. */
    Path appFolder();

    /**
     * True when nobody waits for a result any more: cancelled, timed out, lost to another worker, or the worker is stopping
     * for good. The running thread is interrupted as well.
     */
    boolean isCancelled();

    /**
     * True when the work should come to an end: the soft time limit has passed, or {@link #isCancelled}. After the soft
     * limit alone nothing is interrupted, and what the handler returns counts: a good place to save what is done and
     * return, or to throw {@link SnoozeException} and go on later.
     */
    boolean shouldStop();

    /**
     * Calls back once when {@link #shouldStop} becomes true; at once when it is. For handlers that wait where no interrupt
     * reaches them, for example to close the socket that they read from.
     *
     * @param callback runs on a thread of the worker's, beside the handler; what it throws is written to the task's log
     */
    void onStop(Runnable callback);

    /** The time until this attempt is interrupted, never negative; empty when it has no time limit. */
    Optional<Duration> timeLeft();

    /**
     * Reports progress; also a sign of life that tells a slow handler from a hung one. Cheap: nothing is written. The
     * worker's next heartbeat tells it, and the last report stays in the task's document.
     *
     * @param fraction what is done, 0.0 to 1.0
     * @param message a line for people; the first 200 characters are kept
     * @throws IllegalArgumentException when the fraction is above 1, below 0 or no number, which names it. What was
     *     reported before stands
     */
    void progress(double fraction, String message);

    /** Reports progress without a message, see {@link #progress(double, String)}. */
    default void progress(double fraction) {
        progress(fraction, "");
    }

    /** Writes to the task's own log, {@code logs/<task>.log}. */
    Logger logger();
}
