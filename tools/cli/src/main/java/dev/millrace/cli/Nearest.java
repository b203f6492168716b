package dev.millrace.cli;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Finds the word that was probably meant, as long as it is near enough to be meant at all. */
final class Nearest {
    private Nearest() {}

    /** The known word of the least edit distance, when at most half of its letters differ. */
    static Optional<String> to(String word, List<String> known) {
        TreeMap<Integer, String> byDistance = new TreeMap<>();
        for (String candidate : known) byDistance.putIfAbsent(distance(word, candidate), candidate);
        return Optional.ofNullable(byDistance.firstEntry())
                .filter(nearest -> nearest.getKey() * 2 <= nearest.getValue().length())
                .map(java.util.Map.Entry::getValue);
    }

    /** The fewest letters to add, drop, change or swap with the next. */
    static int distance(String from, String to) {
        int[][] cost = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++)
            for (int j = 0; j <= to.length(); j++) cost[i][j] = cost(cost, from, to, i, j);
        return cost[from.length()][to.length()];
    }

    private static int cost(int[][] cost, String from, String to, int i, int j) {
        if (i == 0 || j == 0) return i + j;
        int changed = cost[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        int least = Math.min(changed, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped =
                i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
        return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
    }
}
