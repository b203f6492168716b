package dev.millrace.control;

import dev.millrace.event.EventRing;
import dev.millrace.job.JobState;
import dev.millrace.job.JobView;
import dev.millrace.job.Jobs;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Measures resources now and then, pauses the oldest job when they run short, and lets what it has paused go on when there
 * is room again. What an operator paused is never touched: who holds a job back is written down with the hold.
 */
final class PressureGauge {
    private static final long RECENT_NANOS = 1_000_000_000L;

    private final HostedServices services;
    private final ServicePorts ports;
    private final ResourceProbe probe;
    private final EventRing events;
    private final Supplier<ControlLimits> limits;
    private long steppedAt = Long.MIN_VALUE / 2;
    private Pressure.Level told = Pressure.Level.CRITICAL;
    private volatile Pressure last = Pressure.unknown("not measured yet");
    private volatile long measuredAt = Long.MIN_VALUE / 2;

    PressureGauge(
            HostedServices services,
            ServicePorts ports,
            ResourceProbe probe,
            EventRing events,
            Supplier<ControlLimits> limits) {
        this.services = services;
        this.ports = ports;
        this.probe = probe;
        this.events = events;
        this.limits = limits;
    }

    /** What was measured last. */
    Pressure last() {
        return last;
    }

    /** What was measured within the last second; measures when nothing was. */
    Pressure recent() {
        return ports.time().nanos() - measuredAt < RECENT_NANOS ? last : measure();
    }

    /** Measures now. What cannot be measured counts as full. */
    Pressure measure() {
        try {
            last = Pressure.of(probe.sample(workers()), limits.get());
        } catch (IOException | RuntimeException e) {
            last = Pressure.unknown(String.valueOf(e.getMessage()));
        }
        measuredAt = ports.time().nanos();
        return last;
    }

    private Set<Long> workers() throws IOException {
        Set<Long> pids = new HashSet<>();
        for (Hosted hosted : services.all()) {
            var folder = hosted.service().queue().layout().heartbeats();
            for (Heartbeat beat : Heartbeats.readAll(ports.disk(), folder).values()) {
                ProcessIdentity process = beat.process();
                boolean alive = !beat.state().isEnded() && ports.processes().look(process) == Processes.Existence.ALIVE;
                if (alive && process.pid() != ports.processes().self().pid()) pids.add(process.pid());
            }
        }
        return pids;
    }

    /** Measures when it is time, and acts; returns how many jobs it paused or let go on: one at most. */
    int step() throws IOException, InterruptedException {
        long now = ports.time().nanos();
        if (now - steppedAt < limits.get().monitorIntervalSec() * 1e9) return 0;
        steppedAt = now;
        Pressure pressure = measure();
        if (pressure.level() != told) tell(pressure);
        if (pressure.resources().isEmpty()) return 0;
        if (pressure.share() >= Pressure.SHED) return shed(pressure);
        return pressure.share() < Pressure.RELIEVED ? relieve() : 0;
    }

    /** Others measure in between; what is compared is what was told last. */
    private void tell(Pressure pressure) {
        told = pressure.level();
        events.add("pressure." + pressure.level().word(), pressure.toJson(limits.get()));
    }

    private record Placed(Hosted hosted, JobView job) {
        private double submittedAt() {
            return job.facts().path("submitted_at").asDouble();
        }
    }

    private int shed(Pressure pressure) throws IOException, InterruptedException {
        List<Placed> running = new ArrayList<>();
        for (Hosted hosted : services.all())
            for (JobView job : hosted.jobs().open())
                if (job.state() == JobState.RUNNING) running.add(new Placed(hosted, job));
        if (running.isEmpty()) return 0;
        running.sort(Comparator.comparing(Placed::submittedAt));
        Placed oldest = running.get(0);
        String why = String.format(
                java.util.Locale.ROOT, "%.0f%% of what the daemon's limits allow is used", 100 * pressure.share());
        Jobs.Answer paused = oldest.hosted().jobs().pause(oldest.job().id(), Jobs.PRESSURE, why);
        return paused.done() ? 1 : 0;
    }

    private int relieve() throws IOException, InterruptedException {
        for (Hosted hosted : services.all())
            for (JobView job : hosted.jobs().open())
                if (job.heldBy().containsKey(Jobs.PRESSURE)) {
                    hosted.jobs().letGo(job.id(), Jobs.PRESSURE);
                    events.add(
                            "pressure.relieved",
                            Json.object().put("service", hosted.name()).put("job_id", job.id()));
                    return 1;
                }
        return 0;
    }
}
