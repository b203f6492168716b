package dev.millrace.testkit;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What is promised about the single tasks of a batch: which outcomes workers gave for them, and which were called off before
 * the batch's owner took it. Who took it earlier could not know.
 */
final class PartsOfBatch {
    /** By the tasks' names, the outcomes that workers gave, whether they came to count or not. */
    private final Map<String, Set<String>> given = new HashMap<>();

    /** From when on everybody knows that a task is called off, in epoch milliseconds. */
    private final Map<String, Long> calledOffSince = new HashMap<>();

    private Set<String> calledOffForOwner = Set.of();
    private String owner = "";

    /** A worker is about to end a task so. */
    void gives(String part, String outcome) {
        given.computeIfAbsent(part, none -> new HashSet<>()).add(outcome);
    }

    /** A task is called off; whoever takes the batch at this moment or later knows it. */
    void calledOff(String part, long millis) {
        calledOffSince.merge(part, millis, Math::min);
    }

    /** Somebody takes the batch. */
    void taken(Actor actor, long nowMillis) {
        owner = actor.name;
        calledOffForOwner = new HashSet<>();
        calledOffSince.forEach((part, since) -> {
            if (since <= nowMillis) calledOffForOwner.add(part);
        });
    }

    void requireMayBegin(Actor actor, String part) {
        if (owner.equals(actor.name) && calledOffForOwner.contains(part))
            throw Ledger.broken(
                    Invariant.CALLED_OFF_STAYS_SO,
                    actor + " runs " + part + ", which was called off before it took the batch");
    }

    /** What counts as the result of a task is one that a worker gave for this very task. */
    void requireGiven(String who, String part, String seen) {
        if (!seen.startsWith("done ")) return;
        if (given.getOrDefault(part, Set.of()).stream().noneMatch(seen::contains))
            throw Ledger.broken(
                    Invariant.SETTLED_STAYS,
                    who + " ended " + part + " as " + seen + ", but its workers gave " + given.get(part));
    }

    /** Goes on with what others know. */
    void takeOver(PartsOfBatch before) {
        before.given.forEach((part, outcomes) ->
                given.computeIfAbsent(part, none -> new HashSet<>()).addAll(outcomes));
        calledOffSince.putAll(before.calledOffSince);
        calledOffForOwner = before.calledOffForOwner;
        owner = before.owner;
    }
}
