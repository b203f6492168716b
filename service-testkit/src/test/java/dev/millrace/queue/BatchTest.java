package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.BatchName;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchTest {
    private static final int TASKS = 6;

    @TempDir
    private Path folder;

    private BatchWorld world;

    @BeforeEach
    void open() throws IOException {
        world = BatchWorld.in(folder);
    }

    @Test
    void small_tasks_that_come_together_share_a_file_and_each_ends_by_itself() throws IOException {
        world.submit(TASKS);
        assertThat(world.queue.queue.counts().of(TaskState.PENDING)).isEqualTo(TASKS);
        world.drain(world.queue.actor("a"));
        world.assertAllEnded(TASKS);
        assertThat(world.runs).containsEntry("t0", 1).containsEntry("t2", 2);
        assertThat(world.record(0).result().asText()).isEqualTo("a 1");
        assertThat(world.record(1).error()).contains("bad");
        assertThat(world.record(2).value("attempts").get(0).path("reason").asText())
                .isEqualTo("not yet");
        assertThat(world.record(2).value("attempt").asInt()).isEqualTo(2);
    }

    @Test
    void what_needs_a_file_of_its_own_gets_one() throws IOException {
        Task plain = Task.of("k");
        world.queue.submit("parent");
        List<Submission> all = world.queue.queue.submitAll(List.of(
                plain,
                plain.with("unique_key", "u"),
                plain.with("worker", "a"),
                plain.with("not_before", world.queue.time.epochSeconds() + 60),
                plain.with("depends_on", List.of("parent")),
                Task.of("other"),
                plain,
                plain.with("priority", 9)));
        assertThat(world.files()).hasSize(1);
        assertThat(all.stream().filter(one -> BatchName.partOf(one.stem()).isPresent()))
                .containsExactly(all.get(0), all.get(6));
        assertThat(all.stream().map(Submission::id)).doesNotHaveDuplicates();
    }

    @Test
    void a_batch_costs_a_handful_of_changes_however_many_tasks_it_has() throws IOException {
        world.submit(500);
        Actor a = world.queue.actor("a");
        for (Optional<Claim> one = Optional.of(a.claim());
                one.isPresent();
                one = a.queue().claimAfter(one.get())) a.done(one.get(), "x");
        assertThat(world.queue.queue.counts().of(TaskState.DONE)).isEqualTo(500);
        assertThat(a.disk().count(Operation.RENAME))
                .as("claim, progress, fence, publish")
                .isEqualTo(4);
        assertThat(a.disk().count(Operation.APPEND)).isEqualTo(1);
    }

    @Test
    void tasks_are_found_by_the_ids_of_their_authors_and_by_ours() throws IOException {
        world.submit(TASKS);
        assertThat(world.queue.queue.find("t3"))
                .extracting(TaskView::stem)
                .containsExactly(world.submitted.get(3).stem());
        Task nameless = Task.of("k");
        List<Submission> ours = world.queue.queue.submitAll(List.of(nameless, nameless));
        assertThat(world.queue.queue.find(ours.get(1).id()))
                .extracting(TaskView::stem)
                .containsExactly(ours.get(1).stem());
        assertThat(world.queue.queue.find(ours.get(1).stem())).hasSize(1);
        assertThat(world.queue.queue.list(TaskFilter.all())).hasSize(TASKS + 2);
    }

    @Test
    void a_line_that_is_no_task_fails_alone() throws IOException {
        String good = "{\"schema\":\"agi.service.task.v1\",\"task_id\":\"g%d\",\"kind\":\"k\",\"args\":{}}\n";
        String content = String.format(good, 0) + "{\"schema\":\"other\"}\n" + "garbage\n" + String.format(good, 3);
        world.queue.pendingFile("x.n4.batch.jsonl", content);
        world.queue.passPoll();
        world.drain(world.queue.actor("a"));
        assertThat(world.runs).containsOnlyKeys("g0", "g3");
        assertThat(world.files()).hasSize(1).first().asString().startsWith("failed/x.n4.");
        List<TaskView> bad = world.queue.queue.list(TaskFilter.all()).stream()
                .filter(view -> view.state() == TaskState.FAILED)
                .toList();
        assertThat(bad).hasSize(2);
        assertThat(world.queue.queue.read(bad.get(0)).orElseThrow().error().orElseThrow())
                .contains("line 2")
                .contains("x.n4.batch.jsonl");
        assertThat(Files.readString(world.queue
                        .folder(TaskState.FAILED)
                        .resolve(world.files().get(0).substring(7))))
                .as("nothing is lost")
                .startsWith(content);
    }

    @Test
    void a_line_that_needs_a_file_of_its_own_fails_alone() throws IOException {
        String line = "{\"schema\":\"agi.service.task.v1\",\"task_id\":\"%s\",\"kind\":\"k\",%s}\n";
        world.queue.pendingFile(
                "x.n4.batch.jsonl",
                String.format(line, "g0", "\"args\":{}")
                        + String.format(line, "waits", "\"depends_on\":[\"g0\"]")
                        + String.format(line, "keyed", "\"unique_key\":\"u\"")
                        + String.format(line, "later", "\"not_before\":1e10"));
        world.queue.passPoll();
        world.drain(world.queue.actor("a"));
        assertThat(world.runs).containsOnlyKeys("g0");
        List<String> errors = new ArrayList<>();
        for (TaskView view : world.queue.queue.list(TaskFilter.all()))
            world.queue.queue.read(view).orElseThrow().error().ifPresent(errors::add);
        assertThat(errors).hasSize(3);
        assertThat(errors.toString())
                .contains("line 2", "'depends_on', which needs a file of its own", "line 3", "'unique_key'")
                .contains("line 4", "'not_before'");
    }

    @Test
    void a_file_that_was_cut_off_runs_what_it_has_and_tells_what_is_missing() throws IOException {
        String good = "{\"schema\":\"agi.service.task.v1\",\"task_id\":\"g%d\",\"kind\":\"k\"}\n";
        String content = String.format(good, 0) + String.format(good, 1);
        world.queue.pendingFile(
                "x.n4.batch.jsonl", content + String.format(good, 2).substring(0, 30));
        world.queue.passPoll();
        world.drain(world.queue.actor("a"));
        assertThat(world.runs).containsOnlyKeys("g0", "g1");
        QueueCounts counts = world.queue.queue.counts();
        assertThat(counts.of(TaskState.DONE)).isEqualTo(2);
        assertThat(counts.of(TaskState.FAILED)).isEqualTo(2);
        List<String> errors = new ArrayList<>();
        for (TaskView view : world.queue.queue.list(TaskFilter.all()))
            world.queue.queue.read(view).orElseThrow().error().ifPresent(errors::add);
        assertThat(errors).hasSize(2);
        assertThat(errors.get(0)).contains("line 3");
        assertThat(errors.get(1)).contains("line 4").contains("cut off");
    }

    @Test
    void a_name_that_promises_millions_is_believed_no_further_than_as_many_as_share_a_file() throws IOException {
        world.queue.pendingFile("x.n9999999.batch.jsonl", "{\"schema\":\"agi.service.task.v1\",\"task_id\":\"g\"}\n");
        assertThat(world.queue.queue.list(TaskFilter.all().withLimit(10_000))).hasSize(5_000);
        world.queue.passPoll();
        world.drain(world.queue.actor("a"));
        assertThat(world.runs).containsOnlyKeys("g");
        assertThat(world.queue.queue.counts().of(TaskState.DONE)).isEqualTo(1);
        assertThat(world.queue.queue.counts().of(TaskState.FAILED)).isEqualTo(4_999);
    }

    @Test
    void a_strangers_file_need_not_tell_how_many_there_are() throws IOException {
        world.queue.pendingFile("x.batch.jsonl", "{\"schema\":\"agi.service.task.v1\",\"task_id\":\"g\"}\n".repeat(3));
        world.queue.passPoll();
        world.drain(world.queue.actor("a"));
        assertThat(world.queue.queue.counts().of(TaskState.DONE)).isEqualTo(3);
        assertThat(world.files()).containsExactly("done/x.n3.batch.jsonl");
    }

    @Test
    void what_was_not_begun_goes_back_when_the_worker_is_asked_to_end() throws IOException {
        world.submit(TASKS);
        Actor a = world.queue.actor("a");
        Claim first = a.claim();
        Claim second = a.queue().claimAfter(first).orElseThrow();
        a.queue().settle(first, world.outcome(a, first));
        a.queue().release();
        assertThat(world.files()).as("one still runs").first().asString().startsWith("running/");
        assertThat(a.queue().claim()).isEmpty();
        a.queue().settle(second, new Outcome.HandedBack("the worker ends"));
        assertThat(world.files()).hasSize(1).first().asString().startsWith("pending/");
        assertThat(world.record(0).view().state()).isEqualTo(TaskState.DONE);
        world.drain(world.queue.actor("b"));
        world.assertAllEnded(TASKS);
        assertThat(world.runs).as("the one that is done does not run again").containsEntry("t0", 1);
        assertThat(world.record(1).value("attempt").asInt())
                .as("no attempt was spent")
                .isEqualTo(1);
    }

    @Test
    void outcomes_count_a_little_later_and_only_then_are_seen() throws IOException {
        world.submit(TASKS);
        Actor a = world.queue.actor("a");
        Claim first = a.claim();
        Claim second = a.queue().claimAfter(first).orElseThrow();
        a.queue().settle(first, world.outcome(a, first));
        assertThat(world.record(0).view().state()).isEqualTo(TaskState.RUNNING);
        world.queue.time.advance(Duration.ofMillis(3));
        a.queue().finishUnpublished();
        assertThat(world.record(0).view().state()).isEqualTo(TaskState.DONE);
        assertThat(a.queue().stillHolds(second)).isTrue();
    }

    @Test
    void a_task_that_kills_its_worker_is_found_and_given_up_while_the_others_run() throws IOException {
        world.submit(TASKS);
        Actor steward = world.queue.actor("steward");
        for (int deaths = 0; deaths < 20; deaths++) {
            Actor a = world.queue.actor("a" + deaths);
            if (!killedBy(a, "t3")) break;
            world.rescue(steward, a);
        }
        world.look();
        assertThat(world.queue.queue.counts().of(TaskState.DONE)).isEqualTo(TASKS - 2);
        TaskRecord poison = world.record(3);
        assertThat(poison.view().state()).isEqualTo(TaskState.FAILED);
        assertThat(poison.error().orElseThrow()).contains("given up");
        assertThat(world.runs.get("t3")).isEqualTo(QueueWorld.OPTIONS.maxRescues() + 2);
        for (int i : List.of(0, 4, 5))
            assertThat(world.record(i).value("attempt").asInt()).isEqualTo(1);
    }

    /** The first death blames nobody, so it is run once more than it allows itself; then it is found and given up. */
    @Test
    void a_task_that_kills_its_worker_and_may_be_tried_once_is_given_up_at_its_second_death() throws IOException {
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) tasks.add(Task.of("k").id("t" + i).maxAttempts(i == 3 ? 1 : 2));
        world.submitted = world.queue.queue.submitAll(tasks);
        assertThat(world.files()).hasSize(1);
        Actor steward = world.queue.actor("steward");
        for (int deaths = 0; deaths < 20; deaths++) {
            Actor a = world.queue.actor("a" + deaths);
            if (!killedBy(a, "t3")) break;
            world.rescue(steward, a);
        }
        assertThat(world.runs.get("t3")).isEqualTo(2);
        assertThat(world.record(3).view().state()).isEqualTo(TaskState.FAILED);
        assertThat(world.record(3).error().orElseThrow()).contains("given up");
        for (int i : List.of(0, 4, 5)) {
            assertThat(world.record(i).view().state()).isEqualTo(TaskState.DONE);
            assertThat(world.record(i).value("attempt").asInt()).isEqualTo(1);
        }
    }

    /** Runs all there is, several at once where that is allowed, until the poison is met. */
    private boolean killedBy(Actor a, String poison) throws IOException {
        for (int idle = 0; idle < 5; ) {
            a.queue().promote();
            a.queue().finishUnpublished();
            List<Claim> together = new ArrayList<>();
            for (Optional<Claim> one = a.queue().claim();
                    one.isPresent();
                    one = a.queue().claim()) together.add(one.get());
            idle = together.isEmpty() ? idle + 1 : 0;
            world.queue.time.advance(Duration.ofSeconds(2));
            for (Claim one : together) {
                if (one.id().equals(poison)) {
                    world.runs.merge(poison, 1, Integer::sum);
                    return true;
                }
                a.queue().settle(one, world.outcome(a, one));
            }
        }
        return false;
    }
}
