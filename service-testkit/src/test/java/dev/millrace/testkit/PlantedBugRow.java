package dev.millrace.testkit;

import java.io.IOException;
import java.util.List;

/**
 * What docs/reference/reliability.md says of a planted bug.
 *
 * @param bug in one clause
 * @param breaks the number of the promise that it breaks
 * @param model whether the model finds it
 * @param searches which searches through interleavings find it
 * @param cutPoints the story of which some cut finds it
 * @param worlds the first random world that finds it
 */
public record PlantedBugRow(String bug, String breaks, String model, String searches, String cutPoints, String worlds) {
    /** Those of the page, in its order. */
    public static List<PlantedBugRow> ofPage() throws IOException {
        return lines("## The bugs that we planted", "## The real thing").stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| bug |"))
                .map(PlantedBugRow::of)
                .toList();
    }

    /** What lies between two headings of the page. */
    static List<String> lines(String from, String to) throws IOException {
        return ReliabilityPage.lines().stream()
                .dropWhile(line -> !line.equals(from))
                .takeWhile(line -> !line.equals(to))
                .toList();
    }

    private static PlantedBugRow of(String line) {
        String[] cells = line.substring(1, line.length() - 1).split("\\|", -1);
        if (cells.length != 6) throw new IllegalStateException("not six cells: " + line);
        for (int i = 0; i < cells.length; i++) cells[i] = cells[i].strip();
        return new PlantedBugRow(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]);
    }
}
