package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.Event;
import dev.millrace.storage.Disk;
import dev.millrace.time.Time;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
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
        return new PrintStream(new FileOutputStream(file().toFile(), true), true, StandardCharsets.UTF_8);
    }

    @Test
    void the_same_trouble_is_said_once_a_minute_with_how_often() throws Exception {
        try (PrintStream out = appending()) {
            DaemonLog log = new DaemonLog(out, Disk.local(), file(), time);
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
            DaemonLog log = new DaemonLog(out, Disk.local(), file(), time);
            log.accept(new Event.Note("the first line after"));
        }
        assertThat(Files.readString(file())).contains("the first line after").hasSizeLessThan(200);
        assertThat(Files.size(folder.resolve("daemon.log.1"))).isEqualTo(16 << 20);
        assertThat(Files.readString(folder.resolve("daemon.log.1"))).endsWith("the last line before\n");
    }
}
