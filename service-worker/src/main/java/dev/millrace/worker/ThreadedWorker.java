package dev.millrace.worker;

import dev.millrace.event.Event;
import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.lifecycle.WorkerEntry;
import dev.millrace.lifecycle.WorkerOrders;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.queue.Member;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.WorkerQueue;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * {@link Worker} on five threads, each stepping one thing: work, beats and orders, stewardship, tasks that wait for others,
 * and slow chores. None of
 * them waits for another, so a hung handler stops neither the beat nor the service's housekeeping.
 */
final class ThreadedWorker implements Worker {
    private static final Duration ORDERS_EVERY = Duration.ofMillis(250);
    private static final Duration STEWARD_EVERY = Duration.ofMillis(500);
    private static final Duration UNBLOCK_EVERY = Duration.ofMillis(100);
    private static final Duration CHORES_EVERY = Duration.ofSeconds(5);
    private static final Duration BUSY_LOOK = Duration.ofMillis(250);
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(5);
    private static final Duration SETTLE_LOOK = Duration.ofMillis(10);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

    private final WorkerEntry entry;
    private final ServicePorts ports;
    private final WorkerOptions options;
    private final TaskQueue queue;
    private final WorkerQueue mine;
    private final WorkerLoop loop;
    private final BeatWriter beats;
    private final LoadSampler load = new LoadSampler();
    private final Recently recently;
    private final Roster roster;
    private final Steward steward;
    private final OutputLimit output;
    private final StandingOrder orders;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean ending = new AtomicBoolean();
    private volatile boolean replaced;
    private volatile boolean failed;
    private volatile boolean introduced;
    private long beaten;

    ThreadedWorker(
            ServiceFiles files, ServiceRecord record, WorkerEntry entry, ServicePorts ports, HandlerRegistry handlers) {
        this.entry = entry;
        this.ports = ports;
        this.options = WorkerSetup.options(record);
        QueueOptions queueOptions = record.settings().queueOptions();
        this.queue = TaskQueue.inDirectory(
                WorkerSetup.layout(record),
                queueOptions,
                ports.queuePorts(),
                record.settings().payloadLimits());
        this.mine = queue.join(Member.newLife(entry.id(), entry.name(), ports.random()));
        this.roster = new Roster(files, record, ports.time());
        this.mine.knowWorkers(roster::names);
        record.settings().tasks().servedBy(entry.name(), entry.host()).ifPresent(mine::serveOnly);
        this.recently = new Recently(ports.time());
        SlotWorkerLoop slots = new SlotWorkerLoop(
                mine, queue.layout(), handlers, options, ports.queuePorts(), Slots.threads(options.slots()), recently);
        slots.runWhatIsNoticed();
        this.loop = slots;
        this.beats = new BeatWriter(
                ports.queuePorts(),
                queue.layout().heartbeats(),
                mine.member(),
                ports.processes().self(),
                loop,
                options.slots(),
                () -> new BeatWriter.Measured(load.last(), recently.look()));
        this.orders = new StandingOrder(ports.disk(), ports.time(), queue.layout(), entry.name(), ports.events());
        this.output = new OutputLimit(ports.disk(), files.output(entry.name()));
        this.steward = new Steward(files, record, queue, mine, ports);
    }

    @Override
    public void start() {
        beat();
        guarded("orders", this::beatAndOrders);
        thread("millrace-worker", this::work);
        thread("millrace-beat", () -> repeat(ORDERS_EVERY, this::beatAndOrders));
        thread("millrace-steward", () -> repeat(STEWARD_EVERY, this::stewardStep));
        thread("millrace-unblock", () -> repeat(this::untilUnblocking, steward::unblock));
        thread("millrace-chores", () -> repeat(CHORES_EVERY, this::chores));
    }

    private void thread(String name, Runnable body) {
        Thread thread = new Thread(body, name + "-" + entry.name());
        thread.setDaemon(true);
        thread.start();
    }

    // ------------------------------------------------------------------ work

    private void work() {
        try {
            while (loop.phase() != WorkerPhase.STOPPED) {
                int done = guarded("work", loop::step);
                if (loop.isExhausted() && loop.phase() == WorkerPhase.RUNNING) recycle();
                if (done == 0) mine.awaitNews(loop.busy() > 0 ? BUSY_LOOK : options.poll());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    /** Handlers that never returned have used this process up; a fresh one takes its place. */
    private void recycle() {
        failed = true;
        ports.events()
                .accept(new Event.Note("worker " + entry.name()
                        + " ends to be started afresh: too many handlers ignored their interrupt, or the virtual machine is"
                        + " broken"));
        loop.drain();
    }

    private void end() {
        if (!ending.compareAndSet(false, true)) return;
        awaitSettled();
        try {
            mine.close();
        } catch (IOException e) {
            ports.events().accept(new Event.Trouble("leaving outcomes to the steward", e));
        }
        try {
            if (!replaced) beats.end(failed ? Heartbeat.State.FAILED : Heartbeat.State.STOPPED);
        } catch (IOException e) {
            ports.events().accept(new Event.Trouble("cannot write the last heartbeat", e));
        }
        ended.countDown();
    }

    /** Outcomes that are on their way get the chance to arrive; what does not is the steward's. */
    private void awaitSettled() {
        boolean interrupted = Thread.interrupted();
        long start = ports.time().nanos();
        try {
            while (loop.isSettling() && ports.time().nanos() - start < SETTLE_LIMIT.toNanos())
                ports.time().sleep(SETTLE_LOOK);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    // ------------------------------------------------------------------ beats and orders

    private int beatAndOrders() throws IOException {
        followOrders();
        long now = ports.time().nanos();
        if (introduced && now - beaten < options.beatEvery().toNanos()) return 0;
        beaten = now;
        beat();
        return 1;
    }

    private void beat() {
        try {
            if (ending.get() || replaced) return;
            if (beats.isReplaced()) {
                giveWay();
                return;
            }
            beats.beat();
            introduced = true;
        } catch (IOException e) {
            ports.events().accept(new Event.Trouble("cannot write the heartbeat of " + entry.name() + " now", e));
        }
    }

    /** A newer incarnation beats in our place: we were believed dead, and our claims are lost. */
    private void giveWay() {
        replaced = true;
        ports.events().accept(new Event.Note("worker " + entry.name() + " was replaced while it was silent; it ends"));
        loop.handBackAll("replaced");
        mine.wake();
    }

    /**
     * Claims nothing before its first heartbeat is there: whose name nobody has read may be dead or only about to beat, and
     * what such a one leaves behind would be taken up by nobody who has not asked about it for the whole timeout.
     */
    private void followOrders() {
        WorkerPhase phase = loop.phase();
        if (phase == WorkerPhase.DRAINING || phase == WorkerPhase.STOPPED) return;
        Optional<WorkerOrders.Order> order = orders.standing();
        if (order.isEmpty()) return;
        switch (order.get()) {
            case RUN -> {
                if (phase != WorkerPhase.RUNNING && introduced) loop.run();
            }
            case PARK, DRAIN -> {
                if (phase != WorkerPhase.PARKED) loop.park();
                if (orders.isTimeUp()) loop.giveBack("its worker was drained before it had ended");
            }
            case STOP -> loop.drain();
        }
        if (phase != loop.phase()) beaten = 0;
    }

    // ------------------------------------------------------------------ housekeeping

    /** A worker that the record does not name any more was stopped while it could not be told. */
    private int stewardStep() throws IOException {
        if (!roster.stillNames(entry.name())) drain();
        int done = steward.step();
        roster.add(steward.beating());
        return done;
    }

    private int chores() throws IOException {
        load.sample();
        output.step();
        return mine.dropFinishedLogs();
    }

    /** Where nothing waits for others there is less to look for. */
    private Duration untilUnblocking() {
        return steward.hasBlocked() ? UNBLOCK_EVERY : STEWARD_EVERY;
    }

    private interface Step {
        int step() throws IOException;
    }

    private void repeat(Duration every, Step step) {
        repeat(() -> every, step);
    }

    private void repeat(Supplier<Duration> every, Step step) {
        try {
            while (!ending.get()) {
                guarded("housekeeping", step);
                if (ended.await(every.get().toNanos(), TimeUnit.NANOSECONDS)) return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The only place that catches everything: a step that failed is tried again, and told. */
    private int guarded(String what, Step step) {
        try {
            return step.step();
        } catch (IOException | RuntimeException e) {
            ports.events().accept(new Event.Trouble(entry.name() + ": " + what + " failed; it is tried again", e));
            return 0;
        } catch (Error e) {
            failed = true;
            drain();
            ports.events()
                    .accept(new Event.Trouble(
                            entry.name() + ": " + what + " is broken; the worker ends to be started afresh", e));
            return 0;
        }
    }

    // ------------------------------------------------------------------ from outside

    @Override
    public WorkerPhase phase() {
        return loop.phase();
    }

    @Override
    public void drain() {
        loop.drain();
        mine.wake();
    }

    @Override
    public void abort(String reason) {
        loop.handBackAll(reason);
        mine.wake();
    }

    @Override
    public boolean isEndedByHandler() {
        return loop.isEndedByHandler();
    }

    @Override
    public boolean awaitEnd(Duration atMost) throws InterruptedException {
        return ended.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        abort("the worker is closed");
        try {
            if (!awaitEnd(CLOSE_LIMIT))
                ports.events().accept(new Event.Note("worker " + entry.name() + " did not end in time"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
