package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.task.TaskState;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys in dropped files that are right each by itself and cannot stand together. */
class ContradictingKeysTest extends WithOneWorker {
    private static final String SOFT = "\"soft_timeout_sec\": 5, \"timeout_sec\": 5";

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"unique\": {\"window_sec\": 5};'unique' needs a unique_key beside it",
                "\"unique\": {}, \"unique_key\": \"\";'unique' needs a unique_key beside it",
                "\"unique\": {\"policy\": \"debounce\"}, \"unique_key\": \"a\";'unique' needs window_sec",
                SOFT + ";'soft_timeout_sec' must be less than timeout_sec",
            },
            quoteCharacter = '|')
    void a_file_that_has_them_fails_unrun_and_says_why_and_is_not_run_again(String keys, String reason)
            throws Exception {
        world.pendingFile("1.task.json", QueueWorld.foreignTask(keys));
        assertThat(worker.queue().claim()).isEmpty();
        assertThat(world.stateOf("1")).isEqualTo(TaskState.FAILED);
        assertThat(world.terminal("1").path("error").asText()).startsWith("was refused: key " + reason);
        assertThat(world.terminal("1").path("begun").asBoolean(true)).isFalse();
        TaskView refused = world.queue.locate("1").orElseThrow();
        assertThat(world.queue.control().retry(refused)).isEqualTo(QueueControl.Changed.UNFIT);
        assertThat(world.names(TaskState.PENDING)).isEmpty();
    }

    @Test
    void what_can_stand_together_is_run() throws IOException {
        world.pendingFile("1.task.json", QueueWorld.foreignTask("\"soft_timeout_sec\": 4, \"timeout_sec\": 5"));
        world.pendingFile("2.task.json", QueueWorld.foreignTask("\"unique\": null, \"unique_key\": \"a\""));
        world.pendingFile(
                "3.task.json", QueueWorld.foreignTask("\"unique\": {\"policy\": \"replace\"}, \"unique_key\": \"b\""));
        assertThat(world.drain(worker)).containsExactlyInAnyOrder("1", "2", "3");
    }

    @Test
    void a_line_of_a_batch_that_has_them_fails_alone() throws IOException {
        String good = QueueWorld.foreignTask("") + "\n";
        world.pendingFile("many.batch.jsonl", good + QueueWorld.foreignTask(SOFT) + "\n" + good);
        assertThat(world.drain(worker)).hasSize(2);
        worker.queue().finishUnpublished();
        List<TaskView> failed = world.queue.list(TaskFilter.all().withStates(EnumSet.of(TaskState.FAILED)));
        assertThat(failed).extracting(TaskView::id).containsExactly("many.1");
        assertThat(world.queue.read(failed.get(0)).orElseThrow().error().orElseThrow())
                .contains("is bad in line 2: it", "'soft_timeout_sec' must be less than timeout_sec");
    }
}
