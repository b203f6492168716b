package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.testkit.CrashException;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.FaultyDisk.Moment;
import dev.millrace.testkit.MemoryDisk;
import dev.millrace.testkit.RecordingEvents;
import dev.millrace.testkit.SteppedTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Payloads go when no document refers to them, and never before, whoever dies or comes in between. */
class PayloadSweepTest {
    private static final Duration PASS = Duration.ofMinutes(61);
    private static final RetentionLimits FOREVER = new RetentionLimits(
            RetentionLimits.Limit.of(Duration.ZERO, 0),
            RetentionLimits.Limit.of(Duration.ZERO, 0),
            RetentionLimits.Limit.of(Duration.ZERO, 0));

    private SteppedTime time;
    private FaultyDisk disk;
    private TaskQueue queue;
    private WorkerQueue worker;
    private WorkerQueue steward;

    @BeforeEach
    void prepare() throws IOException {
        time = SteppedTime.create();
        disk = FaultyDisk.over(MemoryDisk.create(time));
        queue = queue();
        queue.prepare();
        worker = join("worker");
        steward = join("steward");
    }

    private TaskQueue queue() {
        QueuePorts ports = new QueuePorts(disk, time, new Random(5), RecordingEvents.create());
        return TaskQueue.inDirectory(
                new QueueLayout(Path.of("/", "sweep", "queue")),
                QueueOptions.defaults(),
                ports,
                new PayloadLimits(1_000, 4 << 20, 1L << 30));
    }

    private WorkerQueue join(String name) {
        return queue.join(Member.newLife(0, name, new Random(name.hashCode())));
    }

    private static Task large(String id) {
        return Task.of("k").id(id).args(Map.of("text", id + "x".repeat(1 << 20)));
    }

    private Submission submit(String id) throws IOException {
        return queue.submit(large(id));
    }

    private List<String> payloads() throws IOException {
        return disk.sortedNames(queue.layout().payloads());
    }

    /** Time passes and a pass is made. */
    private void pass() throws IOException {
        time.advance(PASS);
        for (int slices = 0; slices < 3; slices++) steward.sweep(FOREVER);
    }

    private void passes() throws IOException {
        for (int i = 0; i < 4; i++) pass();
    }

    private void remove(Submission task) throws IOException {
        disk.delete(queue.locate(task.stem()).orElseThrow().file());
    }

    private Claim claim() throws IOException {
        time.advance(QueueOptions.defaults().poll());
        return worker.claim().orElseThrow();
    }

    @Test
    void what_no_document_refers_to_goes_after_two_passes() throws IOException {
        Submission gone = submit("gone");
        submit("stays");
        remove(gone);
        pass();
        assertThat(payloads()).as("doubted").hasSize(2);
        pass();
        assertThat(payloads()).hasSize(1);
        passes();
        assertThat(payloads()).hasSize(1);
    }

    private static TaskGroup group(String id) {
        return new TaskGroup("g", List.of(large(id)), Task.of("k").id("after-" + id));
    }

    /** Its tasks' documents lie where nobody looks for tasks yet. */
    @Test
    void a_payload_stays_while_the_group_of_its_task_is_written_for_hours() throws Exception {
        queue.submitGroup(group("first"));
        disk.forget();
        queue.submitGroup(group("rehearsal"));
        long beforeTheList = disk.calls().stream()
                .filter(call -> call.operation().isChange())
                .takeWhile(call -> !call.target().map(Path::toString).orElse("").endsWith(WaitFiles.MEMBERS))
                .count();
        disk.forget();
        disk.interpose((int) beforeTheList, Moment.BEFORE, () -> {
            try {
                passes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        queue.submitGroup(group("second"));
        for (int task = 0; task < 3; task++) {
            Claim claim = claim();
            assertThat(worker.resolved(claim).args().path("text").asText()).startsWith(claim.id());
        }
    }

    @Test
    void a_payload_stays_in_every_state_of_its_task() throws Exception {
        Submission task = submit("t");
        passes();
        Claim claim = claim();
        passes();
        worker.settle(claim, new Outcome.Retry("again", Duration.ofDays(2)));
        passes();
        time.advance(Duration.ofDays(3));
        worker.promote();
        passes();
        Claim again = claim();
        assertThat(worker.resolved(again).args().path("text").asText()).startsWith("tx");
        worker.settle(again, new Outcome.Failed("bad", ""));
        passes();
        assertThat(payloads()).hasSize(1);
        remove(task);
        passes();
        assertThat(payloads()).isEmpty();
    }

    @Test
    void results_stay_as_long_as_their_tasks_also_in_batches() throws IOException {
        disk.create(
                queue.layout().runtimes(),
                "{\"runtimes\":{\"k\":0.0001}}".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                dev.millrace.storage.Durability.OS);
        List<Submission> batch =
                queue.submitAll(List.of(Task.of("k").id("a"), Task.of("k").id("b")));
        Optional<Claim> claim = Optional.of(claim());
        while (claim.isPresent()) {
            Claim one = claim.get();
            worker.settle(one, QueueWorld.done(one.id() + "r".repeat(2_000)));
            claim = worker.claimAfter(one);
        }
        for (int i = 0; i < 3; i++) {
            time.advance(Duration.ofSeconds(1));
            worker.finishUnpublished();
        }
        passes();
        assertThat(payloads()).hasSize(2);
        TaskRecord record =
                queue.read(queue.locate(batch.get(1).stem()).orElseThrow()).orElseThrow();
        assertThat(record.result().asText()).startsWith("br");
    }

    @Test
    void a_payload_that_was_just_written_or_used_again_is_left_alone() throws IOException {
        Submission first = submit("t");
        remove(first);
        pass();
        time.advance(PASS.minusMinutes(30));
        submit("t");
        remove(queue.find("t").get(0));
        time.advance(Duration.ofMinutes(30));
        for (int slices = 0; slices < 3; slices++) steward.sweep(FOREVER);
        assertThat(payloads()).as("made young by the second submit").hasSize(1);
        passes();
        assertThat(payloads()).isEmpty();
    }

    private void remove(TaskView view) throws IOException {
        disk.delete(view.file());
    }

    @Test
    void a_file_that_cannot_be_read_saves_everything() throws IOException {
        remove(submit("gone"));
        submit("unreadable");
        FaultyDisk.Fault fault = disk.fault(
                call -> call.is(Operation.READ) && call.isIn("pending"), Moment.BEFORE, DiskTrouble.inputOutput());
        passes();
        assertThat(payloads()).hasSize(2);
        fault.close();
        passes();
        assertThat(payloads()).hasSize(1);
    }

    @Test
    void drafts_and_strange_files_are_told_apart() throws IOException {
        submit("t");
        Path folder = queue.layout().payloads();
        disk.create(folder.resolve(".draft-1"), new byte[9], dev.millrace.storage.Durability.OS);
        disk.create(folder.resolve("notes.txt"), new byte[9], dev.millrace.storage.Durability.OS);
        passes();
        assertThat(payloads()).hasSize(2).contains("notes.txt");
    }

    /** Two submit the same value again while it is just being removed, before and after each change of the sweep. */
    @ParameterizedTest
    @EnumSource(Moment.class)
    void a_submit_in_the_middle_of_the_removal_never_loses_its_payload(Moment moment) throws Exception {
        for (int nth = 1; nth <= 2; nth++) {
            prepare();
            remove(submit("t"));
            pass();
            time.advance(PASS);
            disk.interpose(nth, moment, () -> {
                try {
                    submit("t");
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            for (int slices = 0; slices < 3; slices++) steward.sweep(FOREVER);
            assertThat(queue.find("t"))
                    .as("submitted in the middle of change " + nth)
                    .hasSize(1);
            assertThat(worker.resolved(claim()).args().path("text").asText()).startsWith("tx");
            passes();
            assertThat(payloads()).hasSize(1).noneMatch(name -> name.endsWith(".sweep"));
        }
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void a_sweep_that_dies_anywhere_loses_nothing_that_is_needed_and_is_finished_by_the_next(Moment moment)
            throws IOException {
        for (int nth = 1; nth <= 2; nth++) {
            prepare();
            remove(submit("gone"));
            submit("stays");
            pass();
            time.advance(PASS);
            disk.crash(nth, moment);
            assertThatThrownBy(() -> {
                        for (int slices = 0; slices < 3; slices++) steward.sweep(FOREVER);
                    })
                    .isInstanceOf(CrashException.class);
            disk.restart();
            steward = join("next");
            passes();
            assertThat(payloads()).as("died " + moment + " change " + nth).hasSize(1);
            assertThat(queue.read(queue.find("stays").get(0))
                            .orElseThrow()
                            .value("args")
                            .path("text")
                            .asText())
                    .startsWith("staysx");
        }
    }

    @Test
    void what_a_crash_left_aside_is_read_there_and_brought_back_when_a_task_refers_to_it() throws Exception {
        submit("t");
        Path file = queue.layout().payloads().resolve(payloads().get(0));
        disk.rename(file, PayloadSweep.aside(file));
        assertThat(worker.resolved(claim()).args().path("text").asText()).startsWith("tx");
        passes();
        assertThat(payloads()).containsExactly(String.valueOf(file.getFileName()));
    }
}
