package dev.millrace.soak;

import dev.millrace.soak.LedgerBook.Run;
import dev.millrace.soak.TerminalRecords.Ended;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the ledger says of the queue's folders.
 *
 * @param submitted tasks that were handed in
 * @param acknowledged those of them whose submitter was told that they are accepted
 * @param lost acknowledged tasks of which there is no trace
 * @param unfinished acknowledged tasks that have not ended
 * @param doubled tasks with more than one terminal record
 * @param changed tasks whose record was another one earlier
 * @param invented records that no run of the task has brought about, or of tasks that nobody handed in
 * @param endedOtherwise records of tasks that are not done: in a soak no task is given up or called off
 * @param rerun tasks that were begun more than once
 * @param runs how often a task was begun
 * @param oddities files that should not be there, or not as they are
 */
record Verdict(
        long submitted,
        long acknowledged,
        List<String> lost,
        List<String> unfinished,
        List<String> doubled,
        List<String> changed,
        List<String> invented,
        List<String> endedOtherwise,
        long rerun,
        long runs,
        List<String> oddities) {

    static Verdict of(LedgerBook book, TerminalRecords found, Witness witness) {
        List<String> oddities = new ArrayList<>(found.oddities());
        oddities.addAll(witness.oddities());
        book.quarantined().forEach(one -> oddities.add("quarantined: " + one));
        return new Verdict(
                book.submitted().size(),
                book.acknowledged().size(),
                book.acknowledged().stream()
                        .filter(id -> !found.records().containsKey(id)
                                && !found.waiting().contains(id))
                        .sorted()
                        .toList(),
                book.acknowledged().stream()
                        .filter(found.waiting()::contains)
                        .sorted()
                        .toList(),
                found.records().entrySet().stream()
                        .filter(one ->
                                one.getValue().size() > 1 || found.waiting().contains(one.getKey()))
                        .map(one -> one.getKey() + " " + one.getValue())
                        .sorted()
                        .toList(),
                changed(found, witness.seen()),
                invented(book, found),
                endedOtherwise(found),
                book.runs().values().stream().filter(runs -> runs.size() > 1).count(),
                book.runs().values().stream().mapToLong(List<Run>::size).sum(),
                oddities);
    }

    private static List<String> changed(TerminalRecords found, Map<String, String> seen) {
        List<String> changed = new ArrayList<>();
        seen.forEach((id, run) -> {
            for (Ended record : found.records().getOrDefault(id, List.of(new Ended("nowhere", "", ""))))
                if (!record.run().equals(run)) changed.add(id + " ended with run " + run + ", now " + record);
        });
        return changed;
    }

    private static List<String> invented(LedgerBook book, TerminalRecords found) {
        List<String> invented = new ArrayList<>();
        found.records().forEach((id, records) -> {
            if (!book.submitted().contains(id)) invented.add(id + " was never handed in");
            for (Ended record : records)
                if (record.status().equals("done") && !book.hasEnded(id, record.run()))
                    invented.add(id + " is done by a run that never ended: " + record);
        });
        return invented;
    }

    private static List<String> endedOtherwise(TerminalRecords found) {
        return found.records().entrySet().stream()
                .flatMap(task -> task.getValue().stream()
                        .filter(record -> !record.status().equals("done"))
                        .map(record -> task.getKey() + " is not done: " + record))
                .sorted()
                .toList();
    }

    /** Nothing was lost, nothing has ended twice, and everything has ended once, as done. */
    boolean isGood() {
        return lost.isEmpty()
                && unfinished.isEmpty()
                && doubled.isEmpty()
                && changed.isEmpty()
                && invented.isEmpty()
                && endedOtherwise.isEmpty()
                && oddities.isEmpty();
    }
}
