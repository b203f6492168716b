package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.queue.QueueControl.Cancelled;
import dev.millrace.queue.QueueControl.Changed;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dropped files whose names end as those of tasks in batches do, as a time with its zone may, are files of their own. */
class NamedLikePartsTest extends DependentTasks {
    private static final String NAME = "report+7";

    /** A batch whose name such a file's begins with, and that has no such line. */
    @BeforeEach
    void dropABatch() throws IOException {
        world.pendingFile("report.n1.batch.jsonl", QueueWorld.foreignTask("\"task_id\": \"of-the-batch\"") + "\n");
    }

    private void drop(String name) throws IOException {
        world.pendingFile(name + ".task.json", QueueWorld.foreignTask(""));
    }

    private Claim claimed(String id) throws IOException {
        for (int others = 0; others < 3; others++) {
            Claim claim = claimSoon();
            if (claim.id().equals(id)) return claim;
        }
        throw new AssertionError(id + " was not claimed");
    }

    private TaskView view(String id) throws IOException {
        return world.queue.locate(id).orElseThrow();
    }

    private void fail(String name) throws IOException {
        drop(name);
        worker.queue().settle(claimed(name), new Outcome.Failed("broken", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {NAME, "2026-11-22T060000+0100"})
    void they_are_found_by_their_names_with_what_they_hold(String name) throws IOException {
        drop(name);
        assertThat(view(name).state()).isEqualTo(TaskState.PENDING);
        assertThat(world.queue.read(view(name)).orElseThrow().value("kind").asText())
                .isEqualTo("k");
        worker.queue().settle(claimed(name), new Outcome.Done(TextNode.valueOf("x")));
        assertThat(view(name).state()).isEqualTo(TaskState.DONE);
        assertThat(world.queue.read(world.queue.find(name).get(0)).orElseThrow().result())
                .isEqualTo(TextNode.valueOf("x"));
    }

    @Test
    void they_are_called_off() throws IOException {
        drop(NAME);
        assertThat(world.queue.control().cancel(NAME, "not today")).isEqualTo(Cancelled.NOW);
        assertThat(world.stateOf(NAME)).isEqualTo(TaskState.CANCELLED);
    }

    @Test
    void they_are_let_in_before_their_time_and_discarded_alone() throws Exception {
        world.scheduledFile(Duration.ofHours(1), NAME + ".task.json", QueueWorld.foreignTask(""));
        assertThat(world.queue.control().requeue(view(NAME))).isEqualTo(Changed.DONE);
        assertThat(view(NAME).state()).isEqualTo(TaskState.PENDING);
        fail("report+8");
        assertThat(world.queue.control().discard(List.of(view("report+8")))).isEqualTo(Changed.DONE);
        assertThat(world.queue.locate("report+8")).isEmpty();
    }

    @Test
    void others_wait_for_them() throws IOException {
        drop(NAME);
        world.queue.submit(task("sum", NAME));
        world.pendingFile("dropped.task.json", QueueWorld.foreignTask("\"depends_on\": [\"" + NAME + "\"]"));
        assertThat(drain()).containsSubsequence(NAME, "sum").contains("dropped");
        assertThat(dependenciesOf("sum").results()).containsEntry(NAME, TextNode.valueOf("result of " + NAME));
        assertThat(stateOf("dropped")).isEqualTo(TaskState.DONE);
    }

    @Test
    void one_that_is_taken_away_by_hand_is_noticed_by_those_who_wait_for_it() throws IOException {
        world.scheduledFile(Duration.ofDays(9), NAME + ".task.json", QueueWorld.foreignTask(""));
        Submission sum = world.queue.submit(task("sum", NAME));
        Files.delete(view(NAME).file());
        for (int looks = 0; looks < 4; looks++) {
            world.time.advance(Duration.ofSeconds(11));
            worker.queue().unblock();
        }
        assertThat(world.terminal(sum.stem()).path("error").asText()).contains("is not in the queue any more");
    }

    @Test
    void their_unique_keys_hold_others_back() throws IOException {
        String keyed = QueueWorld.foreignWith(Map.of("unique_key", "only"));
        world.pendingFile("a+1.task.json", keyed);
        Claim first = claimed("a+1");
        world.pendingFile("a+2.task.json", keyed);
        assertThat(world.drain(worker)).doesNotContain("a+2");
        assertThat(world.stateOf("a+2")).isEqualTo(TaskState.CANCELLED);
        assertThat(worker.queue().stillHolds(first)).isTrue();
    }

    @Test
    void tasks_of_dropped_batches_are_found_as_before() throws IOException {
        assertThat(view("report+0").id()).isEqualTo("of-the-batch");
        assertThat(world.queue.locate("report+1")).isEmpty();
    }
}
