package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

    /** The same for what people read. */
    private void sameText(String[] command, String[] twin) throws Exception {
        Cli.Run routed = cli.with("MILLRACE_DAEMON", "").run(command);
        Cli.Run direct = cli.with("MILLRACE_DAEMON", "off").run(twin);
        String what = String.join(" ", command);
        assertThat(routed.code()).as("%s: %s", what, routed.err()).isEqualTo(direct.code());
        assertThat(words(routed.out())).as(what).isEqualTo(words(direct.out()));
        assertThat(words(routed.err())).as(what).isEqualTo(words(direct.err()));
    }

    private void sameText(String... command) throws Exception {
        sameText(command, command);
    }

    /** Without names, numbers, times, and the width of columns. */
    private static String words(String text) {
        return text.replaceAll("[0-9]{17}[0-9a-f]{4,}k?[0-9a-f]*-\\S*", "<stem>")
                .replaceAll("(left|right)-[a-c]", "<id>")
                .replaceAll("[0-9]+([.:T-][0-9]+)*", "<n>")
                .replaceAll("[ ─-]+", " ");
    }

    /** The same done to all tasks of a filter: those whose id has {@code left} in it, and those with {@code right}. */
    private void bulk(String... command) throws Exception {
        same(matching("left", command), matching("right", command));
    }

    private static String[] matching(String part, String... command) {
        String[] all = Arrays.copyOf(command, command.length + 2);
        all[command.length] = "--matching";
        all[command.length + 1] = part;
        return all;
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

    @Test
    void what_is_done_to_many_recurring_tasks_and_ends_say_the_same() throws Exception {
        Path settings = folder.resolve("apps/testapp/app_settings.toml");
        Files.writeString(
                settings,
                "[service.recurring.yearly]\ncron = \"0 0 1 1 *\"\nkind = \"echo\"\n",
                StandardOpenOption.APPEND);
        cli.run("start").expect(ExitCode.OK);
        cli.run("daemon", "start").expect(ExitCode.OK);
        for (String id : List.of("left-a", "left-b", "right-a", "right-b"))
            cli.run("submit", "--kind", "fail", "--id", id).expect(ExitCode.OK);
        same("await", "left-a", "left-b", "right-a", "right-b", "--timeout", "20");
        sameText("await", "left-a", "--timeout", "20");
        sameText(new String[] {"task", "left-a"}, new String[] {"task", "right-a"});
        sameText(new String[] {"why", "left-a"}, new String[] {"why", "right-a"});
        bulk("retry", "--kind", "fail", "--dry-run");
        sameText(matching("left", "retry", "--dry-run"), matching("right", "retry", "--dry-run"));
        bulk("retry", "--kind", "fail", "--state", "failed");
        cli.run("await", "left-a", "left-b", "right-a", "right-b", "--timeout", "20");
        sameText(matching("left", "discard", "--state", "failed"), matching("right", "discard", "--state", "failed"));
        for (String id : List.of("left-c", "right-c"))
            cli.run("submit", "--kind", "echo", "--id", id, "--not-before", "2100-01-01T00:00:00Z");
        bulk("cancel", "--kind", "echo", "--state", "scheduled");
        bulk("cancel", "--kind", "nothing");
        same("cancel");
        for (String word : List.of("list", "pause", "resume", "next")) {
            same("recurring", word, "yearly");
            sameText("recurring", word, "yearly");
        }
        same("recurring", "run", "yearly");
        same("recurring", "run", "nobody");
        sameText("pause", "echo", "--reason", "lunch");
        sameText("resume", "echo");
        sameText("workers");
        sameText("drain");
        sameText("drain", "--resume");
        Cli.Run routed = cli.with("MILLRACE_DAEMON", "").run(verbose("stop"));
        cli.run("start").expect(ExitCode.OK);
        Cli.Run direct = cli.with("MILLRACE_DAEMON", "off").run(verbose("stop"));
        assertThat(routed.err()).contains("a daemon answers");
        assertThat(direct.err()).contains("no daemon answers");
        assertThat(routed.expect(ExitCode.OK).json().path("status").asText()).isEqualTo("stopped");
        assertThat(form(routed.json())).isEqualTo(form(direct.json()));
        sameText("status");
        sameText("stop");
        cli.run("daemon", "stop").expect(ExitCode.OK);
    }
}
