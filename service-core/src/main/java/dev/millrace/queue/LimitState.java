package dev.millrace.queue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How full a kind and a concurrency key are now, over all workers.
 *
 * @param ofKind the tasks of the kind that run
 * @param mostOfKind how many may; empty for no limit
 * @param ofKey the tasks with the key that run; empty when no key was asked for
 * @param mostOfKey how many may
 * @param rate how many tasks of the kind may begin in which time, for people; empty for no limit
 * @param untilNext how long the rate keeps the next one waiting; zero when it may begin
 * @param broken how nothing of the kind is begun because too many failed in a row; empty when that is not so
 */
public record LimitState(
        List<Holder> ofKind,
        OptionalInt mostOfKind,
        List<Holder> ofKey,
        int mostOfKey,
        String rate,
        Duration untilNext,
        Optional<Broken> broken) {
    public LimitState {
        ofKind = List.copyOf(ofKind);
        ofKey = List.copyOf(ofKey);
    }

    /**
     * A task that runs, or the batch that it is a part of.
     *
     * @param stem its unique name
     * @param incarnation who runs it
     */
    public record Holder(String stem, String incarnation) {}

    /**
     * A circuit breaker that is open.
     *
     * @param failures how many attempts have failed in a row
     * @param untilProbe how long until one task may try; zero when it may
     */
    public record Broken(int failures, Duration untilProbe) {}

    public boolean isKindFull() {
        return mostOfKind.isPresent() && ofKind.size() >= mostOfKind.getAsInt();
    }

    public boolean isKeyFull() {
        return ofKey.size() >= mostOfKey;
    }
}
