package dev.millrace.testkit;

import dev.millrace.queue.Member;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.worker.HandlerRegistry;
import dev.millrace.worker.TaskHandler;
import dev.millrace.worker.WorkerLoop;
import dev.millrace.worker.WorkerOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Steps the one worker of a {@link TestService}, and lets time pass for it.
 *
 * <p>Handlers run inside {@link WorkerLoop#step}. When one of them lets time pass, the loop is stepped again from within,
 * which is what another thread does in a real worker: it looks after the handler, whose slot is the only one.
 */
final class Driver implements HandlerClocks.Passing, RecordedHandler.Observer {
    private static final String WORKER = "test-worker";

    /** A worker looks after its tasks four times a second. */
    private static final Duration LOOK = Duration.ofMillis(251);

    /** A handler that sleeps for years is looked after less often. */
    private static final int MOST_LOOKS = 5_000;

    private final TaskQueue queue;
    private final QueuePorts ports;
    private final SteppedTime clocks;
    private final Runnable tick;
    private final TestServiceOptions options;
    private final WaitingTasks waiting;
    private final Consumer<HandlerFailure> failures;
    private @Nullable HandlerRegistry handlers;
    private @Nullable WorkerQueue mine;
    private @Nullable WorkerLoop loop;
    private int depth;
    private int attempts;
    private int mostAttempts;

    Driver(
            TaskQueue queue,
            QueuePorts ports,
            SteppedTime clocks,
            Runnable tick,
            TestServiceOptions options,
            WaitingTasks waiting,
            Consumer<HandlerFailure> failures) {
        this.queue = queue;
        this.ports = ports;
        this.clocks = clocks;
        this.tick = tick;
        this.options = options;
        this.waiting = waiting;
        this.failures = failures;
    }

    // ------------------------------------------------------------------ the worker

    /** A new life of the worker, with these handlers. */
    boolean serve(HandlerRegistry fresh) throws IOException {
        if (isInHandler()) throw new IllegalStateException("a handler cannot be added while one runs");
        Map<String, TaskHandler> observed = new LinkedHashMap<>();
        fresh.byKind().forEach((kind, handler) -> observed.put(kind, new RecordedHandler(handler, this)));
        handlers = new HandlerRegistry(observed, fresh.defaultKind());
        begin();
        return true;
    }

    private void begin() throws IOException {
        end();
        WorkerQueue joined = queue.join(Member.newLife(0, WORKER, ports.random()));
        WorkerOptions workerOptions = WorkerOptions.defaults(options.appFolder())
                .withRules(options.rules())
                .withServiceArgs(options.serviceArgs());
        WorkerLoop fresh = WorkerLoop.inline(joined, queue.layout(), known(handlers), workerOptions, ports);
        fresh.run();
        mine = joined;
        loop = fresh;
    }

    /**
     * The worker dies in the middle of a handler: nothing is put back or closed. The next one, with these handlers, takes
     * over what it left.
     */
    void dieAndComeBack(HandlerRegistry fresh) throws IOException {
        String dead = known(mine).member().incarnation();
        mine = null;
        loop = null;
        depth = 0;
        mostAttempts = Integer.MAX_VALUE;
        serve(fresh);
        known(mine).rescue(dead::equals);
    }

    void end() throws IOException {
        if (loop != null) loop.handBackAll("the worker ends");
        if (mine != null) mine.close();
        loop = null;
        mine = null;
    }

    private static <T> T known(@Nullable T value) {
        if (value == null) throw new IllegalStateException("the service is closed");
        return value;
    }

    boolean isInHandler() {
        return depth > 0;
    }

    @Override
    public void begins() {
        depth++;
        attempts++;
        if (attempts >= mostAttempts) known(loop).park();
    }

    @Override
    public void failed(HandlerFailure failure) {
        failures.accept(failure);
    }

    @Override
    public void ended() {
        depth--;
    }

    // ------------------------------------------------------------------ running

    int drain() throws IOException {
        requireOutside("drain()");
        return attempt(options.drainLimit());
    }

    private int attempt(int most) throws IOException {
        int before = attempts;
        mostAttempts = before + most;
        try {
            while (step() > 0) requireWithin(before, most);
        } finally {
            mostAttempts = Integer.MAX_VALUE;
            known(loop).run();
        }
        known(mine).dropFinishedLogs();
        return attempts - before;
    }

    private int step() throws IOException {
        tick.run();
        int done = known(mine).unblock() + known(mine).promote() + known(loop).step();
        if (known(loop).isExhausted()) begin();
        return done;
    }

    private void requireWithin(int before, int most) throws IOException {
        if (attempts - before < most) return;
        known(mine).release();
        int left = waiting.due();
        if (left > 0)
            throw new AssertionError("drain() made " + (attempts - before) + " attempts, and " + left
                    + " more are due: " + String.join("; ", waiting.described())
                    + ". Does a handler submit itself again, or is a retry's delay 0? If so many are meant, raise"
                    + " drainLimit");
        mostAttempts = Integer.MAX_VALUE;
        known(loop).run();
    }

    /** Everything at the moment when it is due. */
    int run(Duration length) throws IOException {
        requireOutside("run()");
        Instant end = clocks.instant().plus(length);
        int before = attempts;
        while (true) {
            attempt(options.drainLimit());
            Optional<Instant> next = waiting.nextDue().filter(due -> !due.isAfter(end));
            advanceTo(next.orElse(end));
            if (next.isEmpty()) break;
            if (attempts - before > options.drainLimit())
                throw new AssertionError("run(" + length + ") made " + (attempts - before)
                        + " attempts; if so many are meant, raise drainLimit, or let less time pass");
        }
        attempt(options.drainLimit());
        return attempts - before;
    }

    private void advanceTo(Instant moment) {
        Duration left = Duration.between(clocks.instant(), moment);
        if (!left.isNegative()) clocks.advance(left);
    }

    private void requireOutside(String what) {
        if (isInHandler())
            throw new IllegalStateException(what + " was called by a handler; what it submits runs when it has ended");
    }

    // ------------------------------------------------------------------ time

    @Override
    public void advance(Duration length) {
        if (isInHandler()) {
            passInHandler(length, false);
            return;
        }
        clocks.advance(length);
        DrivenService.unchecked(() -> known(mine).promote());
    }

    @Override
    public void sleep(Duration length) throws InterruptedException {
        if (!isInHandler()) DrivenService.unchecked(() -> run(length));
        else if (passInHandler(length, true)) throw new InterruptedException("interrupted in its sleep");
    }

    /** Gives true when the handler was interrupted and wanted to know. */
    private boolean passInHandler(Duration length, boolean endsWithInterrupt) {
        Duration look = max(LOOK, length.dividedBy(MOST_LOOKS));
        WorkerLoop current = known(loop);
        for (Duration left = length; !left.isZero() && !left.isNegative(); left = left.minus(look)) {
            clocks.advance(left.compareTo(look) < 0 ? left : look);
            current.step();
            if (current.isExhausted()) throw new GivenUp();
            if (endsWithInterrupt && Thread.interrupted()) return true;
        }
        return false;
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
