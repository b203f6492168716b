package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.event.Event;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.queue.Member;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskRecord;
import dev.millrace.queue.TaskView;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.RecordingEvents;
import dev.millrace.testkit.SteppedTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker's work, step by step, without a thread: handlers run inside the step that claims their task, or when the test
 * lets them. What happens while a handler runs, happens because the handler itself lets time pass and steps the loop.
 */
class WorkerLoopTest {
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration MOMENT = Duration.ofMillis(300);
    private static final Duration LIMIT = Duration.ofSeconds(1);

    @TempDir
    Path folder;

    private final SteppedTime time = SteppedTime.create();
    private final RecordingEvents events = RecordingEvents.create();
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(11);
    private final FaultyDisk disk = FaultyDisk.over(Disk.local());
    private final List<String> seen = new ArrayList<>();
    private TaskQueue queue;
    private WorkerQueue mine;
    private WorkerLoop loop;

    /** Slots that the test empties by hand. */
    private static final class HeldSlots implements Slots {
        private final Deque<Runnable> held = new ArrayDeque<>();

        @Override
        public void execute(Runnable attempt) {
            held.add(attempt);
        }

        void runNext() {
            held.remove().run();
        }
    }

    @BeforeEach
    void prepare() throws IOException {
        queue = TaskQueue.inDirectory(
                new QueueLayout(folder.resolve("queue")),
                QueueOptions.defaults().withDurability(Durability.OS),
                new QueuePorts(disk, time, random, events));
        queue.prepare();
        worker(1, Slots.inline(), task -> null);
    }

    private void worker(TaskHandler handler) {
        worker(1, Slots.inline(), handler);
    }

    private void worker(int slots, Slots threads, TaskHandler handler) {
        mine = member("w");
        QueuePorts ports = new QueuePorts(disk, time, random, events);
        loop = new SlotWorkerLoop(
                mine,
                queue.layout(),
                HandlerRegistry.of(handler),
                WorkerOptions.defaults(folder).withSlots(slots).withGrace(GRACE),
                ports,
                threads,
                new Recently(time));
        loop.run();
    }

    private WorkerQueue member(String name) {
        return queue.join(Member.newLife(0, name, random));
    }

    private Submission submit(Task task) throws IOException {
        return queue.submit(task);
    }

    private static Task task() {
        return Task.ofDefaultKind();
    }

    /** The look at pending after which everything that lies there is known. */
    private int stepAfterPoll() {
        time.advance(QueueOptions.defaults().poll());
        return loop.step();
    }

    private TaskState stateOf(Submission task) throws IOException {
        return view(task).state();
    }

    private TaskView view(Submission task) throws IOException {
        return queue.locate(task.stem()).orElseThrow();
    }

    private TaskRecord read(Submission task) throws IOException {
        return queue.read(view(task)).orElseThrow();
    }

    private String errorOf(Submission task) throws IOException {
        assertThat(stateOf(task)).isEqualTo(TaskState.FAILED);
        return read(task).error().orElseThrow();
    }

    private void passAndStep(Duration length) {
        time.advance(length);
        loop.step();
    }

    @Test
    void a_step_claims_runs_and_settles_and_the_next_has_nothing_to_do() throws Exception {
        worker(task -> "made by " + task.worker() + " in attempt " + task.attempt());
        assertThat(loop.step()).isZero();
        Submission task = submit(task());
        assertThat(stepAfterPoll()).isEqualTo(1);
        assertThat(stateOf(task)).isEqualTo(TaskState.DONE);
        assertThat(read(task).result().asText()).isEqualTo("made by w in attempt 1");
        assertThat(loop.busy()).isZero();
        loop.step();
        assertThat(loop.step()).isZero();
    }

    @Test
    void no_more_tasks_are_claimed_than_there_are_slots() throws Exception {
        HeldSlots slots = new HeldSlots();
        worker(2, slots, task -> seen.add(task.id()));
        for (String id : List.of("a", "b", "c")) submit(task().id(id));
        assertThat(stepAfterPoll()).isEqualTo(2);
        assertThat(loop.busy()).isEqualTo(2);
        assertThat(loop.current()).extracting(Heartbeat.CurrentTask::id).containsExactlyInAnyOrder("a", "b");
        assertThat(queue.counts().of(TaskState.RUNNING)).isEqualTo(2);
        slots.runNext();
        assertThat(seen).as("a freed slot claims for itself").containsExactly("a", "c");
        slots.runNext();
        assertThat(seen).containsExactly("a", "c", "b");
        assertThat(queue.counts().of(TaskState.DONE)).isEqualTo(3);
    }

    @Test
    void a_step_ends_although_quick_tasks_free_their_slots_at_once() throws Exception {
        worker(2, Slots.inline(), task -> seen.add(task.id()));
        for (int i = 0; i < 5; i++) submit(task());
        stepAfterPoll();
        assertThat(seen).hasSize(2);
        loop.step();
        assertThat(seen).hasSize(4);
    }

    @Test
    void progress_is_stamped_in_what_the_heartbeat_tells() throws Exception {
        worker(task -> {
            Heartbeat.CurrentTask before = loop.current().get(0);
            assertThat(before.progressAt()).isEqualTo(before.startedAt());
            time.advance(Duration.ofSeconds(3));
            task.progress(0.5, "half");
            seen.add(loop.current().get(0).progressAt() - before.startedAt() + " s");
            return null;
        });
        Submission task = submit(task());
        stepAfterPoll();
        assertThat(stateOf(task)).isEqualTo(TaskState.DONE);
        assertThat(seen).containsExactly("3.0 s");
        assertThat(loop.current()).isEmpty();
    }

    @Test
    void an_attempt_beyond_its_time_limit_is_interrupted_and_fails() throws Exception {
        worker(task -> {
            passAndStep(LIMIT);
            seen.add("cancelled " + task.isCancelled());
            passAndStep(MOMENT);
            boolean interrupted = Thread.interrupted();
            seen.add("cancelled " + task.isCancelled() + ", interrupted " + interrupted);
            if (interrupted) throw new InterruptedException();
            return "never";
        });
        Submission task = submit(task().timeout(LIMIT));
        stepAfterPoll();
        assertThat(seen).containsExactly("cancelled false", "cancelled true, interrupted true");
        assertThat(errorOf(task)).isEqualTo("timed out after 1.0 s (timeout_sec)");
    }

    @Test
    void a_handler_that_ignores_its_interrupt_loses_its_slot_and_its_result_and_wears_the_worker_out()
            throws Exception {
        worker(task -> {
            passAndStep(LIMIT.plus(MOMENT));
            seen.add("interrupted " + Thread.interrupted());
            passAndStep(GRACE);
            seen.add("busy " + loop.busy());
            passAndStep(MOMENT);
            seen.add("busy " + loop.busy());
            return "too late";
        });
        Submission hung = submit(task().timeout(LIMIT));
        stepAfterPoll();
        assertThat(seen).containsExactly("interrupted true", "busy 1", "busy 0");
        assertThat(errorOf(hung)).contains("timed out").contains("ignored the interrupt");
        assertThat(read(hung).result().isMissingNode()).isTrue();
        assertThat(loop.isExhausted()).isTrue();
        Submission next = submit(task());
        stepAfterPoll();
        assertThat(stateOf(next)).isEqualTo(TaskState.PENDING);
    }

    @Test
    void a_failed_attempt_waits_longer_each_time_and_keeps_its_idempotency_key() throws Exception {
        worker(task -> {
            seen.add(task.idempotencyKey());
            throw new IOException("not yet");
        });
        Submission task = submit(task().maxAttempts(3).with("retry", Map.of("jitter", "none")));
        stepAfterPoll();
        for (Duration delay : List.of(Duration.ofSeconds(1), Duration.ofSeconds(2))) {
            assertThat(stateOf(task)).isEqualTo(TaskState.SCHEDULED);
            time.advance(delay.minusMillis(1));
            assertThat(mine.promote()).isZero();
            time.advance(Duration.ofMillis(1));
            assertThat(mine.promote()).isEqualTo(1);
            stepAfterPoll();
        }
        assertThat(errorOf(task)).isEqualTo("IOException: not yet");
        assertThat(read(task).value("attempt").intValue()).isEqualTo(3);
        assertThat(seen).hasSize(3).containsOnly(task.stem());
    }

    @Test
    void a_lost_claim_tells_the_handler_drops_its_result_and_the_task_runs_again_under_the_same_key() throws Exception {
        WorkerQueue other = member("other");
        Predicate<String> everybody = incarnation -> true;
        worker(task -> {
            seen.add(task.attempt() + " " + task.idempotencyKey());
            if (task.attempt() > 1) return "second";
            seen.add("rescued " + other.rescue(everybody));
            passAndStep(Duration.ofSeconds(2));
            seen.add("cancelled " + task.isCancelled() + ", interrupted " + Thread.interrupted());
            return "first";
        });
        Submission task = submit(task());
        stepAfterPoll();
        stepAfterPoll();
        assertThat(read(task).result().asText()).isEqualTo("second");
        assertThat(seen)
                .containsExactly(
                        "1 " + task.stem(), "rescued 1", "cancelled true, interrupted true", "2 " + task.stem());
        assertThat(events.of(Event.Fenced.class)).hasSize(1);
    }

    @Test
    void a_parked_worker_finishes_what_runs_takes_no_more_and_may_run_again() throws Exception {
        worker(task -> {
            loop.park();
            return "finished";
        });
        Submission first = submit(task().id("first"));
        Submission second = submit(task().id("second"));
        stepAfterPoll();
        stepAfterPoll();
        assertThat(stateOf(first)).isEqualTo(TaskState.DONE);
        assertThat(stateOf(second)).isEqualTo(TaskState.PENDING);
        assertThat(loop.phase()).isEqualTo(WorkerPhase.PARKED);
        loop.run();
        stepAfterPoll();
        assertThat(stateOf(second)).isEqualTo(TaskState.DONE);
    }

    @Test
    void a_draining_worker_finishes_what_runs_and_then_has_ended_for_good() throws Exception {
        worker(task -> {
            loop.drain();
            loop.step();
            assertThat(loop.phase()).isEqualTo(WorkerPhase.DRAINING);
            return "finished";
        });
        Submission first = submit(task().id("first"));
        Submission second = submit(task().id("second"));
        stepAfterPoll();
        assertThat(loop.phase()).isEqualTo(WorkerPhase.STOPPED);
        assertThat(stateOf(first)).isEqualTo(TaskState.DONE);
        stepAfterPoll();
        assertThat(stateOf(second)).isEqualTo(TaskState.PENDING);
        assertThatThrownBy(() -> loop.run()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void what_runs_when_the_process_ends_goes_back_and_has_spent_no_attempt() throws Exception {
        worker(task -> {
            loop.handBackAll("the worker was told to end");
            return "nobody waits for this";
        });
        Submission task = submit(task());
        stepAfterPoll();
        assertThat(loop.phase()).isEqualTo(WorkerPhase.STOPPED);
        assertThat(stateOf(task)).isEqualTo(TaskState.PENDING);
        assertThat(view(task).attempt()).isEqualTo(1);
    }

    @Test
    void a_disk_that_does_not_take_the_result_now_gets_it_later() throws Exception {
        worker(task -> "kept");
        Submission task = submit(task());
        try (FaultyDisk.Fault full =
                disk.faultOnce(call -> call.is(Operation.APPEND), FaultyDisk.Moment.BEFORE, DiskTrouble.noSpace())) {
            stepAfterPoll();
            assertThat(full.strikes()).isEqualTo(1);
        }
        assertThat(read(task).result().asText()).isEqualTo("kept");
        assertThat(events.of(Event.Trouble.class).get(0).describe()).contains("cannot settle", "tries again");
    }

    @Test
    void a_worker_without_a_thread_left_gives_its_task_back_and_is_worn_out() throws Exception {
        worker(
                1,
                attempt -> {
                    throw new OutOfMemoryError("unable to create native thread");
                },
                task -> "never");
        Submission task = submit(task());
        stepAfterPoll();
        assertThat(loop.isExhausted()).isTrue();
        assertThat(loop.busy()).isZero();
        assertThat(stateOf(task)).isEqualTo(TaskState.PENDING);
    }
}
