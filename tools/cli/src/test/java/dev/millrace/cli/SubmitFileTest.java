package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stranger's document is checked against the schema of a task before the service is asked. */
class SubmitFileTest {
    private static final String WRONG =
            "{\"task_id\": 7, \"kind\": 5, \"priority\": 11, \"max_attempts\": \"three\", \"tags\": \"x\"}";

    @TempDir
    Path folder;

    private Cli cli;

    @BeforeEach
    void open() throws IOException {
        cli = Cli.in(folder);
    }

    private Cli.Run submitted(String content) throws IOException {
        Files.writeString(folder.resolve("task.json"), content);
        return cli.run("submit", "--file", "task.json");
    }

    @Test
    void all_that_is_wrong_is_told_at_once_with_its_place_and_nothing_is_queued() throws Exception {
        Cli.Run run = submitted(WRONG).expect(ExitCode.BAD_COMMAND_LINE);
        assertThat(run.err())
                .startsWith("millrace: --file: task.json is not a task that a worker could run: #/")
                .contains("must be ")
                .contains("; and 2 more")
                .contains("millrace validate task.json");
        assertThat(run.out()).isEmpty();
        assertThat(cli.share()).doesNotExist();
        String told = cli.bare("validate", "--as", "task", "task.json").out();
        for (String key : new String[] {"task_id", "kind", "priority", "max_attempts", "tags"})
            assertThat(told).contains("#/" + key + ": must be ");
    }

    @Test
    void one_wrong_value_is_named_with_what_would_be_right() throws Exception {
        assertThat(submitted("{\"priority\": NaN}")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("#/priority: must be a whole number from 0 to 9");
        cli.input("{\"task_id\": 7}");
        assertThat(cli.run("submit", "--file", "-")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("--file: - is not a task")
                .contains("#/task_id: must be text");
    }

    @Test
    void a_task_without_the_key_schema_is_one_and_another_schema_is_not() throws Exception {
        assertThat(submitted("{\"kind\": \"echo\", \"own\": {\"kept\": true}}")
                        .expect(ExitCode.NOT_RUNNING)
                        .err())
                .contains("start it first");
        assertThat(submitted("{\"schema\": \"agi.service.health.v1\"}")
                        .expect(ExitCode.BAD_COMMAND_LINE)
                        .err())
                .contains("is not a agi.service.task.v1");
    }
}
