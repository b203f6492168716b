package dev.millrace.queue;

import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.storage.LockHeldException;
import dev.millrace.task.TaskMarks;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** {@link QueueControl} through files in control/. */
final class DirectoryControl implements QueueControl {
    /** Longer than anybody needs who goes on. */
    private static final LockWait WAIT_OF_LOOKS = new LockWait(Duration.ofMillis(10), 50);

    private final QueueLayout layout;
    private final QueueOptions options;
    private final QueuePorts ports;
    private final PauseFile pauses;
    private final CallingOff callingOff;
    private final Requeueing requeueing;
    private final SecondRuns secondRuns;
    private final Discarding discarding;

    DirectoryControl(QueueLayout layout, QueueOptions options, QueuePorts ports, QueueLook look, Payloads payloads) {
        this.layout = layout;
        this.options = options;
        this.ports = ports;
        this.pauses = new PauseFile(ports.disk(), ports.time(), layout.pauses());
        Supplier<DirectoryWorkerQueue> operator = () -> new DirectoryWorkerQueue(
                layout, options, ports, Member.newLife(0, "operator", ports.random()), payloads);
        this.callingOff = new CallingOff(layout, ports, look, operator);
        this.requeueing = new Requeueing(layout, ports, look, operator);
        this.secondRuns = new SecondRuns(layout, options, ports, look, payloads);
        this.discarding = new Discarding(layout, ports, look);
    }

    @Override
    public Cancelled cancel(String stem, String reason) throws IOException {
        return callingOff.cancel(stem, reason);
    }

    @Override
    public Map<TaskView, Cancelled> cancelAll(List<TaskView> tasks, String reason) throws IOException {
        return callingOff.cancelAll(tasks, reason);
    }

    @Override
    public Changed retry(TaskView task) throws IOException, InterruptedException {
        return retryAll(List.of(task)).getOrDefault(task, Changed.UNKNOWN);
    }

    @Override
    public Map<TaskView, Changed> retryAll(List<TaskView> tasks) throws IOException, InterruptedException {
        return secondRuns.retryAll(tasks);
    }

    @Override
    public List<TaskView> notRunAgain(List<TaskView> tasks) throws IOException {
        return secondRuns.notRunAgain(tasks);
    }

    @Override
    public Changed discard(List<TaskView> together) throws IOException {
        return discarding.discard(together);
    }

    @Override
    public Changed requeue(TaskView task) throws IOException {
        return requeueAll(List.of(task)).getOrDefault(task, Changed.UNKNOWN);
    }

    @Override
    public Map<TaskView, Changed> requeueAll(List<TaskView> tasks) throws IOException {
        return requeueing.requeueAll(tasks);
    }

    @Override
    public void pause(Optional<String> kind, String reason) throws IOException, InterruptedException {
        pauses.change(
                now -> now.with(kind, new Pauses.Pause(reason, ports.time().epochSeconds())));
        ports.time().sleep(PauseFile.KNOWN_AFTER);
    }

    @Override
    public void resume(Optional<String> kind) throws IOException, InterruptedException {
        pauses.change(now -> now.without(kind));
        if (kind.isPresent()) new Admission(layout, options, ports, pauses).closeBreaker(kind.get());
    }

    @Override
    public void hold(String job, String by, String reason) throws IOException, InterruptedException {
        pauses.change(now ->
                now.holding(job, by, new Pauses.Pause(reason, ports.time().epochSeconds())));
        ports.time().sleep(PauseFile.KNOWN_AFTER);
    }

    @Override
    public void letGo(String job, String by) throws IOException, InterruptedException {
        pauses.change(now -> now.releasing(job, by));
    }

    @Override
    public Pauses pauses() throws IOException {
        return pauses.read();
    }

    @Override
    public boolean refill(String kind) throws IOException, InterruptedException {
        return new Admission(layout, options, ports, pauses).refill(kind);
    }

    @Override
    public Optional<Path> inTheWayOf(TaskView task) throws IOException {
        if (task.state() != TaskState.SCHEDULED) return Optional.empty();
        String name = Promotion.taskFileName(String.valueOf(task.file().getFileName()));
        return Promotion.inTheWay(layout, ports.disk(), name);
    }

    @Override
    public Optional<Path> heldLock(String kind, String key, String uniqueKey) throws IOException, InterruptedException {
        boolean limited =
                !key.isEmpty() || new Admission(layout, options, ports, pauses).isLimited(TaskMarks.tagOf(kind));
        if (limited && isHeld(layout.limits())) return Optional.of(layout.limits());
        if (uniqueKey.isEmpty()) return Optional.empty();
        Path lock = UniqueIndex.lockOf(layout, UniqueIndex.nameOf(uniqueKey));
        return isHeld(lock) ? Optional.of(lock) : Optional.empty();
    }

    /** A look makes no lock; where there is none, nobody holds it. */
    private boolean isHeld(Path lock) throws IOException, InterruptedException {
        if (!ports.disk().exists(lock)) return false;
        try (DiskLock free = WAIT_OF_LOOKS.on(ports.disk(), ports.time(), lock)) {
            return false;
        } catch (LockHeldException byAnother) {
            return true;
        }
    }

    @Override
    public LimitState limits(String kind, String key) throws IOException {
        return new Admission(layout, options, ports, pauses).state(kind, key);
    }

    @Override
    public Map<String, LimitState> limits(Set<String> kinds) throws IOException {
        return kinds.isEmpty() ? Map.of() : new Admission(layout, options, ports, pauses).states(kinds);
    }
}
