package dev.millrace.worker;

import dev.millrace.event.Event;
import dev.millrace.job.Jobs;
import dev.millrace.lifecycle.Reconciler;
import dev.millrace.lifecycle.Retentions;
import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.lifecycle.ServiceRecurring;
import dev.millrace.liveness.Judgement;
import dev.millrace.liveness.LivenessWatch;
import dev.millrace.liveness.Standing;
import dev.millrace.queue.QueueAges;
import dev.millrace.queue.QueueCounts;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.recurring.RecurringDuty;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Keeps the house while it holds the lease: due tasks, recurring tasks, dead workers' tasks, dead workers, old files,
 * counts.
 *
 * <p>Every worker has one; the {@link Lease} only saves work.
 */
final class Steward {
    private static final Duration RESCUE_EVERY = Duration.ofSeconds(2);
    private static final Duration SWEEP_EVERY = Duration.ofSeconds(10);
    private static final Duration JOBS_EVERY = Duration.ofSeconds(1);

    private final ServiceRecord record;
    private final TaskQueue queue;
    private final WorkerQueue mine;
    private final ServicePorts ports;
    private final LivenessWatch watch;
    private final Lease lease;
    private final Reconciler reconciler;
    private final RecurringDuty recurring;
    private final Jobs jobs;
    private Set<String> knownDead = Set.of();
    private Set<String> beating = Set.of();
    private volatile boolean holds;
    private long rescuedAt = Long.MIN_VALUE / 2;
    private Map<Path, Instant> changedAt = Map.of();
    private boolean large;
    private long sweptAt;
    private long nextCount;
    private long jobsAt;

    Steward(ServiceFiles files, ServiceRecord record, TaskQueue queue, WorkerQueue mine, ServicePorts ports) {
        this.record = record;
        this.queue = queue;
        this.mine = mine;
        this.ports = ports;
        Duration timeout = record.settings().timing().heartbeatTimeout();
        this.watch =
                LivenessWatch.over(ports.disk(), queue.layout().heartbeats(), ports.processes(), ports.time(), timeout);
        this.lease = new Lease(ports, queue.layout(), mine.member(), timeout);
        this.reconciler = Reconciler.of(ports, files);
        this.recurring = ServiceRecurring.duty(files, record, queue, ports);
        this.jobs = Jobs.in(queue, ports.queuePorts(), () -> {});
        this.sweptAt = ports.time().nanos();
        this.jobsAt = sweptAt;
        this.nextCount = sweptAt;
    }

    /** The workers that said at the last look that they have not ended. */
    Set<String> beating() {
        return beating;
    }

    /** One look, and each duty once when this worker holds the lease; how much was done. */
    int step() throws IOException {
        Map<String, Judgement> judged = withoutDoubtOfItself(watch.look());
        beating = notEnded(judged);
        holds = lease.hold(judged);
        if (!holds) return 0;
        long now = ports.time().nanos();
        int done = duty("to promote what is due", mine::promote);
        if (hasNewDead(judged) || now - rescuedAt >= RESCUE_EVERY.toNanos())
            done += duty("to rescue what dead workers left", () -> rescue(now));
        done += duty("to restart dead workers", () -> reconciler.reconcile(judged));
        done += duty("to submit recurring tasks", recurring::step);
        if (now - jobsAt >= JOBS_EVERY.toNanos()) done += duty("to take jobs on", () -> jobs(now));
        if (now - sweptAt >= SWEEP_EVERY.toNanos()) done += duty("to remove what is old", () -> sweep(now));
        if (now - nextCount >= 0) duty("to count", this::count);
        return done;
    }

    private interface Duty {
        int step() throws IOException;
    }

    /** One that the disk refuses does not keep the others from being done. */
    private int duty(String what, Duty duty) {
        try {
            return duty.step();
        } catch (IOException | RuntimeException e) {
            String failed = mine.member().worker() + ": failed " + what + "; it is tried again";
            ports.events().accept(new Event.Trouble(failed, e));
            return 0;
        }
    }

    /** A disk that takes no heartbeats makes a worker look dead, but not to itself. */
    private Map<String, Judgement> withoutDoubtOfItself(Map<String, Judgement> judged) {
        Map<String, Judgement> sure = new HashMap<>(judged);
        sure.computeIfPresent(
                mine.member().worker(),
                (worker, judgement) -> judgement.standing() == Standing.SILENT
                                && judgement
                                        .beat()
                                        .incarnation()
                                        .equals(mine.member().incarnation())
                        ? new Judgement(judgement.beat(), Standing.ALIVE, judgement.age())
                        : judgement);
        return sure;
    }

    /** Lets blocked tasks go on, when this worker kept the house at the last look; made for being called often. */
    int unblock() throws IOException {
        return holds ? mine.unblock() : 0;
    }

    /** True when tasks wait for others, so that {@link #unblock} may have something to do soon. */
    boolean hasBlocked() {
        return holds && mine.hasBlocked();
    }

    private static Set<String> notEnded(Map<String, Judgement> judged) {
        Set<String> names = new HashSet<>();
        judged.forEach((worker, judgement) -> {
            if (!judgement.beat().state().isEnded()) names.add(worker);
        });
        return names;
    }

    /** A death is acted upon at once; what nobody's heartbeat tells of is looked for every other second. */
    private boolean hasNewDead(Map<String, Judgement> judged) {
        Set<String> dead = new HashSet<>();
        for (Judgement judgement : judged.values())
            if (judgement.standing().isDead()) dead.add(judgement.beat().incarnation());
        boolean hasNew = !knownDead.containsAll(dead);
        knownDead = dead;
        return hasNew;
    }

    private int rescue(long now) throws IOException {
        int rescued = mine.rescue(watch::isDead);
        rescuedAt = now;
        return rescued;
    }

    private int jobs(long now) throws IOException {
        jobsAt = now;
        try {
            return jobs.step();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private int sweep(long now) throws IOException {
        sweptAt = now;
        return (int)
                mine.sweep(Retentions.limits(record.settings().retention())).total();
    }

    /** A small queue is counted by whoever looks, so that one in whose folders nothing moves is left alone here. */
    private int count() throws IOException {
        long now = ports.time().nanos();
        nextCount = now + CountingPace.after(Duration.ZERO).toNanos();
        Map<Path, Instant> changed = foldersChangedAt();
        if (!large && changed.equals(changedAt)) return 0;
        QueueCounts counts = queue.counts();
        QueueAges ages = queue.ages();
        changedAt = changed;
        large = counts.total() >= QueueCounts.LARGE;
        Duration took = Duration.ofNanos(ports.time().nanos() - now);
        nextCount = now + CountingPace.after(took).toNanos();
        lease.counted(counts, ages);
        return 0;
    }

    private Map<Path, Instant> foldersChangedAt() throws IOException {
        Map<Path, Instant> changed = new HashMap<>();
        for (TaskState state : TaskState.values()) {
            Path folder = queue.layout().folder(state);
            ports.disk().facts(folder).ifPresent(facts -> changed.put(folder, facts.modified()));
        }
        return changed;
    }
}
