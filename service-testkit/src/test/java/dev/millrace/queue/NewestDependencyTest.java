package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An id under depends_on means the newest task of that id, wherever it and the older ones lie. */
class NewestDependencyTest extends DependentTasks {
    private static final Duration NIGHT = Duration.ofDays(1);

    /** From now on tasks that are submitted together share a file. */
    private void tasksAreQuick() throws IOException {
        Files.writeString(world.layout().runtimes(), "{\"runtimes\":{\"k\":0.0001}}");
    }

    private List<Submission> night() throws IOException {
        world.time.advance(NIGHT);
        return world.queue.submitAll(List.of(task("load-1"), task("load-2")));
    }

    private void done(Claim claim, String result) throws IOException {
        worker.queue().settle(claim, new Outcome.Done(TextNode.valueOf(result)));
    }

    private static void changedAt(Path file, Instant when) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(when));
    }

    @Test
    void a_newer_task_in_a_batch_is_meant_and_not_an_older_one_that_had_a_file_of_its_own() throws IOException {
        night();
        assertThat(drain()).containsExactly("load-1", "load-2");
        tasksAreQuick();
        List<Submission> second = night();
        assertThat(second.get(0).file()).isEqualTo(second.get(1).file());
        Submission sum = world.queue.submit(task("sum", "load-1"));
        assertThat(sum.state()).isEqualTo(TaskState.BLOCKED);
        assertThat(drain()).containsExactly("load-1", "load-2", "sum");
        assertThat(dependenciesOf("sum").of("load-1").orElseThrow().stem())
                .isEqualTo(second.get(0).stem());
    }

    @Test
    void a_newer_task_with_a_file_of_its_own_is_meant_and_not_an_older_one_in_a_batch() throws IOException {
        tasksAreQuick();
        night();
        world.time.advance(NIGHT);
        Submission second = world.queue.submit(task("load-1"));
        Submission sum = world.queue.submit(task("sum", "load-1"));
        assertThat(drain()).containsSubsequence("load-1", "load-1", "sum");
        assertThat(dependenciesOf("sum").of("load-1").orElseThrow().stem()).isEqualTo(second.stem());
        assertThat(world.stateOf(sum.stem())).isEqualTo(TaskState.DONE);
    }

    @Test
    void a_newer_task_that_has_ended_is_meant_and_not_an_older_one_that_is_still_tried() throws IOException {
        Submission first = world.queue.submit(task("load"));
        worker.queue().settle(worker.claim(), QueueWorld.retry(NIGHT));
        world.passPoll();
        world.queue.submit(task("load"));
        done(claimSoon(), "new");
        world.queue.submit(task("sum", "load"));
        assertThat(drain()).containsExactly("sum");
        assertThat(dependenciesOf("sum").results()).containsEntry("load", TextNode.valueOf("new"));
        assertThat(world.stateOf(first.stem())).isEqualTo(TaskState.SCHEDULED);
    }

    @Test
    void a_file_of_another_program_is_as_new_as_its_last_change() throws IOException {
        world.queue.submit(task("load"));
        done(worker.claim(), "old");
        world.time.advance(NIGHT);
        Path dropped = world.pendingFile("load.task.json", QueueWorld.foreignTask(""));
        changedAt(dropped, world.time.instant());
        assertThat(world.queue.submit(task("sum", "load")).state()).isEqualTo(TaskState.BLOCKED);
        world.time.advance(NIGHT);
        Submission newest = world.queue.submit(task("load"));
        Submission last = world.queue.submit(task("last", "load"));
        assertThat(QueueWorld.document(last.file()).path("waits_for").get(0).asText())
                .isEqualTo(newest.stem());
    }

    @Test
    void a_batch_of_another_program_is_as_new_as_its_last_change() throws IOException {
        world.queue.submit(task("load"));
        done(worker.claim(), "old");
        world.time.advance(NIGHT);
        Path dropped = world.pendingFile("x.batch.jsonl", QueueWorld.foreignTask("\"task_id\": \"load\"") + "\n");
        changedAt(dropped, world.time.instant());
        Submission sum = world.queue.submit(task("sum", "load"));
        assertThat(QueueWorld.document(sum.file()).path("waits_for").get(0).asText())
                .isEqualTo("x+0");
    }

    /** It may be damaged, or large: whoever names a task that is found without it must not stumble over it. */
    @Test
    void a_batch_that_cannot_be_read_holds_no_task() throws IOException {
        world.queue.submit(task("load"));
        Path damaged = world.folder(TaskState.FAILED).resolve("x.batch.jsonl");
        Files.createDirectory(damaged);
        changedAt(damaged, world.time.instant().plus(NIGHT));
        assertThat(world.queue.submit(task("sum", "load")).state()).isEqualTo(TaskState.BLOCKED);
    }
}
