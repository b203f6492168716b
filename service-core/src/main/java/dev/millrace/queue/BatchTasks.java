package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.task.BatchName.Tally;
import dev.millrace.task.TaskState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The book of a claimed batch: which of its tasks wait, run, are to be tried again or have ended. Touches no file. Safe
 * for use by several threads.
 *
 * <p>After a death it gives out the first tasks one at a time, each when the outcome of the one before counts: whoever
 * dies then leaves no doubt which task it was.
 */
final class BatchTasks {
    /** More tasks than any worker had begun when it died. */
    private static final int CAREFUL_TASKS = 256;

    private final @Nullable String[] outcomes;
    private final Map<Integer, Integer> attempts = new HashMap<>();
    private final Map<Integer, List<JsonNode>> earlier = new HashMap<>();
    private final PriorityQueue<Again> again = new PriorityQueue<>((a, b) -> Long.compare(a.due(), b.due()));
    private final boolean[] left;
    private final boolean serial;
    private int firstUntouched;
    private int running;
    private int ended;
    private int uncounted;
    private int carefulLeft;

    /** Called off before their turn, and not counted yet: that they have ended does not show that no task kills its worker. */
    private int takenAhead;

    private boolean closed;

    private record Again(int index, long due) {}

    /** @param serial true when its tasks must not run beside each other */
    BatchTasks(int count, List<BatchRecord> counted, boolean careful, boolean serial) {
        this.serial = serial;
        this.outcomes = new String[count];
        this.left = new boolean[count];
        this.carefulLeft = careful ? CAREFUL_TASKS : 0;
        for (BatchRecord record : counted) {
            left[record.index()] = true;
            forgetRetry(record.index());
            keep(record);
        }
    }

    private void forgetRetry(int index) {
        again.removeIf(one -> one.index() == index);
    }

    private void keep(BatchRecord record) {
        if (record.isTerminal()) {
            outcomes[record.index()] = record.outcome();
            ended++;
        } else {
            attempts.put(record.index(), record.attempt() + 1);
            remember(record);
            again.add(new Again(record.index(), record.dueMillis()));
        }
    }

    private void remember(BatchRecord record) {
        PartHistory.toldBy(record)
                .ifPresent(attempt -> earlier.computeIfAbsent(record.index(), none -> new ArrayList<>())
                        .add(attempt));
    }

    /** The next task to run, which counts as running from now on. */
    synchronized OptionalInt next(long nowMillis) {
        if (closed || mustWait()) return OptionalInt.empty();
        Again due = again.peek();
        if (due != null && due.due() <= nowMillis) {
            again.poll();
            running++;
            return OptionalInt.of(due.index());
        }
        OptionalInt untouched = firstUntouched();
        untouched.ifPresent(index -> {
            left[index] = true;
            running++;
        });
        return untouched;
    }

    /** Gives out this one before its turn, which then counts as running; false when it does not wait. */
    synchronized boolean take(int index) {
        if (closed || (left[index] && !again.removeIf(one -> one.index() == index))) return false;
        left[index] = true;
        running++;
        takenAhead++;
        return true;
    }

    private boolean mustWait() {
        return (serial && running > 0) || (carefulLeft > 0 && (running > 0 || uncounted > 0));
    }

    private OptionalInt firstUntouched() {
        while (firstUntouched < left.length && left[firstUntouched]) firstUntouched++;
        return firstUntouched < left.length ? OptionalInt.of(firstUntouched) : OptionalInt.empty();
    }

    /** The task that is to blame when the last owner died while it ran them one at a time. */
    synchronized OptionalInt first() {
        OptionalInt next = OptionalInt.empty();
        for (int i = 0; i < outcomes.length && next.isEmpty(); i++)
            if (outcomes[i] == null && again.stream().noneMatch(waitsLonger(i))) next = OptionalInt.of(i);
        return next;
    }

    private static java.util.function.Predicate<Again> waitsLonger(int index) {
        return one -> one.index() == index && one.due() > 0;
    }

    /** The tasks that wait, for the first time or to be tried again. */
    synchronized List<Integer> waiting() {
        List<Integer> waiting = new ArrayList<>();
        for (int i = 0; i < left.length; i++) if (!left[i]) waiting.add(i);
        for (Again one : again) waiting.add(one.index());
        return waiting;
    }

    /** A task that {@link #next} gave out has ended, or is to be tried again. */
    synchronized void ended(BatchRecord record) {
        running--;
        uncounted++;
        keep(record);
    }

    /** A task that was not given out is decided: blamed. */
    synchronized void decided(BatchRecord record) {
        left[record.index()] = true;
        forgetRetry(record.index());
        uncounted++;
        keep(record);
    }

    /** So many outcomes count now. */
    synchronized void counted(int outcomes) {
        uncounted -= outcomes;
        int outOfTurn = Math.min(takenAhead, outcomes);
        takenAhead -= outOfTurn;
        carefulLeft = Math.max(0, carefulLeft - (outcomes - outOfTurn));
    }

    /** A task that {@link #next} gave out was not finished; it spent no attempt. */
    synchronized void handedBack(int index) {
        running--;
        left[index] = false;
        if (attempts.containsKey(index)) {
            left[index] = true;
            again.add(new Again(index, 0));
        } else firstUntouched = Math.min(firstUntouched, index);
    }

    /** Nothing more is given out. */
    synchronized void close() {
        closed = true;
    }

    synchronized boolean isCareful() {
        return carefulLeft > 0;
    }

    synchronized int attempt(int index) {
        return attempts.getOrDefault(index, 1);
    }

    synchronized List<JsonNode> earlier(int index) {
        return List.copyOf(earlier.getOrDefault(index, List.of()));
    }

    synchronized boolean isAllEnded() {
        return ended == outcomes.length;
    }

    synchronized boolean isIdle() {
        return running == 0;
    }

    /** True when nothing runs and nothing can be given out before {@code nowMillis}. */
    synchronized boolean isExhausted(long nowMillis) {
        Again due = again.peek();
        boolean hasDue = due != null && due.due() <= nowMillis;
        return running == 0 && (closed || (!hasDue && firstUntouched().isEmpty()));
    }

    /** Gives out nothing more when nothing runs and nothing can be given out before {@code nowMillis}; false otherwise. */
    synchronized boolean closeIfExhausted(long nowMillis) {
        if (!isExhausted(nowMillis)) return false;
        closed = true;
        return true;
    }

    /** When the first of the tasks that are to be tried again is due; empty when an untouched one waits, too. */
    synchronized OptionalLong nextDue() {
        Again due = again.peek();
        return due == null || firstUntouched().isPresent() ? OptionalLong.empty() : OptionalLong.of(due.due());
    }

    /** All outcomes, one a line. */
    synchronized String allOutcomes() {
        StringBuilder all = new StringBuilder();
        for (String outcome : outcomes) all.append(outcome).append('\n');
        return all.toString();
    }

    /** The tally that these outcomes make of another one. */
    static Tally tally(Tally before, List<BatchRecord> more) {
        Tally tally = before;
        for (BatchRecord record : more)
            tally = tally.plus(record.isTerminal() ? Optional.of(record.state()) : Optional.<TaskState>empty());
        return tally;
    }
}
