package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.storage.Disk;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task's own log, and where it ends. */
class TaskLogTest {
    private static final int LIMIT = 10 << 20;
    private static final String NOTE = "log ends here: it reached " + LIMIT + " bytes\n";

    @TempDir
    Path folder;

    private TaskLog log() {
        return new TaskLog(Disk.local(), Time.system(), folder, "t");
    }

    private String written() throws IOException {
        return Files.readString(folder.resolve("t.log"), StandardCharsets.UTF_8);
    }

    @Test
    void it_ends_with_a_note_when_it_has_grown_to_its_limit_and_takes_no_more() throws IOException {
        try (TaskLog log = log()) {
            String megabyte = "x".repeat(1 << 20);
            for (int line = 0; line < 15; line++) log.info(megabyte);
            log.info("too late");
        }
        assertThat(written()).endsWith(megabyteEnd() + NOTE).doesNotContain("too late");
        assertThat(Files.size(folder.resolve("t.log"))).isBetween(9L << 20, (long) LIMIT + NOTE.length());
    }

    private static String megabyteEnd() {
        return "x".repeat(100) + "\n";
    }

    @Test
    void letters_of_several_bytes_count_as_many() throws IOException {
        try (TaskLog log = log()) {
            log.info("first");
            log.info("\u20ac".repeat(4 << 20));
        }
        assertThat(written()).endsWith("first\n" + NOTE);
        assertThat(Files.size(folder.resolve("t.log"))).isLessThan(1_000);
    }

    @Test
    void an_attempt_that_comes_later_does_not_begin_anew_behind_the_note() throws IOException {
        try (TaskLog log = log()) {
            for (int line = 0; line < 11; line++) log.info("x".repeat(1 << 20));
        }
        long size = Files.size(folder.resolve("t.log"));
        try (TaskLog again = log()) {
            for (int line = 0; line < 3; line++) again.info("x".repeat(1 << 20));
        }
        assertThat(Files.size(folder.resolve("t.log"))).isBetween(size, (long) LIMIT + 2L * NOTE.length());
    }

    @Test
    void a_task_that_logs_nothing_has_no_log() {
        log().close();
        assertThat(folder.resolve("t.log")).doesNotExist();
    }
}
