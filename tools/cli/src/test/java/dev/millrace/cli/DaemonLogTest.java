package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.event.Event;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.Disk;
import dev.millrace.time.Time;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a daemon says, over a long time. */
class DaemonLogTest {
    @TempDir
    Path folder;

    private final Stopped time = new Stopped();

    private static final class Stopped implements Time {
        private long nanos;

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(nanos);
        }

        @Override
        public void sleep(Duration length) {
            nanos += length.toNanos();
        }
    }

    private Path file() {
        return folder.resolve("daemon.log");
    }

    private PrintStream appending() throws IOException {
        return new PrintStream(new FileOutputStream(file().toFile(), true), true, UTF_8);
    }

    @Test
    void the_same_trouble_is_said_once_a_minute_with_how_often() throws Exception {
        try (PrintStream out = appending();
                DaemonLog log = new DaemonLog(out, Disk.local(), file(), time)) {
            Event trouble = new Event.Trouble("looking after service app", new IOException("no"));
            for (int i = 0; i < 100; i++) log.accept(trouble);
            log.accept(new Event.Trouble("something else", new IOException("no")));
            time.sleep(Duration.ofMinutes(1));
            log.accept(trouble);
            for (int i = 0; i < 2; i++) log.say(trouble);
        }
        List<String> lines = Files.readAllLines(file());
        assertThat(lines).hasSize(5).allMatch(line -> line.contains("\"warn\""));
        assertThat(lines.get(2)).contains("\"more_since_last\":99");
    }

    @Test
    void a_log_that_has_grown_large_is_begun_anew_and_its_end_kept() throws Exception {
        try (PrintStream out = appending()) {
            out.write(new byte[17 << 20]);
            out.println("the last line before");
            try (DaemonLog log = new DaemonLog(out, Disk.local(), file(), time)) {
                log.accept(new Event.Note("the first line after"));
            }
        }
        assertThat(Files.readString(file())).contains("the first line after").hasSizeLessThan(200);
        assertThat(Files.size(folder.resolve("daemon.log.1"))).isEqualTo(16 << 20);
        assertThat(Files.readString(folder.resolve("daemon.log.1"))).endsWith("the last line before\n");
    }

    /** Somebody reads it, but not before the gate is open. */
    private static final class StuckPipe extends OutputStream {
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch gate = new CountDownLatch(1);

        @Override
        public void write(int one) {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) {
            entered.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            read.write(bytes, from, count);
        }
    }

    @Test
    @Timeout(60)
    void whoever_says_something_waits_for_nobody_who_reads_and_what_was_dropped_is_counted_in_its_place()
            throws Exception {
        StuckPipe pipe = new StuckPipe();
        try (DaemonLog log = new DaemonLog(new PrintStream(pipe, true, UTF_8), Disk.local(), file(), time)) {
            log.say(new Event.Note("number 0"));
            pipe.entered.await();
            for (int i = 1; i < 3_000; i++) log.say(new Event.Note("number " + i));
            pipe.gate.countDown();
        }
        List<JsonNode> lines =
                pipe.read.toString(UTF_8).lines().map(DaemonLogTest::json).toList();
        List<String> said =
                lines.stream().map(line -> line.path("event").asText()).toList();
        int kept = LogWriter.MOST_WAITING + 1;
        assertThat(said).hasSize(kept + 1);
        for (int i = 0; i < kept; i++) assertThat(said.get(i)).isEqualTo("number " + i);
        assertThat(said.get(kept)).isEqualTo((3_000 - kept) + " lines were dropped");
    }

    @Test
    @Timeout(60)
    void a_log_that_nobody_reads_does_not_keep_the_daemon_from_ending() {
        StuckPipe pipe = new StuckPipe();
        DaemonLog log = new DaemonLog(new PrintStream(pipe, true, UTF_8), Disk.local(), file(), time);
        for (int i = 0; i < 3_000; i++) log.say(new Event.Note("number " + i));
        log.close();
        assertThat(pipe.read.size()).isZero();
        pipe.gate.countDown();
    }

    private static JsonNode json(String line) {
        try {
            return Json.parse(line.getBytes(UTF_8));
        } catch (MalformedJsonException e) {
            throw new AssertionError(line, e);
        }
    }
}
