package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.queue.QueueControl.Changed;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.CrashException;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tasks that share a file begin sooner, each for itself. */
class RequeueTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    private Path folder;

    /** Of three tasks that share a file the first two wait an hour for another attempt; the last is done. */
    private static BatchWorld twoWait(Path folder) throws IOException {
        BatchWorld batches = BatchWorld.in(folder).submit(3);
        Actor a = batches.queue.actor("a");
        Optional<Claim> claim = a.queue().claim();
        while (claim.isPresent()) {
            boolean last = claim.get().id().equals("t2");
            a.queue().settle(claim.get(), last ? QueueWorld.done("x") : QueueWorld.retry(HOUR));
            claim = a.queue().claimAfter(claim.get());
        }
        batches.queue.time.advance(Duration.ofSeconds(1));
        a.queue().finishUnpublished();
        return batches;
    }

    private static TaskView view(BatchWorld batches, int task) throws IOException {
        return batches.queue.queue.locate(batches.submitted.get(task).stem()).orElseThrow();
    }

    private static List<String> attempts(BatchWorld batches, int task) throws IOException {
        List<String> told = new ArrayList<>();
        for (JsonNode attempt : batches.record(task).value("attempts"))
            told.add(attempt.path("attempt").asInt() + " "
                    + attempt.path("outcome").asText());
        return told;
    }

    @Test
    void one_that_waits_for_another_attempt_begins_now_and_the_others_wait_on() throws IOException {
        BatchWorld batches = twoWait(folder);
        QueueWorld world = batches.queue;
        assertThat(view(batches, 0).state()).isEqualTo(TaskState.SCHEDULED);
        assertThat(world.queue.control().requeue(view(batches, 0))).isEqualTo(Changed.DONE);
        Actor b = world.actor("b");
        Claim now = b.claim();
        assertThat(now.id()).isEqualTo("t0");
        assertThat(now.attempt()).isEqualTo(2);
        b.done(now, "sooner");
        assertThat(b.queue().claimAfter(now)).isEmpty();
        world.time.advance(Duration.ofSeconds(1));
        b.queue().finishUnpublished();
        assertThat(view(batches, 0).state()).isEqualTo(TaskState.DONE);
        assertThat(view(batches, 1).state()).isEqualTo(TaskState.SCHEDULED);
        world.time.advance(HOUR);
        batches.drain(b);
        batches.assertAllEnded(3);
        assertThat(attempts(batches, 0)).containsExactly("1 failed", "2 done");
        assertThat(attempts(batches, 1)).containsExactly("1 failed", "2 failed");
    }

    @Test
    void all_that_match_begin_now() throws IOException {
        BatchWorld batches = twoWait(folder);
        QueueWorld world = batches.queue;
        List<TaskView> waiting = List.of(view(batches, 0), view(batches, 1));
        assertThat(world.queue.control().requeueAll(waiting).values()).containsOnly(Changed.DONE);
        assertThat(world.queue
                        .control()
                        .requeueAll(List.of(view(batches, 0), view(batches, 2)))
                        .values())
                .as("what is pending, and what has ended")
                .containsOnly(Changed.WRONG_STATE);
        batches.drain(world.actor("b"));
        batches.assertAllEnded(3);
    }

    @Test
    void a_dropped_file_that_nobody_has_begun_begins_as_a_whole() throws IOException {
        BatchWorld batches = BatchWorld.in(folder);
        QueueWorld world = batches.queue;
        String line = QueueWorld.foreignTask("") + "\n";
        world.scheduledFile(HOUR, "many.batch.jsonl", line + line);
        List<TaskView> both = world.queue.list(TaskFilter.all());
        QueueControl control = world.queue.control();
        assertThat(control.requeue(both.get(0))).isEqualTo(Changed.SHARED);
        Path inTheWay = world.pendingFile("many.batch.jsonl", line);
        assertThat(control.requeueAll(both).values()).containsOnly(Changed.WRONG_STATE);
        QuickDisk.local().delete(inTheWay);
        assertThat(control.requeueAll(both).values()).containsOnly(Changed.DONE);
        assertThat(world.names(TaskState.PENDING)).containsExactly("many.batch.jsonl");
        assertThat(world.actor("a").queue().claim()).isPresent();
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void an_operator_who_dies_over_it_loses_nothing(Moment moment) throws IOException {
        for (int nth = 1; nth < 100; nth++) {
            BatchWorld batches = twoWait(folder.resolve(moment + "-" + nth));
            QueueWorld world = batches.queue;
            Actor operator = world.actor("operator");
            operator.disk().crash(nth, moment);
            if (!dies(world.queueOn(operator.disk()).control(), view(batches, 0))) {
                assertThat(nth).as("deaths").isGreaterThan(5);
                return;
            }
            Actor heir = world.actor("heir");
            for (int i = 0; i < 5; i++) heir.rescue(incarnation -> !incarnation.equals(heir.incarnation()));
            world.time.advance(HOUR);
            heir.queue().promote();
            List<String> begun = new ArrayList<>();
            for (Optional<Claim> claim = heir.queue().claim(); claim.isPresent(); claim = next(world, heir)) {
                begun.add(claim.get().id() + " " + claim.get().attempt());
                heir.queue().settle(claim.get(), new Outcome.Failed("bad", ""));
            }
            assertThat(begun).as("died at " + nth).containsExactlyInAnyOrder("t0 2", "t1 2");
            assertThat(world.queue.counts().of(TaskState.FAILED)).isEqualTo(2);
            assertThat(world.queue.counts().of(TaskState.DONE)).isEqualTo(1);
            assertThat(world.queue.counts().total()).isEqualTo(3);
        }
        throw new AssertionError("no end");
    }

    private static Optional<Claim> next(QueueWorld world, Actor actor) throws IOException {
        world.time.advance(Duration.ofSeconds(2));
        actor.queue().finishUnpublished();
        return actor.queue().claim();
    }

    private static boolean dies(QueueControl control, TaskView task) throws IOException {
        try {
            control.requeue(task);
            return false;
        } catch (CrashException dead) {
            return true;
        }
    }
}
