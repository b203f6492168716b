package dev.millrace.soak;

import dev.millrace.soak.LedgerBook.Strike;
import dev.millrace.soak.Strikes.Sort;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Times in which something was amiss, by what was written down of it. */
final class Phases {
    private record Phase(long from, long to) {}

    private final List<Phase> phases = new ArrayList<>();

    /** Of this subject: each lasts from a word that is not {@code over} to the next word. */
    static Phases of(List<Strike> strikes, String subject, Sort over) {
        List<Strike> sorted = strikes.stream()
                .filter(one -> one.subject().equals(subject))
                .sorted(Comparator.comparingLong(Strike::micros))
                .toList();
        Phases made = new Phases();
        for (int i = 0; i < sorted.size(); i++)
            if (!sorted.get(i).sort().equals(over.word()))
                made.phases.add(new Phase(
                        sorted.get(i).micros(),
                        i + 1 < sorted.size() ? sorted.get(i + 1).micros() : Long.MAX_VALUE));
        return made;
    }

    /** True when one of them lay in this time, in part at least; both ends in microseconds. */
    boolean touch(long from, long to) {
        return phases.stream().anyMatch(one -> one.from() <= to && from <= one.to());
    }
}
