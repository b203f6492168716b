package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.storage.Disk;
import dev.millrace.task.BatchName;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a task costs the disk, counted. */
class DiskCostTest {
    private static final int CALLERS = 32;
    private static final int TASKS = 100;

    @TempDir
    private Path folder;

    private QueueWorld world() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        Files.writeString(world.layout().runtimes(), "{\"runtimes\":{\"quick\":0.0001}}");
        return world;
    }

    private static TaskQueue queue(QueueWorld world, FaultyDisk disk) throws IOException {
        return TaskQueue.inDirectory(world.layout(), QueueWorld.OPTIONS, world.ports(disk));
    }

    /** One is at its force; those who come meanwhile share the next one, and their quick tasks a file. */
    @ParameterizedTest
    @CsvSource({"quick, 2", "unknown, 32"})
    void callers_that_come_at_once_share_a_force_and_their_quick_tasks_a_file(String kind, int files) throws Exception {
        FaultyDisk disk = FaultyDisk.over(Disk.local());
        TaskQueue queue = queue(world(), disk);
        queue.submit(Task.of("the first one makes what the others use"));
        disk.forget();
        Gate gate = Gate.at(Operation.FORCE_FOLDER, "queue");
        disk.fault(gate::hold, Moment.BEFORE, DiskTrouble.inputOutput());
        List<Slot<Submission>> callers = new ArrayList<>();
        callers.add(Slot.running(() -> queue.submit(Task.of(kind))));
        gate.awaitReached();
        for (int i = 1; i < CALLERS; i++) callers.add(Slot.running(() -> queue.submit(Task.of(kind))));
        for (Slot<Submission> caller : callers.subList(1, CALLERS)) caller.awaitWaiting();
        gate.open();
        List<String> accepted = new ArrayList<>();
        for (Slot<Submission> caller : callers) accepted.add(caller.end().get().stem());
        assertThat(accepted).doesNotHaveDuplicates().allMatch(stem -> isThere(queue, stem));
        assertThat(disk.count(Operation.FORCE_FOLDER)).isEqualTo(2);
        assertThat(disk.count(Operation.CREATE)).isEqualTo(files);
    }

    private static boolean isThere(TaskQueue queue, String stem) {
        try {
            return queue.locate(stem).isPresent();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** One slot is at its force; those who come meanwhile share the next one, and the look at the log. */
    @Test
    void slots_that_settle_at_once_share_a_force_and_the_look_at_the_log() throws Exception {
        QueueWorld world = world();
        Actor worker = world.actor("worker", Disk.local());
        List<Claim> claims = new ArrayList<>();
        for (int i = 0; i <= CALLERS; i++) world.submit("t" + i);
        for (int i = 0; i <= CALLERS; i++) claims.add(worker.claim());
        worker.done(claims.remove(0), "the first one opens what the others use");
        worker.disk().forget();
        Gate gate = Gate.at(Operation.FORCE_APPENDED);
        worker.disk().fault(gate::hold, Moment.BEFORE, DiskTrouble.inputOutput());
        List<Slot<Settlement>> slots = new ArrayList<>();
        slots.add(Slot.running(() -> worker.done(claims.get(0), "x")));
        gate.awaitReached();
        for (Claim claim : claims.subList(1, CALLERS)) slots.add(Slot.running(() -> worker.done(claim, "x")));
        for (Slot<Settlement> slot : slots.subList(1, CALLERS)) slot.awaitWaiting();
        gate.open();
        for (Slot<Settlement> slot : slots) assertThat(slot.end().get()).isInstanceOf(Settlement.Settled.class);
        assertThat(worker.disk().count(Operation.FORCE_APPENDED)).isEqualTo(2);
        assertThat(worker.disk().count(Operation.FACTS)).isEqualTo(2);
    }

    /**
     * The name is moved three times, the document read once, the outcome logged and written once; and one force, with one
     * look whether the log is still there, which slots share when several of them settle at once.
     */
    @Test
    void a_task_in_a_file_of_its_own_costs_what_it_needs_and_no_more() throws IOException {
        QueueWorld world = world();
        for (int i = 0; i < TASKS; i++) world.submit("t" + i);
        Actor worker = world.actor("worker");
        worker.done(worker.claim(), "the first one opens what the others use");
        worker.disk().forget();
        for (int i = 1; i < TASKS; i++) worker.done(worker.claim(), "x");
        Map<Operation, Long> counted = new EnumMap<>(Operation.class);
        for (Operation one : Operation.values()) counted.put(one, worker.disk().count(one));
        counted.values().removeAll(Collections.singleton(0L));
        assertThat(counted)
                .containsOnly(
                        Map.entry(Operation.RENAME, 3L * (TASKS - 1)),
                        Map.entry(Operation.READ, TASKS - 1L),
                        Map.entry(Operation.APPEND, TASKS - 1L),
                        Map.entry(Operation.FORCE_APPENDED, TASKS - 1L),
                        Map.entry(Operation.FACTS, TASKS - 1L),
                        Map.entry(Operation.WRITE_AT, TASKS - 1L));
    }

    /** A file holds about a second of work, and slower tasks have a file each. */
    @ParameterizedTest
    @CsvSource({"1, 1000, 1", "5, 200, 5", "19, 52, 20", "30, 1, 1000"})
    void as_many_share_a_file_as_run_in_a_second(long millis, int tasksInFile, int files) throws IOException {
        QueueWorld world = QueueWorld.in(folder, QueueWorld.OPTIONS.withBatchLimit(1_000));
        Actor worker = world.actor("worker");
        for (int i = 0; i < 3; i++) world.queue.submit(Task.of("measured"));
        for (int i = 0; i < 3; i++) {
            Claim claim = worker.claim();
            world.time.advance(Duration.ofMillis(millis));
            worker.done(claim, "x");
        }
        worker.queue().dropFinishedLogs();
        world.time.advance(Duration.ofSeconds(2));
        List<Task> all = Collections.nCopies(1_000, Task.of("measured"));
        List<Submission> submitted = world.queue.submitAll(all);
        assertThat(world.names(TaskState.PENDING)).hasSize(files);
        assertThat(submitted.stream().filter(one -> fileOf(one).equals(fileOf(submitted.get(0)))))
                .hasSize(tasksInFile);
    }

    @Test
    void how_full_many_kinds_are_costs_one_listing_of_what_runs() throws IOException {
        FaultyDisk disk = FaultyDisk.over(Disk.local());
        TaskQueue queue = queue(world(), disk);
        disk.forget();
        assertThat(queue.control().limits(Set.of("a", "b", "c"))).containsOnlyKeys("a", "b", "c");
        assertThat(disk.count(Operation.LIST)).isEqualTo(1);
    }

    private static String fileOf(Submission one) {
        return BatchName.partOf(one.stem()).map(BatchName.Part::stem).orElse(one.stem());
    }
}
