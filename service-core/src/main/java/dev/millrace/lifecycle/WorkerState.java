package dev.millrace.lifecycle;

import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Judgement;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.liveness.Standing;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One worker as it should be and as it is.
 *
 * @param entry what the record says
 * @param judgement its heartbeat, judged; empty when there is none
 * @param launch its last launch; empty when it was never launched or that is not known any more
 * @param due true when the service is being started and its first launch is still to come
 * @param launchAgeSeconds how long ago its last launch was, or the start when that is due, by the wall clock; never
 *     negative
 * @param launched whether the process of the last launch exists
 * @param clocksMayDiffer true when its heartbeat was written on another host than the launch was
 */
record WorkerState(
        WorkerEntry entry,
        Optional<Judgement> judgement,
        Optional<RestartLedger.Launch> launch,
        boolean due,
        double launchAgeSeconds,
        Processes.Existence launched,
        boolean clocksMayDiffer) {

    static WorkerState of(
            ServiceRecord record,
            WorkerEntry entry,
            Map<String, Judgement> judged,
            List<RestartLedger.Launch> launches,
            ServicePorts ports) {
        Optional<RestartLedger.Launch> launch = RestartLedger.last(launches, entry.name());
        boolean due = launch.isEmpty() && record.phase() == ServiceRecord.Phase.STARTING;
        Optional<Double> since = due ? Optional.of(record.startedAt()) : launch.map(RestartLedger.Launch::at);
        double age = since.map(at -> ports.time().epochSeconds() - at)
                .filter(seconds -> seconds >= 0)
                .orElse(Double.MAX_VALUE);
        Optional<Judgement> judgement = Optional.ofNullable(judged.get(entry.name()));
        String here = ports.processes().self().hostId();
        return new WorkerState(
                entry,
                judgement,
                launch,
                due,
                age,
                existence(record, launch, ports.processes()),
                judgement
                        .filter(found -> found.beat().process().hostId().equals(here))
                        .isEmpty());
    }

    private static Processes.Existence existence(
            ServiceRecord record, Optional<RestartLedger.Launch> launch, Processes processes) {
        if (Hosting.of(record, processes).isGone()) return Processes.Existence.GONE;
        return launch.map(one -> processes.look(one.process())).orElse(Processes.Existence.UNKNOWN);
    }

    /** True when the heartbeat is an earlier incarnation's, and the one launched since (or to be launched) has not beaten. */
    boolean isStarting(Duration startTimeout) {
        if (launched == Processes.Existence.GONE) return false;
        if (launch.isEmpty()) return due && launchAgeSeconds <= startTimeout.toMillis() / 1e3;
        if (!launch.get().error().isEmpty()) return false;
        boolean beatsItself =
                judgement.isPresent() && isOfLaunch(judgement.get().beat());
        return !beatsItself && launchAgeSeconds <= startTimeout.toMillis() / 1e3;
    }

    /** True when what was launched last has beaten. */
    boolean hasLived() {
        return launch.isPresent()
                && judgement.isPresent()
                && isOfLaunch(judgement.get().beat());
    }

    /** True when nothing of a launch has beaten: neither it nor a later one. */
    boolean isAfterLastLife(RestartLedger.Launch earlier) {
        return !hasLived()
                && judgement
                        .map(found -> found.beat().startedAt() < earlier.at())
                        .orElse(true);
    }

    private boolean isOfLaunch(Heartbeat beat) {
        RestartLedger.Launch last = launch.orElseThrow();
        ProcessIdentity process = last.process();
        boolean known = process.pid() > 0 && !process.hostId().isEmpty();
        if (known && process.hostId().equals(beat.process().hostId()))
            return process.pid() == beat.process().pid()
                    && process.start().equals(beat.process().start())
                    && beat.startedAt() >= last.at() - 1;
        return beat.startedAt() >= last.at() - (clocksMayDiffer ? 1 : 0);
    }

    /** Why the worker must be started again; empty when it is well or still starting. */
    Optional<String> restartReason(Duration startTimeout) {
        if (isStarting(startTimeout)) return Optional.empty();
        if (judgement.isEmpty()) return Optional.of("missing-heartbeat");
        return reason(judgement.get());
    }

    private static Optional<String> reason(Judgement judgement) {
        return switch (judgement.standing()) {
            case ALIVE -> Optional.empty();
            case SILENT ->
                Optional.of(String.format(
                        java.util.Locale.ROOT,
                        "stale-heartbeat(%.1fs)",
                        judgement.age().toMillis() / 1e3));
            case GONE -> Optional.of("loop-error");
            case ENDED ->
                Optional.of(judgement.beat().state() == Heartbeat.State.FAILED ? "loop-error" : "loop-finished");
        };
    }

    /** True when its loop runs, as far as anybody can know; a starting worker counts. */
    boolean isRunning(Duration startTimeout) {
        if (isStarting(startTimeout)) return true;
        return judgement.map(Judgement::standing).orElse(Standing.GONE) == Standing.ALIVE || isSilentButThere();
    }

    private boolean isSilentButThere() {
        return judgement.map(Judgement::standing).orElse(Standing.GONE) == Standing.SILENT;
    }

    /**
     * True when it is proven that it will not run any more. A launch that nobody can look at and that has not come to a
     * heartbeat within the start timeout counts: should it still begin, it finds its order to stop, or no record.
     */
    boolean isProvenEnded(Duration startTimeout) {
        if (launch.isPresent() && launched == Processes.Existence.ALIVE) return false;
        if (judgement.isEmpty())
            return launched == Processes.Existence.GONE
                    || launch.isEmpty()
                    || launchAgeSeconds > startTimeout.toMillis() / 1e3;
        Standing standing = judgement.get().standing();
        return standing == Standing.GONE || standing == Standing.ENDED;
    }
}
