package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Command lines that nobody should have typed: each is answered with an exit code that means something, and words. {@code
 * -Dlines.seed=N} makes the same lines again, {@code -Dlines=N} makes so many.
 */
class OddLinesTest {
    private static final int LINES = Integer.getInteger("lines", 500);

    private static final List<String> COMMANDS =
            Commands.words().stream().filter(word -> !word.equals("demo")).toList();

    private static final List<String> WORDS = List.of(
            "--app",
            "nobody",
            "--json",
            "--help",
            "--apps-path",
            "--limit",
            "-1",
            "99999999999999999999",
            "--kind",
            "",
            " ",
            "--",
            "-",
            "@file",
            "--state",
            "done,",
            "--worker",
            "--workers",
            "127.0.0.1=",
            "=2",
            "--args",
            "{",
            "[]",
            "--not-before",
            "yesterday",
            "2026-02-30T25:61:00Z",
            "--deadline",
            "nan",
            "1e999",
            "--timeout",
            "--file",
            "/dev/null",
            "..",
            "\u202e",
            "\ud83d\ude00",
            "\ud800",
            "%s",
            "${x}",
            "--retry",
            "fixed:",
            "--depends-on",
            ",",
            "--share",
            "no\nline",
            "--verbose",
            "--observe",
            "--=",
            "--app=",
            "-x",
            "x".repeat(2_000));

    @TempDir
    Path folder;

    /** No app is called so, and there is no folder of apps: nothing can come of any of them. */
    private String[] line(RandomGenerator random) {
        String[] words = new String[random.nextInt(1, 8)];
        for (int i = 0; i < words.length; i++) words[i] = WORDS.get(random.nextInt(WORDS.size()));
        if (random.nextInt(20) > 0) words[0] = COMMANDS.get(random.nextInt(COMMANDS.size()));
        return words;
    }

    @Test
    void every_line_is_understood_or_refused_in_order_and_changes_nothing() throws Exception {
        Cli cli = Cli.in(folder);
        Files.delete(folder.resolve("apps/testapp/app_settings.toml"));
        Files.delete(folder.resolve("apps/testapp"));
        List<Integer> meant =
                Arrays.stream(ExitCode.values()).map(ExitCode::code).toList();
        long seed = Long.getLong("lines.seed", new java.util.Random().nextLong());
        RandomGenerator random = new SplittableRandom(seed);
        for (int i = 0; i < LINES; i++) {
            String[] words = line(random);
            Cli.Run run = cli.bare(words);
            assertThat(run.code()).as("seed %d, %s", seed, List.of(words)).isIn(meant);
            assertThat(run.out() + run.err())
                    .as("seed %d, %s", seed, List.of(words))
                    .isNotBlank();
        }
        try (Stream<Path> left = Files.walk(folder)) {
            assertThat(left.filter(Files::isRegularFile)).as("seed %d", seed).isEmpty();
        }
    }
}
