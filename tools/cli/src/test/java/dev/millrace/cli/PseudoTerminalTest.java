package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a person sees it, on a pseudo terminal, which Python's standard library makes. */
class PseudoTerminalTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final int COLUMNS = 50;
    private static final Pattern COLOURS = Pattern.compile("\u001b\\[[0-9;]*m");
    private static final String ERASED = "\r\u001b[K";

    @TempDir
    Path folder;

    private static boolean hasPython() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "-c", "import pty").start().waitFor() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    /** What was drawn over, one drawing after the other. */
    private static List<String> bars(String screen) {
        return COLOURS.matcher(screen)
                .replaceAll("")
                .lines()
                .flatMap(line -> Pattern.compile("\r").splitAsStream(line))
                .filter(drawn -> drawn.startsWith("["))
                .map(drawn -> drawn.replace("\u001b[K", ""))
                .toList();
    }

    @Test
    void a_bar_grows_on_one_line_while_tasks_run_and_is_gone_when_the_results_come() throws Exception {
        assumeTrue(hasPython(), "python3 is missing; install it to see the progress bar on a terminal");
        Cli cli = DemoWorld.in(folder);
        Path hold = Files.createFile(folder.resolve("apps/mycode/hold"));
        try (RunningProgram demo = RunningProgram.onTerminal(
                COLUMNS, cli, "demo", "--share", cli.share().toString())) {
            await().atMost(SOON).until(() -> bars(demo.out()).stream().anyMatch(bar -> bar.contains("0/3")));
            Files.delete(hold);
            assertThat(demo.exitCode()).as(demo.out()).isZero();
            List<String> bars = bars(demo.out());
            assertThat(bars.get(0)).startsWith("[.").doesNotContain("#");
            assertThat(bars.get(bars.size() - 1))
                    .contains("3/3")
                    .startsWith("[#")
                    .doesNotContain(".]");
            assertThat(bars).allSatisfy(bar -> assertThat(bar).hasSizeLessThan(COLUMNS));
            String last = demo.out().substring(demo.out().lastIndexOf("3/3"));
            assertThat(last)
                    .as("the bar is taken away before anything else is said")
                    .contains(ERASED);
            assertThat(last.substring(last.indexOf(ERASED))).contains("no process is left");
        }
    }

    @Test
    void without_a_terminal_nothing_is_drawn_over() throws Exception {
        Cli cli = DemoWorld.in(folder);
        try (RunningProgram demo = DemoWorld.demo(cli)) {
            assertThat(demo.exitCode()).as(demo.err()).isZero();
            assertThat(demo.out()).doesNotContain("\r", "\u001b").contains("no process is left");
        }
    }
}
