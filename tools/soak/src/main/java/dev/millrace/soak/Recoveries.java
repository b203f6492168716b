package dev.millrace.soak;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.soak.LedgerBook.Run;
import dev.millrace.soak.LedgerBook.Strike;
import dev.millrace.soak.Strikes.Sort;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How long tasks waited for another run when their worker was taken from them, in seconds.
 *
 * @param killed from a kill -9 to the begin of the task's next run, while another worker was there
 * @param nobodyLeft the same, where all workers were killed meanwhile, so that somebody from outside had to start new ones
 * @param stopped from a SIGSTOP, which lasts longer than the heartbeat timeout; or from a kill, where the next one who had
 *     the task was stopped before it began
 * @param inOutages from a kill, where the disk was full or unchangeable meanwhile
 * @param slowest of {@code killed}, the longest first
 */
record Recoveries(Spread killed, Spread nobodyLeft, Spread stopped, Spread inOutages, List<Recovery> slowest) {
    private static final Set<String> KILLS = Set.of(Sort.WORKER.word(), Sort.STEWARD.word());
    private static final int SHOWN = 20;

    /** One of them; moments in microseconds since 1970. */
    record Recovery(String id, Run cut, Run next, long from) {
        double seconds() {
            return (next.beganMicros - from) / 1e6;
        }

        boolean isIn(Phases phases) {
            return phases.touch(from, next.beganMicros);
        }

        ObjectNode toJson() {
            ObjectNode json = Json.object();
            json.put("task", id).put("sec", Report.rounded(seconds())).put("killed_at_micros", from);
            return json.put("worker", cut.process).put("next_worker", next.process);
        }
    }

    static Recoveries of(LedgerBook book) {
        Map<String, Long> kills = momentsOf(book, KILLS);
        Map<String, Long> stops = momentsOf(book, Set.of(Sort.STOP.word()));
        Phases outages = Phases.of(book.strikes(), "disk", Sort.RECOVERED);
        Phases empty = Phases.of(book.strikes(), "workers", Sort.SOMEBODY);
        List<Recovery> killed = new ArrayList<>();
        List<Recovery> nobodyLeft = new ArrayList<>();
        List<Recovery> stopped = new ArrayList<>();
        List<Recovery> inOutages = new ArrayList<>();
        book.runs().forEach((id, runs) -> {
            for (int i = 0; i + 1 < runs.size(); i++) {
                Run run = runs.get(i);
                // What comes after a failure is its retry, in its own time.
                if (run.failed) continue;
                Run next = runs.get(i + 1);
                OptionalLong stop = cut(stops, run.process, run, next);
                OptionalLong kill = cut(kills, run.process, run, next);
                if (stop.isPresent()) stopped.add(new Recovery(id, run, next, stop.getAsLong()));
                else if (kill.isPresent()) {
                    Recovery one = new Recovery(id, run, next, kill.getAsLong());
                    boolean heirStood = cut(stops, next.process, run, next).isPresent();
                    if (one.isIn(outages)) inOutages.add(one);
                    else if (heirStood) stopped.add(one);
                    else (one.isIn(empty) ? nobodyLeft : killed).add(one);
                }
            }
        });
        killed.sort(Comparator.comparingDouble(Recovery::seconds).reversed());
        return new Recoveries(
                spread(killed),
                spread(nobodyLeft),
                spread(stopped),
                spread(inOutages),
                List.copyOf(killed.subList(0, Math.min(SHOWN, killed.size()))));
    }

    private static Spread spread(List<Recovery> all) {
        return Spread.of(new ArrayList<>(all.stream().map(Recovery::seconds).toList()));
    }

    private static Map<String, Long> momentsOf(LedgerBook book, Set<String> sorts) {
        Map<String, Long> moments = new HashMap<>();
        for (Strike strike : book.strikes())
            if (sorts.contains(strike.sort())) moments.putIfAbsent(strike.subject(), strike.micros());
        return moments;
    }

    /** When this process was struck from the begin of a run to that of the next; empty: it was not. */
    private static OptionalLong cut(Map<String, Long> moments, String process, Run run, Run next) {
        Long moment = moments.get(process);
        return moment != null && run.beganMicros <= moment && moment <= next.beganMicros
                ? OptionalLong.of(moment)
                : OptionalLong.empty();
    }
}
