package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Commands that ask the daemon, beside the same commands on the directory. */
@Tag("once")
class SameAnswersTest extends WithDaemons {
    /** The same command through the daemon and on the directory: same code, same form, same words but for names and times. */
    private void same(String... command) throws Exception {
        same(command, command);
    }

    private static String[] verbose(String... command) {
        String[] verbose = Arrays.copyOf(command, command.length + 2);
        verbose[command.length] = "--json";
        verbose[command.length + 1] = "-v";
        return verbose;
    }

    /** The same done to two tasks that are alike: {@code name-1} through the daemon, {@code name-2} on the directory. */
    private void alike(String word, String name) throws Exception {
        same(new String[] {word, name + "-1"}, new String[] {word, name + "-2"});
    }

    private void same(String[] command, String[] twin) throws Exception {
        Cli.Run routed = cli.with("MILLRACE_DAEMON", "").run(verbose(command));
        Cli.Run direct = cli.with("MILLRACE_DAEMON", "off").run(verbose(twin));
        assertThat(routed.err()).as(routed.out()).contains("a daemon answers");
        assertThat(direct.err()).contains("no daemon answers");
        assertThat(routed.code())
                .as("%s: %s %s", List.of(command), routed.out(), routed.err())
                .isEqualTo(direct.code());
        assertThat(form(routed.json())).as(routed.out()).isEqualTo(form(direct.json()));
    }

    /** What the tasks took, and that they have ended, comes with a worker's next beat. */
    private boolean tellsLatencies() throws Exception {
        JsonNode status = cli.run("status", "--json").expect(ExitCode.OK).json();
        JsonNode health = status.path("health");
        return health.path("latency").path("samples").asInt() > 0
                && health.path("worker_health").path(0).path("busy_slots").asInt(1) == 0;
    }

    private static String form(JsonNode json) {
        return json.toString()
                .replaceAll("[0-9]{17}[0-9a-f]{4,}k?[0-9a-f]*-", "<order>-")
                .replaceAll("\"(id|stem|task_id)\":\"[^\"]*\"", "\"$1\":\"<id>\"")
                .replaceAll("[0-9]+(\\.[0-9]+)?(E-?[0-9]+)?", "<n>")
                .replaceAll("\\\\n\\s+at [^\"]*", "");
    }

    @Test
    void commands_say_the_same_with_and_without_a_daemon() throws Exception {
        cli.run("start").expect(ExitCode.OK);
        cli.run("daemon", "start", "--max-message-bytes", "20000").expect(ExitCode.OK);
        cli.run("submit", "--kind", "echo", "--unique-key", "k", "--not-before", "2100-01-01T00:00:00Z");
        for (String id : List.of("later-1", "later-2", "off-1", "off-2"))
            cli.run("submit", "--kind", "echo", "--id", id, "--not-before", "2100-01-01T00:00:00Z");
        for (String id : List.of("bad-1", "bad-2")) cli.run("submit", "--kind", "fail", "--id", id);
        cli.run("await", "bad-1", "bad-2", "--timeout", "20");
        same("submit", "--kind", "echo", "--wait", "20");
        same("submit", "--kind", "fail", "--wait", "20");
        same("submit", "--kind", "echo", "--unique-key", "k", "--not-before", "2100-01-01T00:00:00Z");
        same("submit", "--kind", "echo", "--priority", "11");
        same("pause", "echo", "--reason", "lunch");
        same("resume", "echo");
        same("retry", "nobody");
        alike("cancel", "off");
        alike("retry", "off");
        alike("requeue", "later");
        alike("retry", "bad");
        cli.run("await", "later-1", "later-2", "bad-1", "bad-2", "--timeout", "20");
        for (String looked : List.of("bad", "later", "off"))
            for (String word : List.of("task", "why", "logs")) alike(word, looked);
        same("why", "echo");
        same("why", "nobody");
        same("logs", "nobody");
        alike("requeue", "later");
        alike("discard", "later");
        // Longer than the daemon takes.
        same("submit", "--kind", "echo", "--arg", "text=" + "x".repeat(30_000), "--wait", "20");
        Path group = Files.writeString(folder.resolve("group.jsonl"), "{\"kind\":\"echo\"}\n{\"kind\":\"echo\"}\n");
        same("submit", "--group", "g", "--file", group.toString(), "--then", "echo", "--wait", "20");
        same("tasks", "--state", "scheduled");
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(this::tellsLatencies);
        same("status");
        same("health");
        same("workers");
        same("snapshot");
        same("drain");
        same("drain", "--resume");
        same("drain", "nobody");
        cli.with("MILLRACE_DAEMON", "").run("stop").expect(ExitCode.OK);
        same("submit", "--kind", "echo");
        cli.run("daemon", "stop").expect(ExitCode.OK);
    }
}
