package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueControl.Changed;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.CrashException;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tasks that have ended and are run again, forgotten, or let in before their time. */
class SecondRunsTest {
    private static final int MOST_CHANGES = 60;
    private static final int LOCKED = 2;

    @TempDir
    private Path folder;

    private static TaskView failed(QueueWorld world, String id) throws IOException {
        world.queue.submit(Task.of("k").id(id).args(Map.of("n", 5)).priority(7));
        Actor actor = world.actor("first");
        Claim claim = actor.claim();
        actor.queue().settle(claim, new Outcome.Failed("no table", "at x"));
        return world.queue.locate(claim.stem()).orElseThrow();
    }

    private static TaskView failedNow(QueueWorld world, Task task) throws IOException {
        Submission submitted = world.queue.submit(task);
        Actor actor = world.actor("first");
        actor.queue().settle(actor.claim(), new Outcome.Failed("no table", "at x"));
        return world.queue.locate(submitted.stem()).orElseThrow();
    }

    private static List<TaskView> all(QueueWorld world) throws IOException {
        return world.queue.list(TaskFilter.all());
    }

    @Test
    void a_failed_task_runs_again_as_its_author_wrote_it() throws Exception {
        QueueWorld world = QueueWorld.in(folder);
        TaskView old = failed(world, "t");
        assertThat(world.queue.control().retry(old)).isEqualTo(Changed.DONE);
        assertThat(all(world)).hasSize(1);
        Claim again = world.actor("second").claim();
        assertThat(again.id()).isEqualTo("t");
        assertThat(again.stem()).isNotEqualTo(old.stem()).startsWith("2");
        assertThat(again.attempt()).isEqualTo(1);
        assertThat(again.document().args().path("n").asInt()).isEqualTo(5);
        assertThat(again.document().value("retry_of").asText()).isEqualTo(old.stem());
        for (String key : List.of("error", "status", "traceback", "attempts", "claim"))
            assertThat(again.document().value(key).isMissingNode()).as(key).isTrue();
        assertThat(world.queue.control().retry(old)).isEqualTo(Changed.UNKNOWN);
    }

    @Test
    void it_has_its_unique_key_again_and_nobody_else_gets_it() throws Exception {
        QueueWorld world = QueueWorld.in(folder);
        Task task = Task.of("k").id("t").uniqueKey("only");
        TaskView old = failedNow(world, task);
        assertThat(world.queue.control().retry(old)).isEqualTo(Changed.DONE);
        assertThat(world.queue.submit(task.id("other")).id()).isEqualTo("t");
        assertThat(world.names(world.layout().folder(TaskState.PENDING))).hasSize(1);
    }

    /** Somebody writes one just then, or has put a file there by hand. */
    @Test
    void what_lies_there_and_is_no_second_run_is_in_nobodys_way() throws Exception {
        QueueWorld world = QueueWorld.in(folder);
        Path aside = Files.createDirectories(world.layout().secondRuns());
        Task task = Task.of("k").id("t").uniqueKey("only");
        Submission first = world.queue.submit(task);
        world.drain(world.actor("a"));
        Files.writeString(aside.resolve("mine.task.json"), "{}");
        Files.writeString(aside.resolve(".draft-1-0-pending." + first.stem() + ".a1r1.task.json"), "{");
        Submission next = world.queue.submit(task.id("next"));
        assertThat(next.isNew()).isTrue();
        world.actor("steward").queue().sweep(RetentionLimits.defaults());
        assertThat(world.names(aside)).contains("mine.task.json").noneMatch(name -> name.startsWith(".draft-"));
    }

    @Test
    void it_stays_as_it_was_while_another_has_its_unique_key() throws Exception {
        QueueWorld world = QueueWorld.in(folder);
        Task task = Task.of("k").id("t").uniqueKey("only");
        TaskView old = failedNow(world, task);
        world.queue.submit(task.id("other"));
        assertThat(world.queue.control().retry(old)).isEqualTo(Changed.TAKEN);
        assertThat(world.queue.locate(old.stem())).contains(old);
        assertThat(world.names(world.layout().folder(TaskState.PENDING))).hasSize(1);
    }

    @Test
    void what_has_not_failed_is_left_alone() throws Exception {
        QueueWorld world = QueueWorld.in(folder);
        world.submit("waits");
        TaskView view = all(world).get(0);
        assertThat(world.queue.control().retry(view)).isEqualTo(Changed.WRONG_STATE);
        assertThat(world.queue.control().discard(view)).isEqualTo(Changed.WRONG_STATE);
        assertThat(world.queue.control().requeue(view)).isEqualTo(Changed.WRONG_STATE);
        assertThat(all(world)).containsExactly(view);
    }

    /** Dies at each change; whoever comes next, an operator or a steward, finishes it: the task runs again, and once. */
    @ParameterizedTest
    @EnumSource(Moment.class)
    void an_operator_dies_at_each_change(Moment moment) throws Exception {
        int deaths = 0;
        for (int nth = 1; nth < MOST_CHANGES; nth++) {
            // Who dies right after taking the lock is let go by the system, and in this machine by nobody.
            if (moment == Moment.AFTER && nth == LOCKED) continue;
            QueueWorld world = QueueWorld.in(folder.resolve(moment + "-" + nth));
            TaskView old = failed(world, "t");
            FaultyDisk disk = FaultyDisk.over(QuickDisk.local());
            disk.crash(nth, moment);
            if (!dies(world, disk, old)) break;
            deaths++;
            if (nth % 2 == 0) world.queue.control().retry(old);
            Actor steward = world.actor("steward");
            steward.queue().sweep(RetentionLimits.defaults());
            List<TaskView> left = all(world);
            assertThat(left).as("after death " + nth).hasSize(1);
            if (left.get(0).state() == TaskState.FAILED) world.queue.control().retry(old);
            assertThat(world.drain(world.actor("heir")))
                    .as("after death " + nth)
                    .hasSize(1);
        }
        assertThat(deaths).isBetween(3, MOST_CHANGES - 2);
    }

    private static boolean dies(QueueWorld world, FaultyDisk disk, TaskView old) throws Exception {
        try {
            TaskQueue.inDirectory(world.layout(), QueueWorld.OPTIONS, world.ports(disk))
                    .control()
                    .retry(old);
            return false;
        } catch (CrashException dead) {
            return true;
        }
    }

    @Test
    void a_task_of_a_batch_keeps_its_outcome_and_runs_again_once() throws Exception {
        BatchWorld batches = BatchWorld.in(folder).submit(3);
        QueueWorld world = batches.queue;
        batches.drain(world.actor("first"));
        TaskView old = world.queue.find("t1").get(0);
        assertThat(old.state()).isEqualTo(TaskState.FAILED);
        assertThat(world.queue.control().retry(old)).isEqualTo(Changed.DONE);
        assertThat(world.queue.control().retry(old)).isEqualTo(Changed.BEFORE);
        assertThat(world.actor("second").claim().id()).isEqualTo("t1");
        assertThat(world.queue.control().discard(old)).isEqualTo(Changed.SHARED);
        for (String file : batches.files()) Files.delete(world.root.resolve(file));
        world.actor("steward").queue().sweep(RetentionLimits.defaults());
        assertThat(world.names(world.layout().secondRuns()))
                .as("a mark goes with its batch")
                .noneMatch(name -> name.endsWith(".again"));
    }

    @Test
    void tasks_that_share_a_file_are_forgotten_together_or_not_at_all() throws Exception {
        BatchWorld batches = BatchWorld.in(folder).submit(3);
        QueueWorld world = batches.queue;
        batches.drain(world.actor("a"));
        Submission alone = world.submit("alone");
        world.drain(world.actor("b"));
        List<TaskView> tasks = all(world);
        Path log = Files.createDirectories(world.layout().logs())
                .resolve(batches.submitted.get(2).stem() + ".log");
        Files.writeString(log, "x");
        List<TaskView> notAll = tasks.stream()
                .filter(task -> !task.stem().equals(batches.submitted.get(0).stem()))
                .toList();
        assertThat(world.queue.control().discardAll(notAll))
                .hasSize(3)
                .containsEntry(find(tasks, alone), Changed.DONE)
                .containsEntry(find(tasks, batches.submitted.get(1)), Changed.SHARED);
        assertThat(all(world)).hasSize(3);
        assertThat(world.queue.control().discardAll(all(world)).values()).containsOnly(Changed.DONE);
        assertThat(all(world)).isEmpty();
        assertThat(batches.files()).isEmpty();
        assertThat(log).doesNotExist();
    }

    private static TaskView find(List<TaskView> tasks, Submission submitted) {
        return tasks.stream()
                .filter(task -> task.stem().equals(submitted.stem()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void tasks_that_share_a_file_are_not_forgotten_while_one_of_them_waits() throws Exception {
        BatchWorld batches = BatchWorld.in(folder).submit(3);
        Actor a = batches.queue.actor("a");
        Claim first = a.claim();
        a.queue().settle(first, batches.outcome(a, first));
        a.queue().release();
        TaskView ended = batches.queue.queue.locate(first.stem()).orElseThrow();
        assertThat(ended.state()).isEqualTo(TaskState.DONE);
        assertThat(batches.queue.queue.control().discard(ended)).isEqualTo(Changed.SHARED);
        batches.drain(a);
        batches.assertAllEnded(3);
    }

    @Test
    void a_refused_file_is_taken_as_it_was_mended() throws Exception {
        QueueWorld world = QueueWorld.in(folder);
        world.pendingFile("x.task.json", "{ torn");
        assertThat(world.actor("a").queue().claim()).isEmpty();
        TaskView refused = world.queue.find("x").get(0);
        assertThat(world.queue.control().retry(refused)).isEqualTo(Changed.UNFIT);
        Files.writeString(refused.file(), QueueWorld.foreign("{}"));
        assertThat(world.queue.control().retry(refused)).isEqualTo(Changed.DONE);
        assertThat(world.actor("b").claim().stem()).startsWith("x");
        assertThat(world.names(TaskState.FAILED)).isEmpty();
    }

    @Test
    void a_task_is_forgotten_with_its_log() throws Exception {
        QueueWorld world = QueueWorld.in(folder);
        TaskView old = failed(world, "t");
        Path log = Files.createDirectories(world.layout().logs()).resolve(old.stem() + ".log");
        Files.writeString(log, "x");
        assertThat(world.queue.control().discard(old)).isEqualTo(Changed.DONE);
        assertThat(all(world)).isEmpty();
        assertThat(log).doesNotExist();
        assertThat(world.queue.control().discard(old)).isEqualTo(Changed.UNKNOWN);
    }

    @Test
    void a_task_that_waits_for_its_time_is_let_in() throws Exception {
        QueueWorld world = QueueWorld.in(folder);
        world.queue.submit(Task.of("k").id("t").notBefore(world.time.instant().plus(Duration.ofDays(1))));
        assertThat(world.queue.control().requeue(all(world).get(0))).isEqualTo(Changed.DONE);
        assertThat(world.actor("a").claim().id()).isEqualTo("t");
    }

    @Test
    void tasks_are_listed_by_kind_and_age() throws Exception {
        BatchWorld batches = BatchWorld.in(folder).submit(3);
        QueueWorld world = batches.queue;
        world.queue.submit(Task.of("other").id("o"));
        world.pendingFile(
                "s.task.json", QueueWorld.foreign("{}").replace("\"task_id\"", "\"kind\":\"other\",\"task_id\""));
        assertThat(world.queue.list(TaskFilter.all().withKind("other")))
                .extracting(TaskView::id)
                .containsExactlyInAnyOrder("o", "s");
        assertThat(world.queue.list(TaskFilter.all().withKind("k"))).hasSize(3);
        double now = world.time.epochSeconds();
        assertThat(world.queue.list(TaskFilter.all().withDueBefore(now - 60))).isEmpty();
        assertThat(world.queue.list(TaskFilter.all().withDueBefore(now + 60))).hasSize(4);
    }
}
