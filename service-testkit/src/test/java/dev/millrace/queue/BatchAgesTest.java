package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that share a file are as old as those that have one of their own. */
class BatchAgesTest {
    @TempDir
    private Path folder;

    private BatchWorld world;

    @BeforeEach
    void open() throws IOException {
        world = BatchWorld.in(folder);
    }

    private static void expect(OptionalDouble age, double seconds) {
        assertThat(age).isPresent();
        assertThat(age.getAsDouble()).isCloseTo(seconds, Offset.offset(0.1));
    }

    @Test
    void they_wait_since_they_were_submitted_and_run_until_the_last_has_ended() throws IOException {
        world.submit(2);
        world.queue.time.advance(Duration.ofSeconds(30));
        expect(world.queue.queue.ages().oldestPending(), 30);
        Actor a = world.queue.actor("a");
        Claim first = a.claim();
        Claim second = a.queue().claimAfter(first).orElseThrow();
        a.done(first, "x");
        QueueAges ages = world.queue.queue.ages();
        assertThat(ages.oldestPending()).isEmpty();
        expect(ages.oldestRunning(), 30);
        a.done(second, "x");
        a.queue().finishUnpublished();
        assertThat(world.queue.queue.ages().oldestRunning()).isEmpty();
    }

    @Test
    void those_that_wait_to_be_tried_again_are_due_with_the_first_of_them() throws IOException {
        world.submit(2);
        Actor a = world.queue.actor("a");
        Claim first = a.claim();
        Claim second = a.queue().claimAfter(first).orElseThrow();
        a.queue().settle(first, QueueWorld.retry(Duration.ofSeconds(60)));
        a.queue().settle(second, QueueWorld.retry(Duration.ofSeconds(20)));
        a.queue().finishUnpublished();
        world.queue.time.advance(Duration.ofSeconds(30));
        expect(world.queue.queue.ages().mostOverdue(), 10);
        a.queue().promote();
        expect(world.queue.queue.ages().oldestPending(), 30);
    }

    @Test
    void those_of_another_program_wait_since_their_file_was_written() throws IOException {
        Path file = world.queue.pendingFile("many.batch.jsonl", QueueWorld.foreignTask("") + "\n");
        Files.setLastModifiedTime(file, FileTime.from(world.queue.time.instant()));
        world.queue.time.advance(Duration.ofHours(3));
        expect(world.queue.queue.ages().oldestPending(), 10_800);
        Actor a = world.queue.actor("a");
        Optional<Claim> claim = a.queue().claim();
        assertThat(claim).isPresent();
        expect(world.queue.queue.ages().oldestRunning(), 10_800);
        world.queue.scheduledFile(Duration.ofSeconds(-7), "later.n1.batch.jsonl", QueueWorld.foreignTask("") + "\n");
        expect(world.queue.queue.ages().mostOverdue(), 7);
        assertThat(world.queue.names(TaskState.PENDING)).isEmpty();
    }
}
