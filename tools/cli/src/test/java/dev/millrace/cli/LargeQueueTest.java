package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.task.TaskMarks;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running service with a hundred thousand waiting tasks, seen from the command line. */
@Order(1)
@Tag("once")
class LargeQueueTest {
    private static final int TASKS = 100_000;
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration SEVERAL_COUNTS = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    /** Few files under many names are made much faster than many files; nothing runs here, which would change them. */
    private static void fill(Cli cli) throws IOException {
        long first = TaskOrder.micros(Time.system().instant().minusSeconds(3_600));
        for (int i = 0; i < TASKS; i++) {
            TaskOrder order = new TaskOrder(i % 10, first + i * 10L, 1, TaskMarks.NONE);
            String name = new TaskName(order.stem("t" + i), 1, 0).fileName();
            Files.createLink(cli.queue().resolve("pending").resolve(name), content(cli, i % 10));
        }
    }

    private static Path content(Cli cli, int number) throws IOException {
        Path content = cli.folder.resolve("content-" + number);
        return Files.exists(content) ? content : Files.writeString(content, "{\"schema\": \"agi.service.task.v1\"}");
    }

    @Test
    void status_health_and_listing_are_right() throws Exception {
        try (Cli cli = Cli.in(folder)) {
            cli.run("start").expect(ExitCode.OK);
            cli.run("drain").expect(ExitCode.OK);
            await().atMost(SOON).until(() -> cli.run("workers").out().contains("draining"));
            fill(cli);
            // The steward counts now and then, so that a look costs nothing for each task. It may have counted half of
            // them just now, and counts again within a minute, or after five times as long as that took.
            await().atMost(SEVERAL_COUNTS).until(() -> countedBySteward(cli) == TASKS);
            assertThat(pending(cli.run("status", "--json"))).isEqualTo(TASKS);
            JsonNode health = cli.run("health", "--json").expect(ExitCode.OK).json();
            assertThat(health.path("gate").path("passed").booleanValue()).isTrue();
            assertThat(health.path("queue").path("pending").intValue()).isEqualTo(TASKS);
            assertThat(health.path("queue_ages").path("oldest_pending_sec").doubleValue())
                    .isBetween(3_600.0, 3_700.0);
            assertThat(health.path("workers_healthy_count").intValue()).isEqualTo(1);
            expectListing(cli);
            assertThat(cli.run("stop").expect(ExitCode.OK).out()).startsWith("testapp is stopped");
        }
    }

    private static int countedBySteward(Cli cli) throws IOException {
        byte[] report = Files.readAllBytes(cli.queue().resolve("control/steward.json"));
        return new ObjectMapper()
                .readTree(report)
                .path("counts")
                .path("pending")
                .intValue();
    }

    private static int pending(Cli.Run status) throws Exception {
        return status.expect(ExitCode.OK).json().path("queue").path("pending").intValue();
    }

    private static void expectListing(Cli cli) throws Exception {
        JsonNode newest =
                cli.run("tasks", "--limit", "2", "--json").expect(ExitCode.OK).json();
        assertThat(newest.path("total").intValue()).isEqualTo(TASKS);
        assertThat(newest.path("tasks").findValuesAsText("id")).containsExactly("t99999", "t99998");
        assertThat(cli.run("tasks").out()).hasLineCount(52).endsWith("99950 more; --offset 50 shows the next\n");
        assertThat(cli.run("tasks", "--id", "9999", "--json")
                        .json()
                        .path("total")
                        .intValue())
                .isEqualTo(19);
        assertThat(cli.run("task", "t4711").out()).startsWith("t4711 is pending");
    }
}
