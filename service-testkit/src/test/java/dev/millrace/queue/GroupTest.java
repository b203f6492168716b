package dev.millrace.queue;

import static dev.millrace.queue.GroupWork.dependenciesOf;
import static dev.millrace.queue.GroupWork.drain;
import static dev.millrace.queue.GroupWork.group;
import static dev.millrace.queue.GroupWork.quick;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.queue.QueueWorld.Actor;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups of tasks and their callbacks: the callback runs once, when all have ended. */
class GroupTest {
    @TempDir
    private Path folder;

    @Test
    void the_callback_runs_once_when_all_have_ended_and_knows_what_they_came_to() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        GroupSubmission submitted = world.queue.submitGroup(group(3));
        assertThat(submitted.tasks()).extracting(Submission::id).containsExactly("t0", "t1", "t2");
        assertThat(submitted.callback().state()).isEqualTo(TaskState.BLOCKED);
        assertThat(dependenciesOf(world, submitted.callback()).counts()).isEqualTo(Map.of(TaskState.PENDING, 3));
        Actor worker = world.actor("worker");
        assertThat(drain(world, worker)).containsExactly("t0", "t1", "t2", "then");
        Dependencies found = dependenciesOf(world, submitted.callback());
        assertThat(found.count()).isEqualTo(3);
        assertThat(found.counts()).isEqualTo(Map.of(TaskState.DONE, 2, TaskState.FAILED, 1));
        assertThat(found.results()).containsEntry("t2", TextNode.valueOf("result of t2"));
        assertThat(found.of("t1").orElseThrow().error()).contains("broken");
        assertThat(world.terminal(submitted.tasks().get(0).stem()).path("group").asText())
                .isEqualTo("nightly");
        assertThat(world.terminal(submitted.callback().stem())
                        .path("callback_of")
                        .path("tasks")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void tasks_of_a_group_may_share_files() throws IOException {
        QueueWorld world = quick(QueueWorld.in(folder));
        GroupSubmission submitted = world.queue.submitGroup(group(2_000));
        assertThat(world.names(TaskState.PENDING)).hasSize(1);
        Actor worker = world.actor("worker");
        List<String> ran = drain(world, worker);
        assertThat(ran).hasSize(2_001).endsWith("then");
        Dependencies found = dependenciesOf(world, submitted.callback());
        assertThat(found.counts()).isEqualTo(Map.of(TaskState.DONE, 1_999, TaskState.FAILED, 1));
        assertThat(found.of("t1999").orElseThrow().result()).isEqualTo(TextNode.valueOf("result of t1999"));
        int[] seen = {0};
        found.forEach(one -> seen[0]++);
        assertThat(seen[0]).isEqualTo(2_000);
    }

    @Test
    void tasks_of_a_group_may_depend_on_each_other() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        world.queue.submitGroup(new TaskGroup(
                "nightly",
                List.of(Task.of("k").id("b").dependsOn("a"), Task.of("k").id("a")),
                Task.of("k").id("c")));
        assertThat(drain(world, world.actor("worker"))).containsExactly("a", "b", "c");
    }

    @Test
    void results_that_retention_has_removed_still_count() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        GroupSubmission submitted = world.queue.submitGroup(group(3));
        Actor worker = world.actor("worker");
        worker.queue().unblock();
        worker.queue().settle(worker.claim(), QueueWorld.done("x"));
        worker.queue().unblock();
        Files.delete(world.queue.find("t0").get(0).file());
        Actor heir = world.actor("heir");
        assertThat(drain(world, heir)).containsExactly("t1", "t2", "then");
        assertThat(dependenciesOf(world, submitted.callback()).counts())
                .isEqualTo(Map.of(TaskState.DONE, 2, TaskState.FAILED, 1));
    }

    /** A callback is a task like any other: it may be tried again, and fails for good when it must. */
    @Test
    void a_callback_that_fails_is_tried_again_and_changes_nothing_about_its_group() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        GroupSubmission submitted = world.queue.submitGroup(new TaskGroup(
                "nightly",
                List.of(Task.of("k").id("t0")),
                Task.of("k").id("then").maxAttempts(2)));
        Actor worker = world.actor("worker");
        worker.queue().settle(worker.claim(), QueueWorld.done("x"));
        worker.queue().unblock();
        world.passPoll();
        world.passPoll();
        worker.queue().settle(worker.claim(), QueueWorld.retry(Duration.ZERO));
        assertThat(world.stateOf(submitted.callback().stem())).isEqualTo(TaskState.PENDING);
        worker.queue().unblock();
        world.passPoll();
        Claim again = worker.claim();
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(worker.queue().dependencies(again).results()).containsKey("t0");
        worker.queue().settle(again, new Outcome.Failed("the callback is broken", ""));
        assertThat(world.stateOf(submitted.callback().stem())).isEqualTo(TaskState.FAILED);
        assertThat(world.stateOf(submitted.tasks().get(0).stem())).isEqualTo(TaskState.DONE);
        assertThat(drain(world, worker)).isEmpty();
    }

    @Test
    void what_cannot_be_a_group_is_refused_before_anything_is_written() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        Task task = Task.of("k");
        assertThatThrownBy(() -> new TaskGroup("g", List.of(), task))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("needs at least one task");
        assertThatThrownBy(() -> new TaskGroup("x".repeat(1_001), List.of(task), task))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("1 to 1000 characters");
        assertThatThrownBy(() -> new TaskGroup("g", List.of(task), task.dependsOn("x")))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("depends_on");
        assertThatThrownBy(() -> world.queue.submitGroup(new TaskGroup("g", List.of(task.dependsOn("x")), task)))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("'x' is the id of no task");
        assertThat(world.queue.counts().total()).isZero();
        assertThat(world.names(world.layout().groups())).isEmpty();
    }

    // ------------------------------------------------------------------ whole or not at all
}
