package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LookingTest {
    @TempDir
    private Path folder;

    private QueueWorld world;

    /** One task in every state, with a quarantined one. */
    @BeforeEach
    void fill() throws IOException {
        world = QueueWorld.in(folder);
        Actor worker = world.actor("worker");
        world.pendingFile("0-bad.task.json", "x");
        for (String id : new String[] {"done", "failed", "cancelled", "retried", "running", "pending"})
            world.submit(id);
        worker.done(worker.claim(), "ok");
        worker.queue().settle(worker.claim(), new Outcome.Failed("e", "t"));
        worker.queue().settle(worker.claim(), new Outcome.Cancelled("c"));
        worker.queue().settle(worker.claim(), QueueWorld.retry(Duration.ofHours(1)));
        worker.claim();
        world.queue.submit(
                Task.of("k").id("later").notBefore(world.time.instant().plusSeconds(600)));
        world.pendingFile("foreign.task.json", QueueWorld.foreign("{}"));
        world.pendingFile("old.task.pkl", "x");
    }

    @Test
    void no_look_changes_a_byte_of_the_queue() throws IOException {
        Map<String, String> before = world.tree();
        TaskQueue fresh = TaskQueue.inDirectory(
                world.layout(), QueueWorld.OPTIONS, world.ports(dev.millrace.storage.Disk.local()));
        fresh.counts();
        fresh.ages();
        for (TaskView view : fresh.list(TaskFilter.all())) {
            fresh.read(view);
            fresh.find(view.id());
            if (!view.stem().endsWith(".pkl"))
                assertThat(fresh.locate(view.stem())).contains(view);
        }
        assertThat(world.tree()).isEqualTo(before);
    }

    @Test
    void counts_are_of_task_files_alone() throws IOException {
        QueueCounts counts = world.queue.counts();
        assertThat(counts.of(TaskState.PENDING)).isEqualTo(3);
        assertThat(counts.of(TaskState.SCHEDULED)).isEqualTo(2);
        assertThat(counts.of(TaskState.RUNNING)).isEqualTo(1);
        assertThat(counts.of(TaskState.DONE)).isEqualTo(1);
        assertThat(counts.of(TaskState.FAILED)).isEqualTo(2);
        assertThat(counts.of(TaskState.CANCELLED)).isEqualTo(1);
    }

    /** All tasks were hidden by it. */
    @Test
    void a_folder_with_the_name_of_a_file_that_tasks_share_hides_no_task() throws IOException {
        int tasks = world.queue.list(TaskFilter.all()).size();
        for (TaskState state : TaskState.values())
            Files.createDirectories(world.folder(state).resolve("x.batch.jsonl"));
        assertThat(world.queue.list(TaskFilter.all())).hasSize(tasks);
        assertThat(world.queue.find("done")).hasSize(1);
    }

    @Test
    void a_task_that_vanished_meanwhile_reads_as_nothing() throws IOException {
        TaskView view = world.queue.find("done").get(0);
        Files.delete(view.file());
        assertThat(world.queue.read(view)).isEmpty();
        assertThat(world.queue.locate(view.stem())).isEmpty();
    }

    @Test
    void a_task_that_moves_while_it_is_located_is_still_found() throws IOException {
        Actor worker = world.actor("mover");
        String stem = world.queue.find("later").get(0).stem();
        world.time.advance(Duration.ofMinutes(11));
        // Promoted between the listing of one folder and the other.
        Actor looker = world.actor("looker");
        int[] listings = {0};
        looker.disk()
                .fault(
                        call -> {
                            if (call.is(Operation.LIST) && listings[0]++ == 1) promote(worker);
                            return false;
                        },
                        FaultyDisk.Moment.BEFORE,
                        DiskTrouble.inputOutput());
        TaskQueue queue = TaskQueue.inDirectory(world.layout(), QueueWorld.OPTIONS, world.ports(looker.disk()));
        assertThat(queue.locate(stem)).isPresent();
    }

    /** A queue on which something happens right before the first operation of a sort on a folder, or on a file in it. */
    private TaskQueue meanwhile(Operation operation, TaskState state, Happening happening) {
        return meanwhile(operation, world.folder(state), happening);
    }

    private TaskQueue meanwhile(Operation operation, Path place, Happening happening) {
        Actor looker = world.actor("looker");
        boolean[] over = {false};
        looker.disk()
                .fault(
                        call -> {
                            if (!over[0] && call.is(operation) && call.path().startsWith(place)) {
                                over[0] = true;
                                happening.happens();
                            }
                            return false;
                        },
                        FaultyDisk.Moment.BEFORE,
                        DiskTrouble.inputOutput());
        return TaskQueue.inDirectory(world.layout(), QueueWorld.OPTIONS, world.ports(looker.disk()));
    }

    private interface Happening {
        void happens();
    }

    private static void claim(Actor worker) {
        try {
            assertThat(worker.queue().claim()).isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_task_that_moves_on_while_tasks_are_listed_is_listed_once_where_it_is() throws IOException {
        Actor worker = world.actor("mover");
        List<TaskView> before = world.queue.list(TaskFilter.all());
        List<TaskView> all = meanwhile(Operation.LIST, TaskState.RUNNING, () -> claim(worker))
                .list(TaskFilter.all());
        assertThat(all).hasSameSizeAs(before).extracting(TaskView::stem).doesNotHaveDuplicates();
        assertThat(all).filteredOn(view -> view.state() == TaskState.RUNNING).hasSize(2);
    }

    @Test
    void a_strangers_name_that_two_tasks_bear_is_listed_twice() throws IOException {
        Actor worker = world.actor("worker");
        world.drain(worker);
        int all = world.queue.list(TaskFilter.all()).size();
        world.pendingFile("foreign.task.json", QueueWorld.foreign("{}"));
        assertThat(world.queue.find("foreign")).hasSize(2);
        assertThat(world.queue.list(TaskFilter.all())).hasSize(all + 1);
    }

    @Test
    void tasks_of_a_file_that_gets_another_name_before_it_is_read_are_listed_once() throws IOException {
        world.pendingFile("0-x.n2.batch.jsonl", QueueWorld.foreign("{}") + "\n" + QueueWorld.foreign("{}") + "\n");
        for (Operation operation : List.of(Operation.READ, Operation.LIST)) {
            int all = world.queue.list(TaskFilter.all()).size();
            Actor worker = world.actor("mover" + operation);
            TaskState where = operation == Operation.READ ? TaskState.PENDING : TaskState.RUNNING;
            TaskQueue queue = meanwhile(operation, where, () -> claim(worker));
            assertThat(queue.list(TaskFilter.all()))
                    .as(operation.name())
                    .hasSize(all)
                    .extracting(TaskView::stem)
                    .doesNotHaveDuplicates();
            worker.queue().close();
        }
    }

    /** A retry took it for a file that was refused, and put it back into line as it was, with its outcome. */
    @Test
    void a_torn_outcome_that_is_mended_between_two_looks_is_seen() throws Exception {
        for (boolean retried : new boolean[] {false, true}) {
            String id = "torn" + retried;
            world.drain(world.actor("before" + id));
            String stem = world.submit(id).stem();
            byte[] submitted =
                    Files.readAllBytes(world.folder(TaskState.PENDING).resolve(stem + ".task.json"));
            Actor owner = world.actor("owner" + id);
            owner.queue().settle(owner.claim(), new Outcome.Failed("it broke", "t"));
            Files.write(world.folder(TaskState.FAILED).resolve(stem + ".task.json"), submitted);
            Actor steward = world.actor("steward" + id);
            TaskQueue queue = meanwhile(Operation.LIST, world.layout().outcomes(), () -> mend(steward, owner));
            TaskView view = queue.find(id).get(0);
            if (retried) assertThat(queue.control().retry(view)).isEqualTo(QueueControl.Changed.DONE);
            else assertThat(queue.read(view).orElseThrow().error()).contains("it broke");
            assertThat(world.names(TaskState.PENDING)).doesNotContain(stem + ".task.json");
        }
    }

    private void mend(Actor steward, Actor owner) {
        try {
            world.untilQuiet(steward, Set.of(owner.incarnation()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void promote(Actor worker) {
        try {
            worker.queue().promote();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_quarantined_file_reads_with_the_reason_and_without_a_document() throws IOException {
        TaskRecord record = world.queue.read(world.queue.find("0-bad").get(0)).orElseThrow();
        assertThat(record.document()).isEmpty();
        assertThat(record.quarantine().orElseThrow()).contains("JSON");
        assertThat(record.result().isMissingNode()).isTrue();
        assertThat(record.runtimeSeconds()).isEmpty();
    }
}
