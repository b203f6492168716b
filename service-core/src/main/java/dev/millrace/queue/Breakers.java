package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.event.Event;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.storage.Durability;
import dev.millrace.task.CircuitBreaker;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The circuit breakers of kinds, for all workers and hosts: each in a file, changed under the lock of the limits.
 *
 * <p><b>There is no permit to lose.</b> When its time has come a task may begin as a probe, and with that the time of the
 * next probe is set: should the probe's worker die, another may try then. One success closes the breaker, whosesoever it
 * is; the failure of a probe doubles the time. What was begun before the breaker opened and fails later changes nothing
 * but the count.
 *
 * <p>An outcome is never held up by this: when somebody else holds the lock it is noted, and written down at the next claim.
 */
final class Breakers {
    private static final int LIMIT_BYTES = 1 << 12;

    /** Clocks of hosts may differ by this much. */
    private static final long SKEW_MILLIS = 1_000;

    private static final int MOST_NOTED = 10_000;
    private static final State CLOSED = new State(0, 0, 0, false);

    private final QueuePorts ports;
    private final Disk disk;
    private final Time time;
    private final QueueLayout layout;
    private final Deque<Ending> noted = new ArrayDeque<>();

    /** An attempt that has ended. */
    private record Ending(long kindTag, CircuitBreaker rule, boolean success) {}

    /**
     * What is in a file.
     *
     * @param failures attempts that have failed in a row
     * @param probes tasks that have tried in vain since it opened
     * @param nextProbe epoch milliseconds from which a task may try; 0 while it is closed
     * @param probing whether a task is trying
     */
    private record State(int failures, int probes, long nextProbe, boolean probing) {
        private boolean isOpen() {
            return nextProbe > 0;
        }

        private static State of(JsonNode json) {
            return new State(
                    json.path("failures").asInt(0),
                    json.path("probes").asInt(0),
                    json.path("next_probe_ms").asLong(0),
                    json.path("probing").asBoolean(false));
        }

        private ObjectNode toJson() {
            return Json.object()
                    .put("failures", failures)
                    .put("probes", probes)
                    .put("next_probe_ms", nextProbe)
                    .put("probing", probing);
        }
    }

    Breakers(QueuePorts ports, QueueLayout layout) {
        this.ports = ports;
        this.disk = ports.disk();
        this.time = ports.time();
        this.layout = layout;
    }

    private Path file(long kindTag) {
        return layout.breakers().resolve(String.format("%08x.json", kindTag));
    }

    /** One that cannot be read counts as closed: work goes on, and the next failures open it again. */
    private State read(long kindTag) throws IOException {
        try {
            return State.of(Json.parse(disk.read(file(kindTag), LIMIT_BYTES)));
        } catch (NoSuchFileException | MalformedJsonException none) {
            return CLOSED;
        }
    }

    private void write(long kindTag, State state) throws IOException {
        disk.createFolders(layout.breakers());
        disk.replace(file(kindTag), Json.bytes(state.toJson()), Durability.OS);
    }

    /** How long nothing of a kind is begun; zero when a task may begin. */
    Duration untilProbe(long kindTag, CircuitBreaker rule) throws IOException {
        return untilProbe(read(kindTag), rule);
    }

    /** No time lies further ahead than the cap, unless the clock was set back; then a probe comes early. */
    private Duration untilProbe(State state, CircuitBreaker rule) {
        long left = state.isOpen() ? state.nextProbe() - time.millis() : 0;
        long most = rule.probeCap().toMillis() + SKEW_MILLIS;
        return left <= 0 || left > most ? Duration.ZERO : Duration.ofMillis(left);
    }

    /** A task has begun; where the breaker is open it is a probe, and the next one has to wait. Under the lock only. */
    void noteBegun(long kindTag, CircuitBreaker rule) throws IOException {
        State now = read(kindTag);
        if (now.isOpen())
            write(kindTag, new State(now.failures(), now.probes(), after(rule.openFor(now.probes())), true));
    }

    private long after(Duration length) {
        return time.millis() + Math.max(1, length.toMillis());
    }

    /** Notes how an attempt ended, and writes it down unless somebody else holds the lock now. */
    void ended(long kindTag, CircuitBreaker rule, boolean success) {
        synchronized (noted) {
            if (success && noted.isEmpty() && isUntouched(kindTag)) return;
            if (noted.size() >= MOST_NOTED) noted.pollFirst();
            noted.addLast(new Ending(kindTag, rule, success));
        }
        tellEndings();
    }

    /** Nothing has failed lately, as is usual: so a success costs one look. */
    private boolean isUntouched(long kindTag) {
        try {
            return !disk.exists(file(kindTag));
        } catch (IOException unknown) {
            return false;
        }
    }

    /** Writes down what was noted, as far as the lock is free and the disk allows it. */
    void tellEndings() {
        synchronized (noted) {
            if (noted.isEmpty()) return;
            try {
                Optional<DiskLock> lock = disk.tryLock(layout.limits());
                if (lock.isEmpty()) return;
                try (DiskLock mine = lock.get()) {
                    for (Ending one = noted.peekFirst(); one != null; one = noted.peekFirst()) {
                        tell(one);
                        noted.pollFirst();
                    }
                }
            } catch (IOException e) {
                ports.events()
                        .accept(new Event.Trouble("cannot write down how tasks ended, in " + layout.breakers(), e));
            }
        }
    }

    private void tell(Ending ending) throws IOException {
        if (ending.success()) {
            disk.delete(file(ending.kindTag()));
            return;
        }
        State now = read(ending.kindTag());
        int failures = now.failures() + 1;
        if (now.isOpen()) {
            int probes = now.probing() ? now.probes() + 1 : now.probes();
            long next = now.probing() ? after(ending.rule().openFor(probes)) : now.nextProbe();
            write(ending.kindTag(), new State(failures, probes, next, false));
            return;
        }
        boolean opens = failures >= ending.rule().failures();
        write(
                ending.kindTag(),
                new State(failures, 0, opens ? after(ending.rule().openFor(0)) : 0, false));
    }

    /** Forgets what has failed; false when nothing had. */
    boolean close(long kindTag) throws IOException {
        return disk.delete(file(kindTag));
    }

    /** For people; empty while it is closed. */
    Optional<LimitState.Broken> look(long kindTag, CircuitBreaker rule) throws IOException {
        State now = read(kindTag);
        if (!now.isOpen()) return Optional.empty();
        return Optional.of(new LimitState.Broken(now.failures(), untilProbe(now, rule)));
    }
}
