package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which tasks are older than so much: names of ours tell it, and of other programs' files the last change. */
class AgeFilterTest extends WithOneWorker {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String TASK = QueueWorld.foreignTask("");

    private static void changedAt(Path file, Instant when) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(when));
    }

    private List<String> olderThan(Duration age) throws IOException {
        double before = (world.time.millis() - age.toMillis()) / 1e3;
        return world.queue.list(TaskFilter.all().withDueBefore(before)).stream()
                .map(TaskView::id)
                .toList();
    }

    @Test
    void a_dropped_file_whose_name_tells_no_time_is_as_old_as_its_last_change() throws IOException {
        Instant now = world.time.instant();
        changedAt(world.pendingFile("old.task.json", TASK), now.minus(HOUR));
        changedAt(world.pendingFile("new.task.json", TASK), now);
        changedAt(world.pendingFile("olds.batch.jsonl", TASK + "\n" + TASK + "\n"), now.minus(HOUR));
        changedAt(world.pendingFile("news.batch.jsonl", TASK + "\n"), now);
        world.submit("ours");
        assertThat(olderThan(HOUR.dividedBy(2))).containsExactlyInAnyOrder("old", "olds.0", "olds.1");
        assertThat(olderThan(HOUR.multipliedBy(2))).isEmpty();
        world.time.advance(HOUR.multipliedBy(2).dividedBy(3));
        assertThat(olderThan(HOUR.dividedBy(2)))
                .containsExactlyInAnyOrder("old", "olds.0", "olds.1", "new", "news.0", "ours");
    }

    @Test
    void one_that_waits_for_its_time_is_not_older_than_that() throws IOException {
        changedAt(
                world.scheduledFile(HOUR, "later.task.json", TASK),
                world.time.instant().minus(HOUR));
        assertThat(olderThan(HOUR.dividedBy(2))).isEmpty();
        world.time.advance(HOUR.multipliedBy(2));
        assertThat(olderThan(HOUR.dividedBy(2))).containsExactly("later");
    }
}
