package dev.millrace.worker;

import dev.millrace.event.Event;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.queue.Claim;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.task.AttemptRules;
import dev.millrace.task.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * {@link WorkerLoop} over slots.
 *
 * <p>The stepping thread fills free slots and supervises; each slot's thread runs and settles one attempt after the
 * other, and claims the next one itself. An attempt that
 * ignores its interrupt beyond the grace is failed by the stepping thread and its slot given to others; its thread
 * cannot be ended, so when as many such threads as slots have gathered, the worker is exhausted.
 */
final class SlotWorkerLoop implements WorkerLoop {
    private final WorkerQueue queue;
    private final WorkerOptions options;
    private final QueuePorts ports;
    private final QueueLayout layout;
    private final Slots slots;
    private final HandlerRegistry handlers;
    private final Attempt attempts;
    private final TaskWatch watch;
    private final Set<RunningTask> running = ConcurrentHashMap.newKeySet();
    /** Free slots are filled by one thread at a time, so that there are never more tasks than slots. */
    private final ReentrantLock filling = new ReentrantLock();

    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicInteger settling = new AtomicInteger();
    private volatile WorkerPhase phase = WorkerPhase.STARTING;
    private volatile boolean broken;
    private int abandoned;

    SlotWorkerLoop(
            WorkerQueue queue,
            QueueLayout layout,
            HandlerRegistry handlers,
            WorkerOptions options,
            QueuePorts ports,
            Slots slots,
            Recently recently) {
        this.queue = queue;
        this.layout = layout;
        this.options = options;
        this.ports = ports;
        this.slots = slots;
        this.handlers = handlers;
        this.attempts = new Attempt(
                handlers, new ResultWriter(options.resultLimit()), new Endings(ports.random()), queue, ports, recently);
        this.watch = new TaskWatch(queue, ports, slots);
    }

    /** The thread that notices a new task runs it, when a slot is free. */
    void runWhatIsNoticed() {
        queue.runWhatIsNoticed(slots, this::noticed);
    }

    /** Whoever is filling slots claims what was noticed, too. */
    private Optional<Runnable> noticed() {
        if (!mayClaim() || !filling.tryLock()) return Optional.empty();
        try {
            return mayClaim() ? claim().map(this::begun).map(task -> () -> attempts(task)) : Optional.empty();
        } finally {
            filling.unlock();
        }
    }

    @Override
    public int step() {
        int done = finished.getAndSet(0);
        done += finishUnpublished();
        done += lookAfter();
        done += claimForFreeSlots();
        if (phase != WorkerPhase.RUNNING) release();
        stopWhenDrained();
        return done;
    }

    /** Under the lock, because somebody else may have claimed a task that is not yet among those that run. */
    private void stopWhenDrained() {
        if (phase != WorkerPhase.DRAINING) return;
        filling.lock();
        try {
            if (running.isEmpty()) stopAtOnce();
        } finally {
            filling.unlock();
        }
    }

    private int finishUnpublished() {
        try {
            return queue.finishUnpublished();
        } catch (IOException e) {
            return 0; // reported when it first happened; tried at each step
        }
    }

    private void release() {
        try {
            queue.release();
        } catch (IOException e) {
            ports.events().accept(new Event.Trouble("cannot put back what was not begun; it is tried again", e));
        }
    }

    /** At most one round of the slots: quick tasks free them as fast as they are filled, and others wait to be stepped. */
    private int claimForFreeSlots() {
        int claimed = 0;
        filling.lock();
        try {
            while (mayClaim() && claimed < options.slots()) {
                Optional<Claim> claim = claim();
                if (claim.isEmpty()) break;
                start(claim.get());
                claimed++;
            }
        } finally {
            filling.unlock();
        }
        return claimed;
    }

    private Optional<Claim> claim() {
        try {
            return queue.claim();
        } catch (IOException e) {
            ports.events().accept(new Event.Trouble("cannot claim from " + layout.root() + " now", e));
            return Optional.empty();
        }
    }

    private boolean mayClaim() {
        return phase == WorkerPhase.RUNNING && running.size() < options.slots() && !isExhausted();
    }

    private void start(Claim claim) {
        RunningTask task = begun(claim);
        try {
            slots.execute(() -> attempts(task));
        } catch (OutOfMemoryError noThread) {
            broken = true;
            running.remove(task);
            task.closeLog();
            settleAtTheEnd(task, new Outcome.HandedBack("no thread could be started"));
            ports.events()
                    .accept(new Event.Trouble("the worker has no thread left and will be started afresh", noThread));
        }
    }

    private RunningTask begun(Claim claim) {
        TaskLog log = new TaskLog(ports.disk(), ports.time(), layout.logs(), claim.stem());
        AttemptRules rules = options.rules()
                .of(claim.document(), handlers.kindOf(claim.document().kind()));
        RunningTask task = new RunningTask(
                claim, rules, options, queue.member().worker(), ports.time(), log, () -> queue.dependencies(claim));
        running.add(task);
        return task;
    }

    /** One task after the other, as long as there are any: handing each to a thread costs more than a quick task. */
    private void attempts(RunningTask first) {
        try {
            Optional<RunningTask> task = Optional.of(first);
            while (task.isPresent()) task = attemptAndTakeNext(task.get());
        } finally {
            finished.incrementAndGet();
            queue.wake();
        }
    }

    /** The next one begins before this one gives up its slot, so that no more run than there are slots. */
    private Optional<RunningTask> attemptAndTakeNext(RunningTask task) {
        try {
            boolean isOurs = attempt(task);
            task.closeLog();
            return isOurs && phase == WorkerPhase.RUNNING && !isExhausted()
                    ? next(task.claim()).map(this::begun)
                    : Optional.empty();
        } finally {
            running.remove(task);
        }
    }

    /** The next of its batch, or of the queue; who runs handlers while it fills slots goes on with that. */
    private Optional<Claim> next(Claim before) {
        Optional<Claim> sibling = queue.claimAfter(before);
        return sibling.isPresent() || filling.isHeldByCurrentThread() ? sibling : claim();
    }

    /** False when the slot was given to others meanwhile, or this worker can run nothing more. */
    private boolean attempt(RunningTask task) {
        try {
            Outcome outcome = attempts.handle(task);
            boolean first = task.decide();
            if (first) settle(task, outcome);
            return first;
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        } catch (VirtualMachineError e) {
            broken = true;
            ports.events().accept(new Event.Trouble("the worker is broken and will be started afresh", e));
        }
        return false;
    }

    private void settle(RunningTask task, Outcome outcome) throws InterruptedException {
        settling.incrementAndGet();
        try {
            attempts.settle(task, outcome);
        } finally {
            settling.decrementAndGet();
        }
    }

    private int lookAfter() {
        if (!watch.step(running)) return 0;
        int given = 0;
        for (RunningTask task : running) if (task.isBeyondGrace()) given += abandon(task);
        return given;
    }

    private int abandon(RunningTask task) {
        if (!task.decide()) return 0;
        running.remove(task);
        abandoned++;
        Outcome outcome = attempts.abandoned(task, stackOf(task));
        slots.execute(() -> settleAbandoned(task, outcome));
        return 1;
    }

    private void settleAbandoned(RunningTask task, Outcome outcome) {
        try {
            settle(task, outcome);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    private static String stackOf(RunningTask task) {
        StringBuilder text = new StringBuilder("the handler's thread is at:\n");
        for (StackTraceElement frame : task.stack())
            text.append("\tat ").append(frame).append('\n');
        return text.toString();
    }

    @Override
    public synchronized void run() {
        phase = phase.to(WorkerPhase.RUNNING);
        queue.wake();
    }

    @Override
    public synchronized void park() {
        phase = phase.to(WorkerPhase.PARKED);
    }

    @Override
    public void giveBack(String reason) {
        for (RunningTask task : running) watch.giveBack(task, reason);
    }

    @Override
    public synchronized void drain() {
        if (phase != WorkerPhase.STOPPED) phase = phase.to(WorkerPhase.DRAINING);
        queue.wake();
    }

    @Override
    public WorkerPhase phase() {
        return phase;
    }

    @Override
    public int busy() {
        return running.size();
    }

    @Override
    public List<Heartbeat.CurrentTask> current() {
        List<Heartbeat.CurrentTask> tasks = new ArrayList<>();
        for (RunningTask task : running) tasks.add(task.forHeartbeat());
        tasks.sort((a, b) -> Double.compare(a.startedAt(), b.startedAt()));
        return tasks;
    }

    @Override
    public boolean isExhausted() {
        return broken || abandoned >= options.slots();
    }

    @Override
    public boolean isEndedByHandler() {
        for (RunningTask task : running) if (ExitTrace.isIn(task.stack())) return true;
        return false;
    }

    /** The task whose handler ends the process is failed; the others did nothing wrong and go back. */
    @Override
    public void handBackAll(String reason) {
        stopAtOnce();
        for (RunningTask task : running) {
            if (!task.decide()) continue;
            Outcome outcome = ExitTrace.isIn(task.stack())
                    ? new Outcome.Failed(
                            "the handler called System.exit, which would end the worker with all its tasks; throw an"
                                    + " exception instead",
                            stackOf(task))
                    : new Outcome.HandedBack(reason);
            settleAtTheEnd(task, outcome);
        }
    }

    private synchronized void stopAtOnce() {
        phase = WorkerPhase.STOPPED;
    }

    @Override
    public boolean isSettling() {
        return settling.get() > 0;
    }

    private void settleAtTheEnd(RunningTask task, Outcome outcome) {
        try {
            queue.settle(task.claim(), outcome);
        } catch (IOException e) {
            ports.events().accept(new Event.Trouble(task.claim().stem() + " is left to the steward", e));
        }
    }
}
