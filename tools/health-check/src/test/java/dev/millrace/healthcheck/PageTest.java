package dev.millrace.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.health.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.OptionSpec;

class PageTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "operating", "health-check.md");

    private static String row(OptionSpec option) {
        String value = option.arity().max() == 0 ? "" : option.paramLabel() + " ";
        return "| `" + option.longestName() + "` | " + value + "| " + option.description()[0] + " |";
    }

    @Test
    void the_page_lists_exactly_the_options_that_there_are() throws IOException {
        assertThat(Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `--")))
                .containsExactlyElementsOf(
                        OptionTable.ALL.stream().map(PageTest::row).toList());
    }

    @Test
    void the_page_lists_every_exit_code() throws IOException {
        List<Integer> codes = List.of(
                Verdict.OK,
                HealthCheck.TOOL_FAILED,
                Verdict.UNHEALTHY,
                Verdict.FAILING,
                Verdict.IDLE,
                Verdict.RESTARTING,
                Verdict.NOT_SERVING,
                Verdict.OBJECTIVE_MISSED,
                HealthCheck.BAD_COMMAND_LINE);
        assertThat(Files.readAllLines(PAGE).stream()
                        .filter(line -> line.matches("\\| \\d+ \\| [^|]+ \\|"))
                        .map(line -> Integer.valueOf(line.split(" ")[1])))
                .containsExactlyElementsOf(codes);
    }
}
