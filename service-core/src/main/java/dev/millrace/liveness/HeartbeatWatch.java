package dev.millrace.liveness;

import dev.millrace.storage.Disk;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@link LivenessWatch} over heartbeat files. Not safe for use by several threads at once. */
final class HeartbeatWatch implements LivenessWatch {
    private static final Duration SAMPLE = Duration.ofMillis(100);
    private static final int UNKNOWN_LIMIT = 10_000;

    private final KnownHeartbeats heartbeats;
    private final Processes processes;
    private final Time time;
    private final Duration timeout;
    private final Map<String, Seen> seen = new HashMap<>();
    private final Map<String, Long> unknownSince = new HashMap<>();
    private Map<String, Judgement> last = Map.of();

    HeartbeatWatch(Disk disk, Path heartbeats, Processes processes, Time time, Duration timeout) {
        this.heartbeats = new KnownHeartbeats(disk, heartbeats);
        this.processes = processes;
        this.time = time;
        this.timeout = timeout;
    }

    /** The last change of a worker's heartbeat, on our own clock. {@code firstLook} until it has changed under our eyes. */
    private record Seen(String mark, long changedAt, boolean firstLook) {}

    @Override
    public Map<String, Judgement> look() throws IOException {
        Map<String, Judgement> judged = new LinkedHashMap<>();
        heartbeats.read().forEach((worker, beat) -> judged.put(worker, judge(beat)));
        seen.keySet().retainAll(judged.keySet());
        last = judged;
        return judged;
    }

    private Judgement judge(Heartbeat beat) {
        Seen now = note(beat);
        Duration unchanged = Duration.ofNanos(time.nanos() - now.changedAt());
        return new Judgement(beat, standing(beat, unchanged), age(beat, unchanged));
    }

    private Seen note(Heartbeat beat) {
        String mark = beat.incarnation() + "/" + beat.sequence() + "/" + beat.timestamp();
        @Nullable Seen before = seen.get(beat.worker());
        if (before != null && before.mark().equals(mark)) return before;
        Seen changed = new Seen(mark, time.nanos(), before == null);
        seen.put(beat.worker(), changed);
        return changed;
    }

    private Standing standing(Heartbeat beat, Duration unchanged) {
        if (beat.state().isEnded()) return Standing.ENDED;
        if (processes.look(beat.process()) == Processes.Existence.GONE) return Standing.GONE;
        return unchanged.compareTo(timeout) > 0 ? Standing.SILENT : Standing.ALIVE;
    }

    /** The time that the heartbeat bears counts only while we have not seen it change ourselves. */
    private Duration age(Heartbeat beat, Duration unchanged) {
        Seen before = seen.get(beat.worker());
        boolean onlyItsWord = before != null && before.firstLook();
        double byItsWord = Math.max(0, time.epochSeconds() - beat.timestamp());
        Duration claimed = Duration.ofMillis((long) (Math.min(byItsWord, 1e9) * 1_000));
        return onlyItsWord && claimed.compareTo(unchanged) > 0 ? claimed : unchanged;
    }

    @Override
    public Map<String, Judgement> lookOnce(Duration patience) throws IOException, InterruptedException {
        long start = time.nanos();
        Map<String, Judgement> judged = look();
        while (hasSuspects(judged) && time.nanos() - start < patience.toNanos()) {
            time.sleep(SAMPLE);
            judged = look();
        }
        Map<String, Judgement> decided = new LinkedHashMap<>();
        judged.forEach((worker, judgement) -> decided.put(worker, decided(judgement)));
        last = decided;
        return decided;
    }

    private boolean hasSuspects(Map<String, Judgement> judged) {
        return judged.values().stream().anyMatch(this::isSuspect);
    }

    private boolean isSuspect(Judgement judgement) {
        Seen known = seen.get(judgement.beat().worker());
        if (judgement.standing() != Standing.ALIVE || known == null || !known.firstLook()) return false;
        double off = Math.abs(time.epochSeconds() - judgement.beat().timestamp());
        return off > timeout.toMillis() / 1e3;
    }

    private Judgement decided(Judgement judgement) {
        return isSuspect(judgement)
                ? new Judgement(judgement.beat(), Standing.SILENT, longer(judgement.age(), timeout.plusMillis(1)))
                : judgement;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    @Override
    public boolean isDead(String incarnation) {
        for (Judgement judgement : last.values())
            if (judgement.beat().incarnation().equals(incarnation)) {
                unknownSince.remove(incarnation);
                return judgement.standing().isDead();
            }
        if (unknownSince.size() >= UNKNOWN_LIMIT) unknownSince.clear();
        long since = unknownSince.computeIfAbsent(incarnation, unknown -> time.nanos());
        return time.nanos() - since > timeout.toNanos();
    }
}
