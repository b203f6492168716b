package dev.millrace.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.queue.Claim;
import dev.millrace.task.ChunkWrapper;
import dev.millrace.task.Outcome;
import dev.millrace.time.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * One attempt: what its handler sees, and the one place that says who may still decide how it ends.
 *
 * <p>The handler's own thread, the timeout and the end of the process all want to settle an attempt. {@link #decide()}
 * lets exactly one of them; an interrupt reaches the thread only while the handler has it.
 */
final class RunningTask implements TaskContext {
    private final Claim claim;
    private final WorkerOptions options;
    private final String worker;
    private final Time time;
    private final TaskLog log;
    private final @Nullable Duration timeout;
    private final long startedNanos;
    private volatile double progressAt;
    private volatile double progress;
    private volatile String progressMessage = "";
    private volatile boolean cancelled;
    private @Nullable Thread handlerThread;
    private @Nullable String stopReason;
    private long stopNanos;
    private boolean decided;
    private boolean calledOff;

    RunningTask(Claim claim, WorkerOptions options, String worker, Time time, TaskLog log) {
        this.claim = claim;
        this.options = options;
        this.worker = worker;
        this.time = time;
        this.log = log;
        this.timeout = claim.document().timeout().or(options::taskTimeout).orElse(null);
        this.startedNanos = time.nanos();
        this.progressAt = time.epochSeconds();
    }

    Claim claim() {
        return claim;
    }

    /** Nothing more is logged. */
    void closeLog() {
        log.close();
    }

    // ------------------------------------------------------------------ who may do what

    /** The handler is about to run on the calling thread. */
    synchronized void handlerBegins() {
        handlerThread = Thread.currentThread();
        if (cancelled) handlerThread.interrupt();
    }

    /** The handler has returned; from here on no interrupt comes, and one that came is forgotten. */
    synchronized void handlerEnded() {
        handlerThread = null;
        boolean unusedInterrupt = Thread.interrupted();
        if (unusedInterrupt) log.debug("an interrupt came as the handler ended");
    }

    /** True for the first who asks: it settles the attempt. */
    synchronized boolean decide() {
        boolean first = !decided;
        decided = true;
        return first;
    }

    synchronized boolean isDecided() {
        return decided;
    }

    /** Tells the handler to stop and interrupts it; the first reason stands. */
    synchronized void stop(String reason) {
        if (stopReason != null) return;
        stopReason = reason;
        stopNanos = time.nanos();
        cancelled = true;
        if (handlerThread != null) handlerThread.interrupt();
    }

    /** As {@link #stop}, because somebody called the task off. */
    synchronized void callOff(String reason) {
        if (stopReason == null) calledOff = true;
        stop(reason.isEmpty() ? "called off" : reason);
    }

    /** How a task ends that was told to stop: what its handler returned or threw does not count. */
    synchronized Optional<Outcome> stopped() {
        if (stopReason == null) return Optional.empty();
        return Optional.of(calledOff ? new Outcome.Cancelled(stopReason) : new Outcome.Failed(stopReason, ""));
    }

    synchronized Optional<String> stopReason() {
        return Optional.ofNullable(stopReason);
    }

    /** True when the handler was told to stop and has not done so within the grace. */
    synchronized boolean isBeyondGrace() {
        return stopReason != null
                && handlerThread != null
                && time.nanos() - stopNanos > options.grace().toNanos();
    }

    synchronized boolean isInHandler() {
        return handlerThread != null;
    }

    /** The stack of the handler's thread; empty when it is not in the handler. */
    synchronized StackTraceElement[] stack() {
        return handlerThread == null ? new StackTraceElement[0] : handlerThread.getStackTrace();
    }

    Optional<Duration> overdue() {
        if (timeout == null || time.nanos() - startedNanos <= timeout.toNanos()) return Optional.empty();
        return Optional.of(timeout);
    }

    Heartbeat.CurrentTask forHeartbeat() {
        return new Heartbeat.CurrentTask(id(), kind(), Time.toEpochSeconds(claim.claimedAt()), progressAt);
    }

    double progressFraction() {
        return progress;
    }

    String progressMessage() {
        return progressMessage;
    }

    // ------------------------------------------------------------------ what the handler sees

    @Override
    public String id() {
        return claim.id();
    }

    @Override
    public String kind() {
        return claim.document().kind().orElse("");
    }

    @Override
    public ObjectNode args() {
        return claim.document().args().deepCopy();
    }

    @Override
    public ObjectNode serviceArgs() {
        return options.serviceArgs().deepCopy();
    }

    @Override
    public JsonNode plan() {
        return ChunkWrapper.expand(claim.document().plan());
    }

    @Override
    public JsonNode metadata() {
        return ChunkWrapper.expand(claim.document().metadata());
    }

    @Override
    public JsonNode chunk() {
        return ChunkWrapper.chunkOf(claim.document().plan());
    }

    @Override
    public ObjectNode document() {
        return claim.document().body().deepCopy();
    }

    @Override
    public int attempt() {
        return claim.attempt();
    }

    @Override
    public String idempotencyKey() {
        return claim.idempotencyKey();
    }

    @Override
    public String worker() {
        return worker;
    }

    @Override
    public Path appFolder() {
        return options.appFolder();
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void progress(double fraction, String message) {
        progress = Double.isNaN(fraction) ? 0 : Math.max(0, Math.min(1, fraction));
        progressMessage = message;
        progressAt = time.epochSeconds();
    }

    @Override
    public Logger logger() {
        return log;
    }
}
