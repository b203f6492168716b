package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Lists of tasks, and verbs over all that match, all with one service. */
class BulkTest extends WithOneService {
    private static final String DAY = "86400";

    private void submit(String kind, String id, String... more) {
        List<String> all = new ArrayList<>(List.of("submit", "--kind", kind, "--id", id));
        all.addAll(List.of(more));
        cli.run(all.toArray(new String[0])).expect(ExitCode.OK);
    }

    private String stateOf(String id) throws Exception {
        return cli.run("task", id, "--json").json().path("state").asText();
    }

    private Set<String> touched(String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of(command));
        all.add("--json");
        JsonNode json = cli.run(all.toArray(new String[0])).expect(ExitCode.OK).json();
        Set<String> ids = new TreeSet<>();
        json.path("tasks").forEach(task -> ids.add(task.path("id").asText()));
        return ids;
    }

    private List<String> listed(String... filter) throws Exception {
        List<String> all = new ArrayList<>(List.of("tasks", "--json"));
        all.addAll(List.of(filter));
        return cli.run(all.toArray(new String[0]))
                .expect(ExitCode.OK)
                .json()
                .path("tasks")
                .findValuesAsText("id");
    }

    @Test
    void a_list_goes_on_where_the_page_before_has_ended() throws Exception {
        for (String id : List.of("page-1", "page-2", "page-3")) submit("echo", id, "--delay", DAY);
        assertThat(listed("--id", "page-", "--limit", "2")).containsExactly("page-3", "page-2");
        Cli.Run rest = cli.run("tasks", "--id", "page-", "--limit", "2", "--offset", "2");
        assertThat(rest.expect(ExitCode.OK).out().lines().skip(1))
                .satisfiesExactly(line -> assertThat(line).startsWith("page-1  scheduled"));
        assertThat(listed("--id", "page-", "--limit", "1", "--offset", "1")).containsExactly("page-2");
        assertThat(cli.run("tasks", "--id", "page-", "--offset", "1", "--limit", "1")
                        .out())
                .endsWith("1 more; --offset 2 shows the next\n");
        assertThat(cli.run("tasks", "--id", "page-", "--offset", "2", "--json")
                        .json()
                        .path("total")
                        .intValue())
                .isEqualTo(3);
        assertThat(cli.run("tasks", "--id", "page-", "--offset", "3").out()).isEqualTo("no tasks\n");
        assertThat(cli.run("tasks", "--offset", "-1")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--offset must be 0 or more, not -1");
    }

    @Test
    void tasks_are_listed_by_kind_and_by_age() throws Exception {
        submit("echo", "seen-echo", "--wait", "60");
        cli.run("submit", "--kind", "fail", "--id", "seen-fail", "--wait", "60").expect(ExitCode.TASK_FAILED);
        submit("echo", "seen-later", "--delay", DAY);
        assertThat(listed("--id", "seen-", "--kind", "echo")).containsExactly("seen-later", "seen-echo");
        assertThat(listed("--id", "seen-", "--kind", "fail")).containsExactly("seen-fail");
        assertThat(listed("--id", "seen-", "--kind", "ech")).isEmpty();
        assertThat(listed("--id", "seen-", "--older-than", "0")).containsExactly("seen-fail", "seen-echo");
        assertThat(listed("--id", "seen-", "--older-than", DAY)).isEmpty();
    }

    @Test
    void all_of_a_kind_are_called_off_also_those_that_wait_for_others() throws Exception {
        submit("gate", "first", "--delay", DAY);
        submit("gate", "after", "--depends-on", "first");
        submit("echo", "other", "--delay", DAY);
        assertThat(touched("cancel", "--kind", "gate", "--dry-run")).containsExactly("after", "first");
        assertThat(stateOf("after")).isEqualTo("blocked");
        // A steward may end what waits for the first as soon as that is cancelled; the end is the same.
        cli.run("cancel", "--kind", "gate", "--reason", "not wanted");
        assertThat(stateOf("first")).isEqualTo("cancelled");
        assertThat(stateOf("after")).isEqualTo("cancelled");
        assertThat(stateOf("other")).isEqualTo("scheduled");
    }

    @Test
    void tasks_are_called_off_by_state_and_part_of_their_ids() throws Exception {
        for (String id : List.of("import-1", "import-2", "export-1")) submit("echo", id, "--delay", DAY);
        assertThat(touched("cancel", "--state", "pending", "--matching", "import"))
                .isEmpty();
        assertThat(touched("cancel", "--state", "scheduled", "--matching", "import"))
                .containsExactly("import-1", "import-2");
        assertThat(stateOf("import-2")).isEqualTo("cancelled");
        assertThat(stateOf("export-1")).isEqualTo("scheduled");
        JsonNode twice = cli.run("cancel", "export-1", "export-1", "--json").json();
        assertThat(twice.path("tasks").findValuesAsText("outcome")).containsExactly("now");
    }

    @Test
    void all_that_match_begin_now_and_no_others() throws Exception {
        for (String id : List.of("now-1", "now-2", "later-1")) submit("echo", id, "--delay", DAY);
        assertThat(touched("requeue", "--kind", "fail", "--matching", "now-")).isEmpty();
        assertThat(touched("requeue", "--kind", "echo", "--matching", "now-")).containsExactly("now-1", "now-2");
        cli.run("await", "now-1", "now-2", "--timeout", "60").expect(ExitCode.OK);
        assertThat(stateOf("later-1")).isEqualTo("scheduled");
        assertThat(cli.run("requeue", "--matching", "now-").expect(ExitCode.OK).out())
                .isEqualTo("no task matches\n");
    }

    @Test
    void only_tasks_older_than_asked_for_are_removed() throws Exception {
        for (String id : List.of("old-1", "old-2")) submit("echo", id, "--wait", "60");
        assertThat(cli.run("discard", "--matching", "old-", "--older-than", DAY)
                        .expect(ExitCode.OK)
                        .out())
                .isEqualTo("no task matches\n");
        assertThat(touched("discard", "--matching", "old-", "--older-than", "0"))
                .containsExactly("old-1", "old-2");
        assertThat(cli.run("task", "old-1").expect(ExitCode.FAILED).err()).contains("no task 'old-1'");
    }

    @Test
    void at_most_as_many_as_asked_for_are_run_again_the_oldest_first() throws Exception {
        for (String id : List.of("bad-1", "bad-2", "bad-3"))
            cli.run("submit", "--kind", "fail", "--id", id, "--wait", "60").expect(ExitCode.TASK_FAILED);
        assertThat(touched("retry", "--state", "failed", "--matching", "bad-", "--limit", "2", "--dry-run"))
                .containsExactly("bad-1", "bad-2");
        assertThat(touched("retry", "--state", "failed", "--matching", "bad-", "--limit", "2"))
                .containsExactly("bad-1", "bad-2");
    }
}
