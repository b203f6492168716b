package dev.millrace.testkit;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a world knows of one task, or of one batch. */
final class TaskLife {
    final String stem;

    /** Where its file lies; empty before it is submitted and after it was removed. */
    Optional<TaskPlace> place = Optional.empty();

    /** Its submitter was told that it is accepted. */
    boolean acknowledged;

    /** Removed by somebody who may. */
    boolean removed;

    /** A power cut has put it back; whoever replays the logs finishes it again. */
    boolean recovering;

    /** The outcome that its worker was told to count; empty as long as nobody was told. */
    String told = "";

    /** What callers have seen of it as ended; of a batch, for each of its tasks. */
    final Map<String, String> seen = new HashMap<>();

    /** Operators were told that it is cancelled. */
    boolean calledOff;

    int maxAttempts = Integer.MAX_VALUE;

    /** The last attempt that is known to be spent. */
    int spent;

    /** When its file was last written. */
    long writtenMillis;

    /** Its unique key as far as it is known; empty when it has none. */
    String key = "";

    Set<String> waitsFor = new HashSet<>();
    boolean everEnded;

    TaskLife(String stem) {
        this.stem = stem;
    }

    /** The task that runs it again; empty when there is none. */
    String again = "";

    TaskLife copy() {
        TaskLife copy = new TaskLife(stem);
        copy.place = place;
        copy.acknowledged = acknowledged;
        copy.removed = removed;
        copy.recovering = recovering;
        copy.told = told;
        copy.seen.putAll(seen);
        copy.calledOff = calledOff;
        copy.maxAttempts = maxAttempts;
        copy.spent = spent;
        copy.writtenMillis = writtenMillis;
        copy.waitsFor = waitsFor;
        copy.everEnded = everEnded;
        copy.again = again;
        copy.key = key;
        return copy;
    }

    boolean hasEnded() {
        return place.filter(TaskPlace::isTerminal).isPresent();
    }

    /** Something is left to be done. */
    boolean isOpen() {
        return place.isPresent() && (!hasEnded() || recovering);
    }
}
