package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.json.Json;
import dev.millrace.task.DependencyPolicy;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tasks that wait for others, and what they find. */
class TogetherTest extends DependentTasks {
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
}
