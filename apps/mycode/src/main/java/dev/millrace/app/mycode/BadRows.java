package dev.millrace.app.mycode;

import java.util.ArrayList;
import java.util.List;

/** Counts the rows that are left out, and remembers the first ones. */
final class BadRows {
    private static final int REMEMBERED = 10;

    private final List<BadRow> first = new ArrayList<>();
    private long count;

    void add(Row.Bad bad) {
        count++;
        if (first.size() < REMEMBERED) first.add(new BadRow(bad.line(), bad.reason()));
    }

    long count() {
        return count;
    }

    List<BadRow> first() {
        return List.copyOf(first);
    }
}
