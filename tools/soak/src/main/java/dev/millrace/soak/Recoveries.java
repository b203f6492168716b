package dev.millrace.soak;

import dev.millrace.soak.LedgerBook.Run;
import dev.millrace.soak.LedgerBook.Strike;
import dev.millrace.soak.Strikes.Sort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How long tasks waited for another run when their worker was taken from them, in seconds.
 *
 * @param killed from a kill -9 to the begin of the task's next run
 * @param stopped from a SIGSTOP, which lasts longer than the heartbeat timeout
 * @param inOutages from a kill, where the disk was full or unchangeable meanwhile
 */
record Recoveries(Spread killed, Spread stopped, Spread inOutages) {
    private static final Set<String> KILLS = Set.of(Sort.WORKER.word(), Sort.STEWARD.word());

    static Recoveries of(LedgerBook book) {
        Map<String, Long> kills = momentsOf(book, KILLS);
        Map<String, Long> stops = momentsOf(book, Set.of(Sort.STOP.word()));
        List<long[]> outages = outages(book.strikes());
        List<Double> killed = new ArrayList<>();
        List<Double> stopped = new ArrayList<>();
        List<Double> inOutages = new ArrayList<>();
        for (List<Run> runs : book.runs().values())
            for (int i = 0; i + 1 < runs.size(); i++) {
                Run run = runs.get(i);
                long next = runs.get(i + 1).beganMicros;
                Long stop = stops.get(run.process);
                Long kill = kills.get(run.process);
                if (isBetween(stop, run, next)) stopped.add(seconds(stop, next));
                else if (isBetween(kill, run, next))
                    (isInOutage(outages, kill, next) ? inOutages : killed).add(seconds(kill, next));
            }
        return new Recoveries(Spread.of(killed), Spread.of(stopped), Spread.of(inOutages));
    }

    private static Map<String, Long> momentsOf(LedgerBook book, Set<String> sorts) {
        Map<String, Long> moments = new HashMap<>();
        for (Strike strike : book.strikes())
            if (sorts.contains(strike.sort())) moments.putIfAbsent(strike.subject(), strike.micros());
        return moments;
    }

    private static boolean isBetween(@org.jspecify.annotations.Nullable Long moment, Run run, long next) {
        return moment != null && run.beganMicros <= moment && moment <= next;
    }

    private static double seconds(@org.jspecify.annotations.Nullable Long from, long to) {
        return from == null ? 0 : (to - from) / 1e6;
    }

    private static List<long[]> outages(List<Strike> strikes) {
        List<Strike> sorted = strikes.stream()
                .filter(one -> one.subject().equals("disk"))
                .sorted((a, b) -> Long.compare(a.micros(), b.micros()))
                .toList();
        List<long[]> outages = new ArrayList<>();
        for (int i = 0; i + 1 < sorted.size(); i++)
            if (!sorted.get(i).sort().equals(Sort.RECOVERED.word()))
                outages.add(
                        new long[] {sorted.get(i).micros(), sorted.get(i + 1).micros()});
        return outages;
    }

    private static boolean isInOutage(List<long[]> outages, @org.jspecify.annotations.Nullable Long from, long to) {
        return from != null && outages.stream().anyMatch(one -> one[0] <= to && from <= one[1]);
    }
}
