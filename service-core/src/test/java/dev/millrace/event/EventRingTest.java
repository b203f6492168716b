package dev.millrace.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.storage.Disk;
import dev.millrace.time.Time;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventRingTest {
    @TempDir
    Path folder;

    private EventRing open(int capacity) throws IOException {
        return EventRing.in(Disk.local(), Time.system(), new Random(7), folder, capacity);
    }

    private static void add(EventRing ring, int count) {
        for (int i = 0; i < count; i++) ring.add("job.running", Json.object().put("job_id", "j" + i));
    }

    @Test
    void versions_begin_at_one_and_grow_by_one() throws IOException {
        try (EventRing ring = open(100)) {
            add(ring, 3);
            EventPage page = ring.since(0, 2);
            assertThat(page.events()).extracting(EventEntry::version).containsExactly(1L, 2L);
            assertThat(page.more()).isTrue();
            assertThat(page.gap()).isFalse();
            assertThat(ring.since(page.version(), 2).events())
                    .extracting(EventEntry::version)
                    .containsExactly(3L);
            assertThat(ring.since(3, 2).more()).isFalse();
        }
    }

    @Test
    void what_was_added_is_there_again_although_nobody_closed_the_ring() throws IOException {
        EventRing dead = open(100);
        add(dead, 5);
        try (EventRing ring = open(100)) {
            assertThat(ring.serverId()).isEqualTo(dead.serverId());
            assertThat(ring.since(0, 10).events()).hasSize(5);
            assertThat(ring.add("job.failed", Json.object()).version()).isEqualTo(6);
        }
        dead.close();
    }

    @Test
    void half_a_line_at_the_end_costs_only_itself() throws IOException {
        EventRing dead = open(100);
        add(dead, 2);
        dead.close();
        try (Stream<Path> files = Files.list(folder)) {
            Path tail = files.filter(file -> file.toString().endsWith(".events.jsonl"))
                    .findFirst()
                    .orElseThrow();
            Files.writeString(tail, "{\"schema\":\"millrace.event.v1\",\"ver", StandardOpenOption.APPEND);
        }
        try (EventRing ring = open(100)) {
            add(ring, 1);
            assertThat(ring.since(0, 10).events()).hasSize(3);
        }
        try (EventRing ring = open(100)) {
            assertThat(ring.since(0, 10).events())
                    .extracting(EventEntry::version)
                    .containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void the_oldest_go_and_whoever_asks_for_them_is_told_of_a_gap() throws IOException {
        try (EventRing ring = open(10)) {
            add(ring, 25);
            EventPage page = ring.since(3, 100);
            assertThat(page.gap()).isTrue();
            assertThat(page.oldest()).isEqualTo(16);
            assertThat(page.events()).hasSize(10);
            assertThat(ring.since(15, 100).gap()).isFalse();
            assertThat(ring.since(99, 100).gap()).isTrue();
        }
    }

    @Test
    void the_disk_holds_a_bounded_tail_over_many_lives() throws IOException {
        for (int life = 0; life < 20; life++) {
            EventRing ring = open(10);
            add(ring, 7);
            ring.close();
        }
        try (Stream<Path> files = Files.list(folder);
                EventRing ring = open(10)) {
            assertThat(files.count()).isLessThan(8);
            assertThat(ring.since(0, 100).events()).hasSize(10);
            assertThat(ring.version()).isEqualTo(140);
        }
    }

    @Test
    void a_text_of_any_length_is_kept_short() throws IOException {
        try (EventRing ring = open(10)) {
            ring.add("step.failed", Json.object().put("error", "x".repeat(11 << 20)));
            assertThat(ring.since(0, 1).events().get(0).data().path("error").asText())
                    .hasSizeBetween(1_000, 1_100)
                    .endsWith("(11534336 characters)");
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.mapToLong(file -> file.toFile().length())).allMatch(length -> length < 2_000);
        }
    }

    @Test
    void files_that_are_too_large_damaged_or_none_keep_nobody_from_beginning() throws IOException {
        EventRing dead = open(10);
        add(dead, 3);
        dead.close();
        Files.createDirectory(folder.resolve("0000000000000004.events.jsonl"));
        Files.createSymbolicLink(folder.resolve("0000000000000005.events.jsonl"), Path.of("/dev/zero"));
        Files.writeString(
                folder.resolve("0000000000000006.events.jsonl"),
                "{\"version\":9223372036854775807,\"type\":\"x\"}\n{\"version\":-5}\nnonsense\n");
        try (RandomAccessFile huge = new RandomAccessFile(
                folder.resolve("0000000000000007.events.jsonl").toFile(), "rw")) {
            huge.setLength(1L << 30);
        }
        Files.write(folder.resolve("server.json"), new byte[1 << 20]);
        try (EventRing ring = open(10)) {
            assertThat(ring.since(0, 10).events()).hasSize(3);
            assertThat(ring.add("job.running", Json.object()).version()).isEqualTo(4);
        }
    }

    @Test
    void the_disk_holds_a_bounded_tail_by_bytes_too() throws IOException {
        ObjectNode large = Json.object();
        for (int i = 0; i < 100; i++) large.put("key" + i, "x".repeat(1_000));
        try (EventRing ring = open(10_000)) {
            for (int i = 0; i < 1_000; i++) ring.add("job.failed", large);
        }
        try (Stream<Path> files = Files.list(folder);
                EventRing ring = open(10_000)) {
            assertThat(files.mapToLong(file -> file.toFile().length()).sum()).isBetween(50L << 20, 80L << 20);
            assertThat(ring.version()).isEqualTo(1_000);
            assertThat(ring.since(0, 10).gap()).isTrue();
        }
    }

    @Test
    void a_listener_gets_the_past_and_then_all_that_comes_without_a_hole() throws IOException {
        try (EventRing ring = open(100)) {
            add(ring, 3);
            List<Long> seen = new ArrayList<>();
            EventRing.Listening listening = ring.listen(
                    1,
                    page -> page.events().forEach(event -> seen.add(event.version())),
                    event -> seen.add(event.version()));
            add(ring, 2);
            listening.close();
            add(ring, 1);
            assertThat(seen).containsExactly(2L, 3L, 4L, 5L);
        }
    }
}
