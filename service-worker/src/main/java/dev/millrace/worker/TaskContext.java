package dev.millrace.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
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

    /** The number of this attempt, from 1. */
    int attempt();

    /** The same for every attempt of this task, different for every other task. */
    String idempotencyKey();

    /** The name of the worker that runs it. */
    String worker();

    /** The app's folder, where relative paths of an app start. */
    Path appFolder();

    /**
     * True when the work should stop: cancelled, timed out, lost to another worker, or the worker is stopping for good.
     * The running thread is interrupted as well.
     */
    boolean isCancelled();

    /**
     * Reports progress; also a sign of life that tells a slow handler from a hung one.
     *
     * @param fraction 0.0 to 1.0; other values are clamped
     * @param message a line for people
     */
    void progress(double fraction, String message);

    /** Writes to the task's own log, {@code logs/<task>.log}. */
    Logger logger();
}
