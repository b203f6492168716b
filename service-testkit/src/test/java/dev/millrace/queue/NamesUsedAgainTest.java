package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.queue.QueueControl.Cancelled;
import dev.millrace.queue.QueueControl.Changed;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Other programs drop files under names that they have used before: the earlier file is not taken for the later one. */
class NamesUsedAgainTest extends DependentTasks {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Map<String, String> KEY = Map.of("unique_key", "only");

    private Claim dropped(String name, String content) throws IOException {
        world.pendingFile(name + TaskName.SUFFIX, content);
        return claimSoon();
    }

    /** A day passes since a task of that name has ended. */
    private void endedYesterday(Claim claim, Outcome outcome, TaskState state) throws IOException {
        worker.queue().settle(claim, outcome);
        Path file = world.folder(state).resolve(claim.stem() + TaskName.SUFFIX);
        Files.setLastModifiedTime(file, FileTime.from(world.time.instant()));
        world.time.advance(DAY);
    }

    private void doneYesterday(String name) throws IOException {
        endedYesterday(
                dropped(name, QueueWorld.foreignTask("")),
                new Outcome.Done(TextNode.valueOf("yesterday")),
                TaskState.DONE);
    }

    private void failedYesterday(String name) throws IOException {
        endedYesterday(dropped(name, QueueWorld.foreignTask("")), new Outcome.Failed("broken", ""), TaskState.FAILED);
    }

    private Claim today(String name) throws IOException {
        return dropped(name, QueueWorld.foreignTask(""));
    }

    // ------------------------------------------------------------------ dependencies

    @Test
    void whoever_waits_for_todays_task_does_not_go_with_yesterdays_result() throws IOException {
        doneYesterday("x");
        Claim today = today("x");
        Submission sum = world.queue.submit(task("sum", "x"));
        worker.queue().unblock();
        assertThat(world.stateOf(sum.stem())).isEqualTo(TaskState.BLOCKED);
        assertThat(dependenciesOf("sum").counts()).isEqualTo(Map.of(TaskState.RUNNING, 1));
        worker.queue().settle(today, new Outcome.Done(TextNode.valueOf("today")));
        assertThat(drain()).containsExactly("sum");
        assertThat(dependenciesOf("sum").results()).containsEntry("x", TextNode.valueOf("today"));
    }

    @Test
    void a_task_of_that_name_that_comes_later_changes_nothing_for_one_that_was_let_go() throws IOException {
        doneYesterday("x");
        world.queue.submit(task("sum", "x"));
        worker.queue().unblock();
        Claim sum = claimSoon();
        world.pendingFile("x.task.json", QueueWorld.foreignTask(""));
        assertThat(worker.queue().dependencies(sum).results()).containsEntry("x", TextNode.valueOf("yesterday"));
    }

    @Test
    void how_todays_task_ended_counts_and_not_how_yesterdays_did() throws IOException {
        doneYesterday("x");
        Claim today = today("x");
        Submission sum = world.queue.submit(task("sum", "x"));
        worker.queue().settle(today, new Outcome.Failed("broken", ""));
        assertThat(drain()).isEmpty();
        assertThat(world.terminal(sum.stem()).path("error").asText()).contains("its dependency x failed");
    }

    // ------------------------------------------------------------------ operators

    @Test
    void todays_task_is_called_off_although_yesterdays_is_done() throws IOException {
        doneYesterday("x");
        world.pendingFile("x.task.json", QueueWorld.foreignTask(""));
        assertThat(world.queue.control().cancel("x", "not today")).isEqualTo(Cancelled.NOW);
        assertThat(world.placesOf("x")).containsExactlyInAnyOrder("done/x.task.json", "cancelled/x.task.json");
        assertThat(world.queue.control().cancel("x", "again")).isEqualTo(Cancelled.TOO_LATE);
    }

    @Test
    void yesterdays_task_is_run_again_while_todays_waits() throws Exception {
        failedYesterday("x");
        TaskView failed = world.queue.locate("x").orElseThrow();
        world.pendingFile("x.task.json", QueueWorld.foreignTask(""));
        assertThat(world.queue.control().retry(failed)).isEqualTo(Changed.DONE);
        assertThat(world.names(TaskState.FAILED)).isEmpty();
        assertThat(drain()).containsExactly("x", "x");
    }

    // ------------------------------------------------------------------ unique keys

    private void keyedYesterday(String name) throws IOException {
        endedYesterday(
                dropped(name, QueueWorld.foreignWith(KEY)),
                new Outcome.Done(TextNode.valueOf("yesterday")),
                TaskState.DONE);
    }

    private void expectTurnedAway(String name) throws IOException {
        world.pendingFile(name + TaskName.SUFFIX, QueueWorld.foreignWith(KEY));
        assertThat(world.drain(worker)).isEmpty();
        assertThat(world.stateOf(name)).isEqualTo(TaskState.CANCELLED);
    }

    @Test
    void todays_task_holds_its_unique_key_although_yesterdays_has_ended() throws IOException {
        keyedYesterday("1");
        dropped("1", QueueWorld.foreignWith(KEY));
        expectTurnedAway("2");
    }

    @Test
    void it_is_not_turned_away_by_itself_when_it_is_handed_back() throws IOException {
        keyedYesterday("1");
        Claim today = dropped("1", QueueWorld.foreignWith(KEY));
        worker.queue().settle(today, new Outcome.HandedBack(""));
        assertThat(claimSoon().id()).isEqualTo("1");
        expectTurnedAway("2");
    }

    private static String keyedForTwoDays() throws IOException {
        return QueueWorld.foreignWith(Map.of("unique_key", "only", "unique", Map.of("window_sec", 172_800)));
    }

    @Test
    void nor_within_its_window() throws IOException {
        doneYesterday("1");
        Claim today = dropped("1", keyedForTwoDays());
        worker.queue().settle(today, new Outcome.HandedBack(""));
        assertThat(world.drain(worker)).containsExactly("1");
    }

    @Test
    void but_a_third_task_of_that_name_is_within_it() throws IOException {
        doneYesterday("1");
        worker.done(dropped("1", keyedForTwoDays()), "today");
        world.pendingFile("1.task.json", keyedForTwoDays());
        assertThat(world.drain(worker)).isEmpty();
        assertThat(world.names(TaskState.CANCELLED)).containsExactly("1.task.json");
    }
}
