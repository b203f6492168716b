package dev.millrace.testkit;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What a world knows of one task, or of one batch. */
final class TaskLife {
    final String stem;

    /** Where its file lies; empty before it is submitted and after it was removed. */
    Optional<TaskPlace> place = Optional.empty();

    /** Its submitter was told that it is accepted. */
    boolean acknowledged;

    /** Another one was removed only because this one runs it again. */
    boolean mustStay;

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

    /** When operators were told that it will end as soon as whoever has it looks; empty when nobody was. */
    OptionalLong askedMillis = OptionalLong.empty();

    /** Who took it last, if he could know that it was called off. Who took it earlier and wakes up now could not. */
    String takenTooLateBy = "";

    int maxAttempts = Integer.MAX_VALUE;

    /** The last attempt that is known to be spent. */
    int spent;

    /** Somebody has begun to run it. */
    boolean begun;

    /** The change with which it was last claimed, and that with which it first ended. */
    long takenAt;

    long endedAt = Long.MAX_VALUE;

    /** When its file was last written. */
    long writtenMillis;

    /** Of a batch. */
    final PartsOfBatch parts = new PartsOfBatch();

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
        copy.mustStay = mustStay;
        copy.recovering = recovering;
        copy.told = told;
        copy.seen.putAll(seen);
        copy.parts.takeOver(parts);
        copy.calledOff = calledOff;
        copy.askedMillis = askedMillis;
        copy.takenTooLateBy = takenTooLateBy;
        copy.maxAttempts = maxAttempts;
        copy.spent = spent;
        copy.writtenMillis = writtenMillis;
        copy.begun = begun;
        copy.takenAt = takenAt;
        copy.endedAt = endedAt;
        copy.everEnded = everEnded;
        copy.again = again;
        return copy;
    }

    boolean hasEnded() {
        return place.filter(TaskPlace::isTerminal).isPresent();
    }

    /** Something is left to be done. */
    boolean isOpen() {
        return place.isPresent() && (!hasEnded() || recovering);
    }

    /** It waits or runs; what a power cut has put back after it had ended does not count. */
    boolean hasKeyNow() {
        return place.filter(at -> at.state().isPresent() && !at.isTerminal()).isPresent() && !everEnded;
    }
}
