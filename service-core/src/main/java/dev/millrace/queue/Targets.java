package dev.millrace.queue;

import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskOrder;
import dev.millrace.time.Time;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Which pending tasks are for other workers, remembered by name so that no file is opened twice to find out.
 *
 * <p>AGILAB's rule: a task matches when its {@code worker_idx} is absent or equals the worker's id, and its
 * {@code worker} is blank or equals the worker's name. One addition: a task for a worker that does not exist (any more)
 * may be run by anyone, else it would wait for ever.
 *
 * <p>Strangers use names again, and the next file of a name may be for this worker. So what their files say is believed for
 * a while only; names of ours are unique for ever.
 */
final class Targets {
    private static final int LIMIT = 100_000;
    private static final long STRANGERS_NANOS = 30_000_000_000L;

    private final Member member;
    private final Time time;
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private Supplier<Set<String>> workers = Set::of;

    Targets(Member member, Time time) {
        this.member = member;
        this.time = time;
    }

    private record Known(Target target, long readAt) {}

    /** Whom a document names. */
    record Target(Optional<String> worker, Optional<Double> index) {
        static Target of(TaskDocument document) {
            return new Target(document.worker(), document.workerIndex());
        }
    }

    void knowWorkers(Supplier<Set<String>> names) {
        workers = names;
    }

    /** True when the file was read before and is for somebody else. */
    boolean isKnownForeign(String fileName) {
        Known before = known.get(fileName);
        if (before == null) return false;
        boolean believed = TaskOrder.of(fileName).isPresent() || time.nanos() - before.readAt() < STRANGERS_NANOS;
        if (believed && !mayRun(before.target())) return true;
        known.remove(fileName);
        return false;
    }

    boolean mayRun(Target target) {
        boolean indexFits = target.index().isEmpty() || target.index().get() == member.workerId();
        boolean nameFits = target.worker().isEmpty() || target.worker().get().equals(member.worker());
        if (indexFits && nameFits) return true;
        return target.worker().isPresent()
                && !nameFits
                && isNobody(target.worker().get());
    }

    private boolean isNobody(String worker) {
        Set<String> existing = workers.get();
        return !existing.isEmpty() && !existing.contains(worker);
    }

    void remember(String fileName, Target target) {
        if (known.size() >= LIMIT) known.clear();
        known.put(fileName, new Known(target, time.nanos()));
    }
}
