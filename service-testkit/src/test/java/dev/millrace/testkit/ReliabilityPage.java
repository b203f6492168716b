package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The tables of docs/reference/reliability.md, which say what was measured. All of that comes from seeds, so each build
 * measures the same until the product or the exploration changes, and much the same after that. {@code -Dmillrace.figures=write} then writes down what is
 * measured now.
 */
public final class ReliabilityPage {
    /** The figures are to be written, not compared. */
    static final boolean WRITES = System.getProperty("millrace.figures", "").equals("write");

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,3}(,[0-9]{3})*");

    /** So much a figure may be off: this, or one in so many. */
    private static final long FEW = 50;

    private static final long ONE_IN = 5;

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
                    .usingElementComparator((page, now) -> isSaidBy(page, now) ? 0 : 1)
                    .containsExactly(measured);
    }

    /**
     * An operation more or less in the product changes what follows in every world, so figures may be a little off; but what
     * is none on the page is none.
     */
    private static boolean isSaidBy(String page, String now) {
        if (page.equals(now)) return true;
        if (!NUMBER.matcher(page).matches() || !NUMBER.matcher(now).matches() || page.equals("0")) return false;
        long told = number(page);
        return Math.abs(number(now) - told) <= Math.max(FEW, told / ONE_IN);
    }

    private static long number(String spelled) {
        return Long.parseLong(spelled.replace(",", ""));
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
