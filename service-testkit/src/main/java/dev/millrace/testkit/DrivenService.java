package dev.millrace.testkit;

import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.queue.QueueControl.Cancelled;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskRecord;
import dev.millrace.queue.TaskView;
import dev.millrace.storage.Durability;
import dev.millrace.task.Task;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.FaultyDisk.Moment;
import dev.millrace.worker.TaskHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** {@link TestService}: what can be asked; {@link Driver} makes things happen, {@link WaitingTasks} looks at what waits. */
final class DrivenService implements TestService {
    /** So long after a change, workers know what is paused. */
    private static final Duration NOTICED = Duration.ofMillis(150);

    private static final Path ROOT = Path.of("/", "millrace-test");

    private final TestServiceOptions options;
    private final SteppedTime clocks;
    private final FaultyDisk disk;
    private final RecordingEvents events = RecordingEvents.create();
    private final List<HandlerFailure> failures = new CopyOnWriteArrayList<>();
    private final Handlers handlers = new Handlers();
    private final TaskQueue queue;
    private final WaitingTasks waiting;
    private final Driver driver;
    private final SteppedTime time;
    private final CountDownLatch closed = new CountDownLatch(1);

    DrivenService(TestServiceOptions options) {
        this.options = options;
        this.clocks = SteppedTime.startingAt(options.start());
        this.disk = FaultyDisk.over(MemoryDisk.create(clocks));
        // Whoever may not watch looks now and then instead, by the stepped clock.
        disk.fault(call -> call.is(Operation.WATCH), Moment.BEFORE, path -> new IOException("is not watched in tests"));
        TickingClocks ticking = new TickingClocks(clocks);
        QueuePorts ports =
                new QueuePorts(disk, ticking, new Random(options.start().getEpochSecond()), events);
        QueueOptions queueOptions =
                QueueOptions.defaults().withDurability(Durability.OS).withPoll(Duration.ofNanos(1));
        this.queue = TaskQueue.inDirectory(new QueueLayout(ROOT.resolve("queue")), queueOptions, ports);
        this.waiting = new WaitingTasks(queue, clocks);
        QueuePorts steady = new QueuePorts(disk, clocks, ports.random(), events);
        this.driver = new Driver(queue, steady, clocks, ticking::tick, options, waiting, failures::add);
        this.time = new HandlerClocks(clocks, driver);
        if (options.offered()) handlers.addOffered();
        options.handlers().forEach(handlers::add);
        unchecked(() -> {
            queue.prepare();
            driver.serve(handlers.serving());
            return true;
        });
    }

    /** A disk in memory fails only when a test wants it to. */
    interface Work<T> {
        T run() throws IOException;
    }

    static <T> T unchecked(Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public Submission submit(Task task) {
        return submitAll(List.of(task)).get(0);
    }

    @Override
    public List<Submission> submitAll(List<Task> tasks) {
        List<Submission> submitted = unchecked(() -> queue.submitAll(tasks));
        if (options.inline() && !driver.isInHandler()) drain();
        return submitted;
    }

    @Override
    public TaskReceipt receipt(Submission submitted) {
        return TaskReceipt.of(submitted, queue, disk, time);
    }

    @Override
    public void handle(String kind, TaskHandler handler) {
        handlers.add(kind, () -> handler);
        unchecked(() -> driver.serve(handlers.serving()));
    }

    @Override
    public int drain() {
        return unchecked(driver::drain);
    }

    @Override
    public void advance(Duration length) {
        time.advance(length);
    }

    @Override
    public int run(Duration length) {
        return unchecked(() -> driver.run(length));
    }

    @Override
    public SteppedTime time() {
        return time;
    }

    @Override
    public Cancelled cancel(String id) {
        return unchecked(() -> {
            Cancelled newest = Cancelled.UNKNOWN;
            for (TaskView view : queue.find(id)) {
                Cancelled became = queue.control().cancel(view.stem(), "called off by the test");
                if (newest == Cancelled.UNKNOWN) newest = became;
            }
            return newest;
        });
    }

    @Override
    public void pause(String kind) {
        control(() -> queue.control().pause(Optional.of(kind), "paused by the test"));
    }

    @Override
    public void pauseAll() {
        control(() -> queue.control().pause(Optional.empty(), "paused by the test"));
    }

    @Override
    public void resume(String kind) {
        control(() -> queue.control().resume(Optional.of(kind)));
    }

    @Override
    public void resumeAll() {
        control(() -> queue.control().resume(Optional.empty()));
    }

    private interface Request {
        void make() throws IOException, InterruptedException;
    }

    private void control(Request request) {
        unchecked(() -> {
            try {
                request.make();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            clocks.advance(NOTICED);
            return true;
        });
    }

    @Override
    public CrashReport crashEverywhere(Task task, SideEffects effects) {
        String kind = kindOf(task);
        return crashEverywhere(
                task,
                effects,
                handlers.maker(kind)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "there is no handler for the kind '" + kind + "'; there are " + handlers.kinds())));
    }

    @Override
    public CrashReport crashEverywhere(Task task, SideEffects effects, Supplier<? extends TaskHandler> handler) {
        CrashTrials.Tried tried = new CrashTrials.Tried(kindOf(task), handler, task, effects);
        return unchecked(() -> new CrashTrials(queue, driver, handlers, tried, closed).report());
    }

    private static String kindOf(Task task) {
        return task.keys().path("kind").asText("");
    }

    @Override
    public TaskAssert assertThatTask(String id) {
        return new TaskExpectations(this, task(id), clocks.instant());
    }

    @Override
    public TaskAssert assertThatTask(Submission submitted) {
        return new TaskExpectations(this, taskOf(submitted.stem()), clocks.instant());
    }

    @Override
    public void assertNothingWaits() {
        List<String> left = unchecked(waiting::described);
        if (!left.isEmpty()) throw new AssertionError("expected that nothing waits, but " + String.join("; ", left));
    }

    @Override
    public void assertNothingFailed() {
        List<String> failed = unchecked(waiting::failed);
        if (failed.isEmpty()) return;
        AssertionError error = new AssertionError("expected that nothing failed, but " + String.join("; ", failed));
        failures.forEach(one -> error.addSuppressed(one.thrown()));
        throw error;
    }

    @Override
    public List<HandlerFailure> failures() {
        return List.copyOf(failures);
    }

    /** What the handler threw last for a task. */
    Optional<Throwable> thrownBy(String id) {
        return failures.stream()
                .filter(one -> one.id().equals(id))
                .map(HandlerFailure::thrown)
                .reduce((a, b) -> b);
    }

    @Override
    public TaskRecord task(String id) {
        return unchecked(() -> {
            List<TaskView> found = queue.find(id);
            if (found.isEmpty()) throw new AssertionError("there is no task '" + id + "'; there are " + waiting.ids());
            return queue.read(found.get(0)).orElseThrow();
        });
    }

    private TaskRecord taskOf(String stem) {
        return unchecked(() -> queue.read(queue.locate(stem)
                        .orElseThrow(() -> new AssertionError("there is no task '" + stem + "' any more")))
                .orElseThrow());
    }

    @Override
    public List<String> logOf(String id) {
        return linesOf(task(id).view().stem());
    }

    List<String> linesOf(String stem) {
        return unchecked(() -> waiting.log(disk, stem));
    }

    @Override
    public TaskQueue queue() {
        return queue;
    }

    @Override
    public RecordingEvents events() {
        return events;
    }

    @Override
    public FaultyDisk disk() {
        return disk;
    }

    @Override
    public void close() {
        closed.countDown();
        unchecked(() -> {
            driver.end();
            return true;
        });
    }
}
