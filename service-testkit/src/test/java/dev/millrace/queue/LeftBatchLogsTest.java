package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueWorld.Actor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outcome logs of batches that are nowhere. */
class LeftBatchLogsTest {
    @TempDir
    private Path folder;

    private BatchWorld batches;
    private Actor steward;

    /** A worker has run one task of a file and holds the rest; its log is two days old. */
    @BeforeEach
    void begin() throws IOException {
        batches = BatchWorld.in(folder).submit(3);
        Actor worker = batches.queue.actor("worker");
        Claim claim = worker.claim();
        worker.queue().settle(claim, batches.outcome(worker, claim));
        batches.queue.time.advance(Duration.ofMillis(10));
        worker.queue().finishUnpublished();
        steward = batches.queue.actor("steward");
        assertThat(logs()).hasSize(1);
        age(Duration.ofDays(2));
    }

    private List<String> logs() throws IOException {
        return batches.queue.names(batches.queue.layout().outcomes()).stream()
                .filter(name -> BatchLogName.parse(name).isPresent())
                .toList();
    }

    private void age(Duration age) throws IOException {
        FileTime then = FileTime.from(batches.queue.time.instant().minus(age));
        for (String log : logs())
            Files.setLastModifiedTime(batches.queue.layout().outcomes().resolve(log), then);
    }

    private void look() throws IOException {
        batches.queue.time.advance(Duration.ofHours(2));
        steward.queue().sweep(RetentionLimits.defaults());
    }

    private void removeTheBatch() throws IOException {
        for (String file : batches.files()) Files.delete(batches.queue.root.resolve(file));
    }

    @Test
    void a_log_stays_as_long_as_its_batch_is_there() throws IOException {
        for (int i = 0; i < 4; i++) look();
        assertThat(logs()).hasSize(1);
    }

    @Test
    void an_old_one_whose_batch_was_found_nowhere_twice_goes() throws IOException {
        removeTheBatch();
        look();
        assertThat(logs()).as("not met once proves nothing").hasSize(1);
        look();
        assertThat(logs()).isEmpty();
    }

    @Test
    void a_young_one_stays() throws IOException {
        removeTheBatch();
        for (int i = 0; i < 4; i++) {
            age(Duration.ofHours(3));
            look();
        }
        assertThat(logs()).hasSize(1);
    }
}
