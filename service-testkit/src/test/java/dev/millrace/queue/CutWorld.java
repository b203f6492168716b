package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.CrashException;
import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.DiskFault;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.RecordingEvents;
import dev.millrace.testkit.SimulatedDisk;
import dev.millrace.testkit.SteppedTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** A queue on a simulated disk, the processes that use it, and what their callers were told. */
final class CutWorld {
    static final QueueLayout LAYOUT = new QueueLayout(Path.of("/q/queue"));
    static final QueueOptions OPTIONS = QueueOptions.defaults();

    /** A result of some thousand bytes lies beside its document. */
    private static final PayloadLimits PAYLOADS = new PayloadLimits(2_000, 4 << 20, 16 << 20);

    final SteppedTime time;
    final RecordingEvents events = RecordingEvents.create();
    final Promised promised;
    private final RandomGenerator random;
    private final List<Cut> cuts = new ArrayList<>();
    private final Map<String, TaskQueue> queues = new HashMap<>();
    private final Map<String, WorkerQueue> workers = new HashMap<>();
    private final SimulatedDisk disk;

    /** Lies between each process and the disk. */
    private final UnaryOperator<Disk> layer;

    /** A moment between two changes of a story: the next change, the disk as it was, and what had been promised. */
    record Cut(String before, SimulatedDisk disk, Promised promised, Instant at) {}

    private CutWorld(SimulatedDisk disk, SteppedTime time, Promised promised, long seed, UnaryOperator<Disk> layer) {
        this.disk = disk;
        this.layer = layer;
        this.time = time;
        this.promised = promised;
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /**
     * An empty queue, all of it on disk; a kind "quick" whose tasks share files.
     *
     * @param layer put between each process and the disk, now and after a cut; the identity changes nothing
     */
    static CutWorld create(UnaryOperator<Disk> layer) throws IOException {
        SteppedTime time = SteppedTime.create();
        CutWorld world = new CutWorld(SimulatedDisk.empty(time), time, new Promised(), 1, layer);
        world.queueOn(world.disk.as("setup")).prepare();
        world.disk.create(
                LAYOUT.runtimes(),
                "{\"runtimes\":{\"quick\":0.0001}}".getBytes(StandardCharsets.UTF_8),
                Durability.FSYNC);
        world.disk.forceFileSystem(LAYOUT.root());
        world.watch();
        return world;
    }

    /** Fresh processes on what a cut of this world has left. */
    CutWorld after(SimulatedDisk left, Promised known, long seed) {
        return new CutWorld(left, time, known, seed, layer);
    }

    /** It is that moment again, for people; the monotonic clock never runs back. */
    void itIs(Instant moment) {
        time.jumpWallClock(Duration.between(time.instant(), moment));
    }

    /** From now on every change is a place to cut. */
    CutWorld watched() {
        watch();
        return this;
    }

    private void watch() {
        disk.observe((process, call) -> {
            if (call.operation().isChange()) cut(process, call);
        });
    }

    private void cut(String process, DiskCall call) {
        String where = process + " " + call.operation() + " " + shown(call.path())
                + call.target().map(to -> " -> " + shown(to)).orElse("");
        cuts.add(new Cut(where, disk.copy(), promised.copy(), time.instant()));
    }

    private static String shown(Path path) {
        return path.startsWith(LAYOUT.root()) ? LAYOUT.root().relativize(path).toString() : path.toString();
    }

    /** All moments so far, and the one after all changes. */
    List<Cut> cuts() {
        List<Cut> all = new ArrayList<>(cuts);
        all.add(new Cut("the end", disk.copy(), promised.copy(), time.instant()));
        return all;
    }

    /** What is told of the story so far is left out. */
    void beginHere() {
        cuts.clear();
    }

    SimulatedDisk disk() {
        return disk;
    }

    // ------------------------------------------------------------------ processes

    TaskQueue queue(String process) {
        return queues.computeIfAbsent(process, name -> queueOn(layer.apply(disk.as(name))));
    }

    private TaskQueue queueOn(Disk seen) {
        return TaskQueue.inDirectory(LAYOUT, OPTIONS, new QueuePorts(seen, time, random, events), PAYLOADS);
    }

    WorkerQueue worker(String name) {
        return workers.computeIfAbsent(name, same -> queue(name).join(Member.newLife(workers.size(), name, random)));
    }

    void kill(String process) {
        disk.kill(process);
        queues.remove(process);
        workers.remove(process);
    }

    /** A process dies before its n-th change from now of a kind; the rest of the step is not done. */
    void diesAt(String process, DiskCall.Operation operation, String folder, Step step) throws Exception {
        try (SimulatedDisk.Watch death = disk.observe((who, call) -> {
            if (who.equals(process) && call.is(operation) && call.isIn(folder)) disk.kill(process);
        })) {
            step.run();
            throw new AssertionError(process + " survived");
        } catch (CrashException dead) {
            kill(process);
        }
    }

    /** The disk is full meanwhile for what a process appends there: half of it finds room, and the step is refused. */
    void hasNoRoom(String process, String folder, Step step) throws Exception {
        DiskFault full = DiskFault.of(DiskFault.Kind.NO_SPACE)
                .by(process)
                .in(folder)
                .on(call -> call.is(DiskCall.Operation.APPEND));
        try (FaultyDisk.Fault fault = disk.fail(full)) {
            assertThatThrownBy(step::run).isInstanceOf(IOException.class);
            assertThat(fault.strikes()).isPositive();
        }
    }

    interface Step {
        void run() throws Exception;
    }

    // ------------------------------------------------------------------ steps

    Submission submit(Task task) throws IOException {
        Submission submission = queue("submitter").submit(task);
        accepted(submission);
        return submission;
    }

    List<Submission> submitAll(List<Task> tasks) throws IOException {
        List<Submission> submitted = queue("submitter").submitAll(tasks);
        submitted.forEach(this::accepted);
        return submitted;
    }

    void accepted(Submission submission) {
        if (submission.isNew()) promised.accepted().add(submission.stem());
    }

    /** A stranger has put a file into pending/, and it is on disk. */
    void dropped(String name, String content) throws IOException {
        disk.create(
                LAYOUT.folder(TaskState.PENDING).resolve(name),
                content.getBytes(StandardCharsets.UTF_8),
                Durability.FSYNC);
        disk.forceFolder(LAYOUT.folder(TaskState.PENDING));
        promised.accepted()
                .add(name.endsWith(".pkl") ? name : TaskName.parse(name).stem());
    }

    static Task task(String id) {
        return Task.of("k").id(id);
    }

    Claim claim(String worker) throws IOException {
        time.advance(OPTIONS.poll());
        return worker(worker).claim().orElseThrow(() -> new AssertionError("nothing to claim"));
    }

    static Outcome done(String result) {
        return new Outcome.Done(TextNode.valueOf(result));
    }

    void settle(String worker, Claim claim, Outcome outcome) throws IOException {
        worker(worker).settle(claim, outcome);
    }

    /** Claims and settles. */
    void runs(String worker, Outcome outcome) throws IOException {
        settle(worker, claim(worker), outcome);
    }

    /** One round of a steward that takes everybody else for dead. */
    int rescue(String steward) throws IOException {
        String own = worker(steward).member().incarnation();
        return worker(steward).rescue(incarnation -> !incarnation.equals(own));
    }

    void cancel(Submission task) throws IOException {
        queue("operator").control().cancel(task.stem(), "not wanted any more");
        promised.calledOff().add(task.stem());
    }

    TaskView view(Submission task) throws IOException {
        return queue("looker").locate(task.stem()).orElseThrow();
    }

    void pass(Duration length) {
        time.advance(length);
    }

    // ------------------------------------------------------------------ looking

    private TaskQueue onlooker() {
        return queueOn(disk);
    }

    List<TaskView> list() throws IOException {
        return onlooker().list(TaskFilter.all());
    }

    QueueCounts counts() throws IOException {
        return onlooker().counts();
    }

    /** All that has ended, by unique name, and how. Why a file was refused informs people, and is not forced. */
    Map<String, String> seen() throws IOException {
        Map<String, String> seen = new HashMap<>();
        for (TaskView view : list())
            if (view.state().isTerminal()) outcome(view).ifPresent(outcome -> seen.put(view.stem(), outcome));
        return seen;
    }

    private Optional<String> outcome(TaskView view) throws IOException {
        Optional<TaskRecord> record = onlooker().read(view);
        boolean torn = record.filter(read -> read.result().has("$payload")).isPresent();
        // A discarded task that a power cut brings back has lost its large result when that was swept days before.
        if (torn && promised.removed().contains(view.stem())) return Optional.empty();
        assertThat(torn).as("a large result is missing or damaged: " + view).isFalse();
        return record.map(read -> read.view().state().word() + " "
                + read.document().map(Object::toString).orElse("no document"));
    }

    /** A story about large values says nothing when none is large enough. */
    void requirePayloads(int files) throws IOException {
        assertThat(disk.sortedNames(LAYOUT.payloads())).as("large values").hasSize(files);
    }

    List<String> names(TaskState state) throws IOException {
        return disk.sortedNames(LAYOUT.folder(state));
    }
}
