package dev.millrace.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.queue.Claim;
import dev.millrace.queue.Dependencies;
import dev.millrace.task.AttemptRules;
import dev.millrace.task.ChunkWrapper;
import dev.millrace.time.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
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
    private final AttemptRules rules;
    private final Supplier<Dependencies> dependencies;
    private final long startedNanos;
    private final double startedAt;
    private final List<Runnable> onStop = new ArrayList<>();
    private volatile @Nullable TaskProgress progress;
    private volatile boolean cancelled;
    private volatile boolean stopping;
    private @Nullable Thread handlerThread;
    private @Nullable Stop stop;
    private long stopNanos;
    private boolean interrupted;
    private boolean decided;

    /**
     * Why a handler must end.
     *
     * @param cause what happened
     * @param reason one line for people
     */
    record Stop(Cause cause, String reason) {
        /** What makes a handler end. */
        enum Cause {
            /** Its time is up. */
            TIMEOUT,
            /** The task is another worker's now. */
            LOST,
            /** Somebody called the task off. */
            CALLED_OFF,
            /** Its worker is drained, and others shall run it. */
            GIVEN_BACK
        }

        /** How long the handler may end by itself before it is interrupted: who calls a task off is in no hurry. */
        private Duration courtesy(Duration grace) {
            return cause == Cause.CALLED_OFF ? grace.dividedBy(2) : Duration.ZERO;
        }
    }

    RunningTask(
            Claim claim,
            AttemptRules rules,
            WorkerOptions options,
            String worker,
            Time time,
            TaskLog log,
            Supplier<Dependencies> dependencies) {
        this.dependencies = dependencies;
        this.claim = claim;
        this.options = options;
        this.worker = worker;
        this.time = time;
        this.log = log;
        this.rules = rules;
        this.startedNanos = time.nanos();
        this.startedAt = time.epochSeconds();
    }

    Claim claim() {
        return claim;
    }

    AttemptRules rules() {
        return rules;
    }

    /** Nothing more is logged. */
    void closeLog() {
        log.close();
    }

    // ------------------------------------------------------------------ who may do what

    /** The handler is about to run on the calling thread. */
    synchronized void handlerBegins() {
        handlerThread = Thread.currentThread();
        interruptWhenDue();
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

    /** Asks the handler to come to an end; gives what it wants to be called then, once. */
    synchronized List<Runnable> askToStop() {
        stopping = true;
        List<Runnable> callbacks = List.copyOf(onStop);
        onStop.clear();
        return callbacks;
    }

    /** Tells the handler to end, and interrupts it when its courtesy is over; the first reason stands. */
    synchronized void stop(Stop why) {
        if (stop != null) return;
        stop = why;
        stopNanos = time.nanos();
        cancelled = true;
        interruptWhenDue();
    }

    /** Interrupts a handler that was told to end and did not do so by itself. */
    synchronized void interruptWhenDue() {
        if (stop == null || interrupted || handlerThread == null) return;
        if (time.nanos() - stopNanos < stop.courtesy(options.grace()).toNanos()) return;
        interrupted = true;
        handlerThread.interrupt();
    }

    synchronized Optional<Stop> stopped() {
        return Optional.ofNullable(stop);
    }

    /** True when the handler was told to stop and has not done so within the grace. */
    synchronized boolean isBeyondGrace() {
        return stop != null
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

    /** The time limit, when it has passed. */
    Optional<Duration> overdue() {
        return rules.timeout().filter(this::hasPassed);
    }

    /** True when the handler is to be asked to come to an end, and was not yet. */
    boolean isSoftOverdue() {
        return !stopping && rules.softTimeout().filter(this::hasPassed).isPresent();
    }

    private boolean hasPassed(Duration limit) {
        return time.nanos() - startedNanos > limit.toNanos();
    }

    Heartbeat.CurrentTask forHeartbeat() {
        Optional<TaskProgress> last = Optional.ofNullable(progress);
        return new Heartbeat.CurrentTask(
                id(),
                kind(),
                Time.toEpochSeconds(claim.claimedAt()),
                last.map(TaskProgress::at).orElse(startedAt),
                last.map(TaskProgress::forHeartbeat));
    }

    /** What was reported last, as a part of the document; a new object each time. */
    Optional<ObjectNode> progressJson() {
        return Optional.ofNullable(progress).map(TaskProgress::toJson);
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
    public Dependencies dependencies() {
        return dependencies.get();
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
    public boolean shouldStop() {
        return stopping || cancelled;
    }

    @Override
    public void onStop(Runnable callback) {
        if (isLateFor(callback)) callBack(callback);
    }

    private synchronized boolean isLateFor(Runnable callback) {
        if (!shouldStop()) onStop.add(callback);
        return shouldStop();
    }

    /** Calls what the handler wanted to be called; its errors are its own. */
    void callBack(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException e) {
            log.warn("a callback of onStop failed", e);
        }
    }

    @Override
    public Optional<Duration> timeLeft() {
        Duration passed = Duration.ofNanos(time.nanos() - startedNanos);
        return rules.timeout().map(limit -> limit.minus(passed)).map(left -> left.isNegative() ? Duration.ZERO : left);
    }

    @Override
    public void progress(double fraction, String message) {
        progress = TaskProgress.of(fraction, message, time.epochSeconds());
    }

    @Override
    public Logger logger() {
        return log;
    }
}
