package dev.millrace.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * At which of the places that a handler comes to its worker dies: at all, but of many calls of one sort only at some. Each
 * costs a run of the task, and a thread that stops there until the service is closed.
 *
 * @param tried their numbers, from 1
 * @param notes what was left out
 */
record CrashPlaces(SortedSet<Integer> tried, List<String> notes) {
    /** Of one sort of call so many are tried at most. */
    static final int MOST_OF_A_SORT = 50;

    private static final Pattern COUNTED = Pattern.compile("(in its )?\\d+(st|nd|rd|th) (run, )?");

    static CrashPlaces of(List<String> places) {
        Map<String, List<Integer>> sorts = new LinkedHashMap<>();
        for (int i = 0; i < places.size(); i++)
            sorts.computeIfAbsent(COUNTED.matcher(places.get(i)).replaceAll(""), none -> new ArrayList<>())
                    .add(i + 1);
        SortedSet<Integer> tried = new TreeSet<>();
        List<String> notes = new ArrayList<>();
        sorts.forEach((sort, numbers) -> {
            tried.addAll(spread(numbers));
            if (numbers.size() > MOST_OF_A_SORT)
                notes.add("the handler comes " + numbers.size() + " times to where its worker may die " + sort + "; "
                        + MOST_OF_A_SORT + " of them were tried, the first, the last, and others between");
        });
        return new CrashPlaces(tried, notes);
    }

    /** The first, the last, and others at equal distances. */
    private static List<Integer> spread(List<Integer> numbers) {
        if (numbers.size() <= MOST_OF_A_SORT) return numbers;
        List<Integer> some = new ArrayList<>();
        for (int i = 0; i < MOST_OF_A_SORT; i++) some.add(numbers.get(i * (numbers.size() - 1) / (MOST_OF_A_SORT - 1)));
        return some;
    }
}
