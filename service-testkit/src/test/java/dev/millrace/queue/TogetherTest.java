package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.json.Json;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.DependencyPolicy;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that wait for others. */
class TogetherTest {
    @TempDir
    private Path folder;

    private QueueWorld world;
    private Actor worker;

    @BeforeEach
    void setUp() throws IOException {
        world = QueueWorld.in(folder);
        worker = world.actor("worker");
    }

    private static Task task(String id, String... dependsOn) {
        Task task = Task.of("k").id(id);
        return dependsOn.length == 0 ? task : task.dependsOn(dependsOn);
    }

    /** Runs what can be run, the steward in between, until nothing moves; gives the ids in their order. */
    private List<String> drain() throws IOException {
        List<String> ran = new java.util.ArrayList<>();
        for (int idle = 0; idle < 4; ) {
            int moved = worker.queue().unblock() + worker.queue().promote();
            Optional<Claim> claim = worker.queue().claim();
            if (claim.isEmpty() && moved == 0) {
                idle++;
                world.passPoll();
                continue;
            }
            idle = 0;
            if (claim.isEmpty()) continue;
            ran.add(claim.get().id());
            worker.queue().settle(claim.get(), outcome(claim.get()));
        }
        return ran;
    }

    /** Ids tell what becomes of them. */
    private static Outcome outcome(Claim claim) {
        if (claim.id().startsWith("bad")) return new Outcome.Failed("broken", "");
        return new Outcome.Done(TextNode.valueOf("result of " + claim.id()));
    }

    private TaskState stateOf(String id) throws IOException {
        return world.queue.find(id).get(0).state();
    }

    private Optional<String> errorOf(String id) throws IOException {
        return world.queue.read(world.queue.find(id).get(0)).orElseThrow().error();
    }

    private Dependencies dependenciesOf(String id) throws IOException {
        return world.queue.dependencies(
                world.queue.read(world.queue.find(id).get(0)).orElseThrow());
    }

    // ------------------------------------------------------------------ one after the other

    @Test
    void a_task_waits_blocked_until_the_one_that_it_names_is_done() throws IOException {
        world.queue.submit(task("first"));
        Submission second = world.queue.submit(task("second", "first"));
        assertThat(second.state()).isEqualTo(TaskState.BLOCKED);
        assertThat(world.stateOf(second.stem())).isEqualTo(TaskState.BLOCKED);
        assertThat(world.queue.counts().of(TaskState.BLOCKED)).isEqualTo(1);
        worker.queue().unblock();
        assertThat(world.stateOf(second.stem())).isEqualTo(TaskState.BLOCKED);
        assertThat(drain()).containsExactly("first", "second");
        assertThat(stateOf("second")).isEqualTo(TaskState.DONE);
    }

    @Test
    void it_may_name_a_task_that_has_ended_before_and_by_its_unique_name() throws IOException {
        Submission first = world.queue.submit(task("first"));
        assertThat(drain()).containsExactly("first");
        world.queue.submit(task("second", first.stem()));
        world.queue.submit(task("third", "first"));
        assertThat(drain()).containsExactly("second", "third");
    }

    @Test
    void tasks_that_are_submitted_together_name_each_other_by_id_in_any_order() throws IOException {
        List<Submission> all = world.queue.submitAll(
                List.of(task("d", "b", "c"), task("b", "a"), task("c", "a"), task("a"), task("other")));
        assertThat(all).extracting(Submission::id).containsExactly("d", "b", "c", "a", "other");
        List<String> ran = drain();
        assertThat(ran).hasSize(5).containsSubsequence("a", "b", "d").containsSubsequence("a", "c", "d");
    }

    @Test
    void one_that_waits_for_a_task_of_a_batch_goes_on_when_that_one_has_ended() throws IOException {
        Files.writeString(world.layout().runtimes(), "{\"runtimes\":{\"k\":0.0001}}");
        List<Submission> batch = world.queue.submitAll(List.of(task("b0"), task("b1"), Task.of("k")));
        assertThat(batch).extracting(Submission::file).containsOnly(batch.get(0).file());
        world.queue.submit(task("byId", "b1"));
        world.queue.submit(task("byStem", batch.get(2).stem()));
        assertThat(drain()).hasSize(5).containsSubsequence("b1", "byId");
        assertThat(dependenciesOf("byId").results()).containsEntry("b1", TextNode.valueOf("result of b1"));
        assertThat(dependenciesOf("byStem").counts()).containsEntry(TaskState.DONE, 1);
    }

    @Test
    void a_due_time_holds_also_when_the_others_have_ended() throws IOException {
        world.queue.submit(task("first"));
        Task later = task("second", "first").notBefore(world.time.instant().plusSeconds(3_600));
        Submission second = world.queue.submit(later);
        assertThat(second.state()).isEqualTo(TaskState.BLOCKED);
        assertThat(drain()).containsExactly("first");
        assertThat(world.stateOf(second.stem())).isEqualTo(TaskState.SCHEDULED);
        world.time.advance(Duration.ofHours(1));
        assertThat(drain()).containsExactly("second");
    }

    @Test
    void a_task_that_waited_is_retried_without_waiting_again() throws IOException {
        world.queue.submit(task("first"));
        Submission second = world.queue.submit(task("second", "first"));
        assertThat(drainOne()).isEqualTo("first");
        worker.queue().unblock();
        worker.queue().settle(claimSoon(), QueueWorld.retry(Duration.ZERO));
        assertThat(world.stateOf(second.stem())).isEqualTo(TaskState.PENDING);
        assertThat(drain()).containsExactly("second");
    }

    /** The file system may tell of a new file a moment late. */
    private Claim claimSoon() throws IOException {
        for (int polls = 0; polls < 5; polls++) {
            world.passPoll();
            Optional<Claim> claim = worker.queue().claim();
            if (claim.isPresent()) return claim.get();
        }
        throw new AssertionError("nothing to claim");
    }

    private String drainOne() throws IOException {
        Claim claim = worker.claim();
        worker.queue().settle(claim, outcome(claim));
        return claim.id();
    }

    // ------------------------------------------------------------------ what they came to

    @Test
    void the_handler_finds_the_results_of_the_others_by_id() throws IOException {
        world.queue.submitAll(List.of(task("a"), task("bad"), task("c")));
        world.queue.submit(task("sum", "a", "bad", "c").onDependencyFailure(DependencyPolicy.RUN));
        for (int i = 0; i < 3; i++) drainOne();
        worker.queue().unblock();
        Claim sum = claimSoon();
        Dependencies found = worker.queue().dependencies(sum);
        assertThat(found.count()).isEqualTo(3);
        assertThat(found.results().keySet()).containsExactly("a", "bad", "c");
        assertThat(found.results()).containsEntry("a", TextNode.valueOf("result of a"));
        assertThat(found.results()).containsEntry("bad", Json.object());
        assertThat(found.counts()).isEqualTo(Map.of(TaskState.DONE, 2, TaskState.FAILED, 1));
        Dependency bad = found.of("bad").orElseThrow();
        assertThat(bad.state()).contains(TaskState.FAILED);
        assertThat(bad.error()).contains("broken");
        assertThat(found.of("nobody")).isEmpty();
    }

    @Test
    void without_others_there_is_nothing_to_find() throws IOException {
        world.queue.submit(task("alone"));
        Dependencies found = worker.queue().dependencies(worker.claim());
        assertThat(found.count()).isZero();
        assertThat(found.results()).isEmpty();
        assertThat(found.counts()).isEmpty();
    }

    // ------------------------------------------------------------------ when another fails

    @Test
    void a_failed_dependency_cancels_all_who_wait_for_it_however_far() throws IOException {
        world.queue.submitAll(List.of(task("bad"), task("next", "bad"), task("last", "next")));
        assertThat(drain()).containsExactly("bad");
        assertThat(stateOf("next")).isEqualTo(TaskState.CANCELLED);
        assertThat(errorOf("next").orElse("")).contains("its dependency bad failed");
        assertThat(stateOf("last")).isEqualTo(TaskState.CANCELLED);
        assertThat(errorOf("last").orElse("")).contains("its dependency next was cancelled");
        assertThat(world.names(world.layout().cancels())).isEmpty();
    }

    @Test
    void it_may_fail_those_who_wait_instead_or_let_them_run() throws IOException {
        world.queue.submitAll(List.of(
                task("bad"),
                task("fails", "bad").onDependencyFailure(DependencyPolicy.FAIL),
                task("runs", "bad").onDependencyFailure(DependencyPolicy.RUN)));
        assertThat(drain()).containsExactly("bad", "runs");
        assertThat(stateOf("fails")).isEqualTo(TaskState.FAILED);
        assertThat(errorOf("fails").orElse("")).contains("its dependency bad failed");
        assertThat(stateOf("runs")).isEqualTo(TaskState.DONE);
    }

    @Test
    void whoever_dies_while_it_ends_a_blocked_task_leaves_none_that_runs() throws IOException {
        for (int nth = 1; nth < 50; nth++) {
            QueueWorld each = QueueWorld.in(folder.resolve("n" + nth));
            each.queue.submitAll(List.of(task("bad"), task("next", "bad").onDependencyFailure(DependencyPolicy.FAIL)));
            Actor first = each.actor("first");
            first.queue().settle(first.claim(), new Outcome.Failed("broken", ""));
            first.disk().crash(nth, dev.millrace.testkit.FaultyDisk.Moment.AFTER);
            try {
                first.queue().unblock();
                assertThat(nth).isGreaterThan(5);
                return;
            } catch (dev.millrace.testkit.CrashException dead) {
                Actor heir = each.actor("heir");
                each.untilQuiet(heir, java.util.Set.of(first.incarnation()));
                heir.queue().unblock();
                world.time.advance(Duration.ofSeconds(1));
                assertThat(each.drain(heir)).as("death " + nth).isEmpty();
                String next = each.queue.find("next").get(0).stem();
                assertThat(each.stateOf(next)).as("death " + nth).isEqualTo(TaskState.FAILED);
                assertThat(each.terminal(next).path("error").asText()).contains("its dependency bad failed");
            }
        }
    }

    /** Its outcome was seen, and lies in the log; its renames are undone, also the one that let it go on. */
    @Test
    void a_power_cut_that_blocks_an_ended_task_again_does_not_run_it_again() throws IOException {
        world.queue.submit(task("first"));
        Submission second = world.queue.submit(task("second", "first"));
        drainOne();
        worker.queue().unblock();
        Settlement.Settled settled = (Settlement.Settled) worker.queue().settle(claimSoon(), QueueWorld.done("seen"));
        Files.move(settled.file(), world.folder(TaskState.BLOCKED).resolve(second.stem() + ".task.json"));
        Actor heir = world.actor("heir");
        heir.queue().unblock();
        assertThat(heir.queue().claim()).isEmpty();
        world.untilQuiet(heir, java.util.Set.of(worker.incarnation()));
        assertThat(world.stateOf(second.stem())).isEqualTo(TaskState.DONE);
        assertThat(world.terminal(second.stem()).path("result").asText()).isEqualTo("seen");
        assertThat(world.drain(heir)).isEmpty();
    }

    @Test
    void a_dependency_that_was_taken_away_by_hand_counts_as_failed() throws IOException {
        Submission first = world.queue.submit(task("first"));
        world.queue.submit(task("second", "first"));
        Files.delete(first.file());
        for (int i = 0; i < 3; i++) {
            worker.queue().unblock();
            world.time.advance(Duration.ofSeconds(11));
        }
        assertThat(stateOf("second")).isEqualTo(TaskState.CANCELLED);
        assertThat(errorOf("second").orElse("")).contains("first is not in the queue any more");
    }

    @Test
    void one_that_ended_long_ago_may_be_removed_while_another_still_runs() throws IOException {
        world.queue.submitAll(List.of(task("a"), task("b")));
        world.queue.submit(task("sum", "a", "b"));
        drainOne();
        worker.queue().unblock();
        Files.delete(world.queue.find("a").get(0).file());
        Actor next = world.actor("next steward");
        for (int i = 0; i < 4; i++) {
            next.queue().unblock();
            world.time.advance(Duration.ofSeconds(11));
        }
        assertThat(stateOf("sum")).isEqualTo(TaskState.BLOCKED);
        drainOne();
        next.queue().unblock();
        assertThat(drain()).containsExactly("sum");
        assertThat(dependenciesOf("sum").counts()).isEqualTo(Map.of(TaskState.DONE, 2));
    }

    // ------------------------------------------------------------------ bad input

    @Test
    void a_name_that_no_task_bears_is_refused_before_anything_is_written() throws IOException {
        assertThatThrownBy(() -> world.queue.submitAll(List.of(task("a"), task("b", "a", "nobody"))))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("depends_on 'nobody' is the id of no task in this queue");
        assertThat(world.queue.counts().total()).isZero();
    }

    @Test
    void tasks_that_wait_for_each_other_are_refused_and_the_circle_is_shown() throws IOException {
        assertThatThrownBy(() -> world.queue.submitAll(List.of(task("a", "b"), task("b", "c"), task("c", "a"))))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("a -> b -> c -> a");
        assertThatThrownBy(() -> world.queue.submit(task("a", "a")))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("a -> a");
        assertThat(world.queue.counts().total()).isZero();
    }

    @Test
    void an_id_that_two_tasks_of_one_submit_bear_is_no_name_for_either() {
        assertThatThrownBy(() -> world.queue.submitAll(List.of(task("a"), task("a"), task("b", "a"))))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("depends_on 'a' is the id of 2 tasks");
    }

    @Test
    void what_the_queue_writes_itself_is_refused_from_others() {
        assertThatThrownBy(() -> world.queue.submit(task("a").with("waits_for", List.of("x"))))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("waits_for");
        assertThatThrownBy(() -> task("a").with("on_dependency_failure", "panic"))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("must be \"cancel\", \"fail\" or \"run\"");
    }

    // ------------------------------------------------------------------ files that others drop

    private static String dropped(String dependsOn) {
        return QueueWorld.foreign("{}").replace("\"args\"", "\"depends_on\": [\"" + dependsOn + "\"], \"args\"");
    }

    @Test
    void a_dropped_file_waits_too() throws IOException {
        world.pendingFile("1.task.json", dropped("2"));
        world.pendingFile("2.task.json", QueueWorld.foreign("{}"));
        assertThat(drain()).containsExactly("2", "1");
        assertThat(dependenciesOf("1").results()).containsEntry("2", TextNode.valueOf("result of 2"));
    }

    @Test
    void a_dropped_file_that_names_nobody_fails_with_the_reason() throws IOException {
        world.pendingFile("1.task.json", dropped("nobody"));
        assertThat(drain()).isEmpty();
        assertThat(world.whyQuarantined("1.task.json")).contains("depends on 'nobody'", "no task in this queue");
    }

    @Test
    void dropped_files_that_wait_for_each_other_fail_and_the_circle_is_shown() throws IOException {
        world.pendingFile("1.task.json", dropped("2"));
        world.pendingFile("2.task.json", dropped("1"));
        assertThat(drain()).isEmpty();
        for (String id : List.of("1", "2")) {
            assertThat(stateOf(id)).isEqualTo(TaskState.FAILED);
            assertThat(errorOf(id).orElse(""))
                    .contains("waits for itself: ")
                    .containsPattern("1 -> 2 -> 1|2 -> 1 -> 2");
        }
    }

    @Test
    void a_file_that_imitates_our_names_waits_as_well() throws IOException {
        Submission first = world.queue.submit(task("first"));
        String name = first.stem().replace("-first", "-copy") + ".task.json";
        world.pendingFile(name, dropped("first"));
        assertThat(drain()).containsExactly("first", "copy");
    }

    // ------------------------------------------------------------------ looking and calling off

    @Test
    void a_blocked_task_can_be_looked_at_and_called_off() throws IOException {
        world.queue.submit(task("first"));
        Submission second = world.queue.submit(task("second", "first"));
        world.queue.submit(task("third", "second"));
        assertThat(dependenciesOf("second").counts()).isEqualTo(Map.of(TaskState.PENDING, 1));
        assertThat(dependenciesOf("second").of("first").orElseThrow().state()).contains(TaskState.PENDING);
        assertThat(world.queue.control().cancel(second.stem(), "not wanted")).isEqualTo(QueueControl.Cancelled.NOW);
        assertThat(stateOf("second")).isEqualTo(TaskState.CANCELLED);
        assertThat(drain()).containsExactly("first");
        assertThat(errorOf("third").orElse("")).contains("its dependency second was cancelled");
    }

    @Test
    void two_stewards_at_once_let_each_task_go_on_once() throws IOException {
        world.queue.submit(task("first"));
        Submission second = world.queue.submit(task("second", "first"));
        Actor other = world.actor("other");
        worker.queue().unblock();
        other.queue().unblock();
        drainOne();
        int[] paused = {0};
        worker.disk().interpose(1, dev.millrace.testkit.FaultyDisk.Moment.BEFORE, () -> {
            paused[0]++;
            try {
                other.queue().unblock();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        worker.queue().unblock();
        assertThat(paused[0]).isEqualTo(1);
        assertThat(world.placesOf(second.stem())).hasSize(1);
        assertThat(drain()).containsExactly("second");
    }

    @Test
    void a_task_is_pending_for_as_long_as_it_could_run() throws IOException {
        world.queue.submit(task("first"));
        world.queue.submit(task("second", "first"));
        Claim first = worker.claim();
        world.time.advance(Duration.ofHours(1));
        worker.queue().settle(first, outcome(first));
        assertThat(world.queue.ages().oldestPending()).isEmpty();
        worker.queue().unblock();
        world.time.advance(Duration.ofSeconds(5));
        assertThat(world.queue.ages().oldestPending().orElseThrow()).isEqualTo(5);
    }

    @Test
    void many_that_wait_for_one_go_on_in_several_steps() throws IOException {
        List<Task> all = new java.util.ArrayList<>(List.of(task("first")));
        for (int i = 0; i < 1_500; i++) all.add(Task.of("k").dependsOn("first"));
        world.queue.submitAll(all);
        drainOne();
        int steps = 0;
        for (int moved = 0; moved < 1_500; steps++) {
            assertThat(steps).isLessThan(20);
            int step = worker.queue().unblock();
            assertThat(step).isLessThanOrEqualTo(1_000);
            moved += step;
            world.time.advance(Duration.ofSeconds(1));
        }
        assertThat(world.queue.counts().of(TaskState.BLOCKED)).isZero();
        worker.queue().promote();
        assertThat(world.queue.counts().of(TaskState.PENDING)).isEqualTo(1_500);
    }

    @Test
    void what_is_remembered_of_ended_waiting_is_removed_with_age() throws IOException {
        world.queue.submitAll(List.of(task("a"), task("b"), task("c")));
        Submission ends = world.queue.submit(task("ends", "a", "b"));
        Submission waits = world.queue.submit(task("waits", "a", "c"));
        drainOne();
        worker.queue().unblock();
        drainOne();
        worker.queue().unblock();
        String suffix = WaitFiles.ENDED;
        assertThat(world.names(world.layout().waits()))
                .containsExactlyInAnyOrder(ends.stem() + suffix, waits.stem() + suffix);
        for (String name : world.names(world.layout().waits()))
            QuickDisk.local()
                    .touch(
                            world.layout().waits().resolve(name),
                            world.time.instant().minus(Duration.ofDays(15)));
        worker.queue().sweep(RetentionLimits.defaults());
        assertThat(world.names(world.layout().waits())).containsExactly(waits.stem() + suffix);
    }

    @Test
    void where_nothing_waits_a_step_is_one_look() throws IOException {
        for (int i = 0; i < 3; i++) worker.queue().unblock();
        worker.disk().forget();
        for (int i = 0; i < 4; i++) worker.queue().unblock();
        assertThat(worker.disk().changes()).isZero();
        assertThat(worker.disk().calls()).hasSizeLessThan(20);
    }
}
