package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The tables of docs/reference/reliability.md, which say what was measured. All of that comes from seeds, so each build
 * measures the same until the product or the exploration changes. {@code -Dmillrace.figures=write} then writes down what is
 * measured now.
 */
public final class ReliabilityPage {
    /** The figures are to be written, not compared. */
    static final boolean WRITES = System.getProperty("millrace.figures", "").equals("write");

    private static final Path PAGE = Path.of("../docs/reference/reliability.md");

    private ReliabilityPage() {}

    static synchronized List<String> lines() throws IOException {
        return Files.readAllLines(PAGE);
    }

    /** A number as the page spells it. */
    public static String spelled(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** The row that begins with a cell, without that. */
    static synchronized List<String> row(String first) throws IOException {
        return cells(lines().get(lineOf(first)));
    }

    /** Some neighbouring cells of the row that begins with another one say this, counted from 0 behind that. */
    public static synchronized void holds(String first, int from, String... measured) throws IOException {
        List<String> row = row(first);
        List<String> told = row.subList(from, from + measured.length);
        if (WRITES) write(first, row, from, measured);
        else
            assertThat(told)
                    .as("docs/reference/reliability.md, '" + first
                            + "'; if the product has changed, run this test with -Dmillrace.figures=write")
                    .containsExactly(measured);
    }

    private static void write(String first, List<String> row, int from, String... measured) throws IOException {
        List<String> cells = new ArrayList<>(row);
        for (int i = 0; i < measured.length; i++) cells.set(from + i, measured[i]);
        List<String> lines = lines();
        lines.set(lineOf(first), "| " + first + " | " + String.join(" | ", cells) + " |");
        Files.write(PAGE, lines);
    }

    private static int lineOf(String first) throws IOException {
        List<String> lines = lines();
        for (int i = 0; i < lines.size(); i++) if (lines.get(i).startsWith("| " + first + " |")) return i;
        throw new AssertionError("docs/reference/reliability.md has no row '" + first + "'");
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1))
                .skip(1)
                .map(String::strip)
                .toList();
    }
}
