package dev.millrace.control;

import dev.millrace.event.Event;
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
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Measures resources now and then, pauses the oldest job when they run short, and lets what it has paused go on when there
 * is room again. What an operator paused is never touched: who holds a job back is written down with the hold.
 */
final class PressureGauge {
    private static final long RECENT_NANOS = 1_000_000_000L;

    /** Who is refused is not so by an old measurement; and many at once do not measure a machine that is short already. */
    private static final long FRESH_NANOS = 100_000_000L;

    private final HostedServices services;
    private final ServicePorts ports;
    private final ResourceProbe probe;
    private final EventRing events;
    private final Supplier<ControlLimits> limits;
    private long steppedAt = Long.MIN_VALUE / 2;
    private Pressure.Level told = Pressure.Level.CRITICAL;
    private volatile Optional<Measured> last = Optional.empty();

    private record Measured(Pressure pressure, long atNanos) {}

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
        return last.map(Measured::pressure).orElseGet(() -> Pressure.unknown("not measured yet"));
    }

    /** What was measured within the last second; measures when nothing was. */
    Pressure recent() {
        return within(RECENT_NANOS);
    }

    /** What was measured a moment ago; measures when nothing was. */
    Pressure fresh() {
        return within(FRESH_NANOS);
    }

    /** Those who come while somebody measures take what he finds. */
    private Pressure within(long nanos) {
        Optional<Pressure> known = known(nanos);
        if (known.isPresent()) return known.get();
        synchronized (this) {
            return known(nanos).orElseGet(this::measure);
        }
    }

    private Optional<Pressure> known(long nanos) {
        return last.filter(measured -> ports.time().nanos() - measured.atNanos() < nanos)
                .map(Measured::pressure);
    }

    /** Measures now. What cannot be measured counts as full. One at a time: the level depends on the one before. */
    synchronized Pressure measure() {
        Pressure.Level before = last.map(one -> one.pressure().level()).orElse(Pressure.Level.NONE);
        Pressure measured = measured(before);
        last = Optional.of(new Measured(measured, ports.time().nanos()));
        return measured;
    }

    private Pressure measured(Pressure.Level before) {
        try {
            Map<Long, String> workers = workers();
            return Pressure.of(probe.sample(workers.keySet()).ofServices(workers), limits.get(), before);
        } catch (IOException | RuntimeException e) {
            return Pressure.unknown(String.valueOf(e.getMessage()));
        }
    }

    /** By process, the service that each works for. Of a service that may not be read nobody knows the workers. */
    private Map<Long, String> workers() throws IOException {
        Map<Long, String> pids = new HashMap<>();
        services.each(hosted -> {
            var folder = hosted.service().queue().layout().heartbeats();
            for (Heartbeat beat : Heartbeats.readAll(ports.disk(), folder).values()) {
                ProcessIdentity process = beat.process();
                boolean alive = !beat.state().isEnded() && ports.processes().look(process) == Processes.Existence.ALIVE;
                if (alive && process.pid() != ports.processes().self().pid()) pids.put(process.pid(), hosted.name());
            }
        });
        return pids;
    }

    /** Measures when it is time, and acts; returns how many jobs it paused or let go on: one at most. */
    int step() throws IOException, InterruptedException {
        long now = ports.time().nanos();
        if (now - steppedAt < limits.get().monitorIntervalSec() * 1e9) return 0;
        steppedAt = now;
        Pressure pressure = measure();
        if (pressure.level() != told) tell(pressure);
        int done = act(pressure);
        for (Hosted hosted : holders()) hosted.jobs().renewPressure(limits.get().monitorIntervalSec());
        return done;
    }

    private int act(Pressure pressure) throws IOException, InterruptedException {
        if (pressure.resources().isEmpty()) return 0;
        if (pressure.share() >= Pressure.SHED) return shed(pressure);
        return pressure.share() < Pressure.RELIEVED ? relieve() : 0;
    }

    /** Others measure in between; what is compared is what was told last. */
    private void tell(Pressure pressure) {
        told = pressure.level();
        events.add("pressure." + pressure.level().word(), pressure.toJson(limits.get(), pressure.level()));
    }

    private record Placed(Hosted hosted, JobView job) {
        private double submittedAt() {
            return job.facts().path("submitted_at").asDouble();
        }
    }

    private int shed(Pressure pressure) throws IOException, InterruptedException {
        List<Placed> running = new ArrayList<>();
        services.each(hosted -> addJobs(hosted, job -> job.state() == JobState.RUNNING, running));
        if (running.isEmpty()) return 0;
        Placed oldest = Collections.min(running, Comparator.comparing(Placed::submittedAt));
        String why = String.format(
                java.util.Locale.ROOT, "%.0f%% of what the daemon's limits allow is used", 100 * pressure.share());
        Jobs.Answer paused = oldest.hosted().jobs().pause(oldest.job().id(), Jobs.PRESSURE, why);
        return paused.done() ? 1 : 0;
    }

    private int relieve() throws IOException, InterruptedException {
        List<Placed> held = new ArrayList<>();
        find(held);
        if (held.isEmpty()) return 0;
        letGo(held.get(0));
        return 1;
    }

    private void letGo(Placed held) throws IOException, InterruptedException {
        held.hosted().jobs().letGo(held.job().id(), Jobs.PRESSURE);
        events.add(
                "pressure.relieved",
                Json.object()
                        .put("service", held.hosted().name())
                        .put("job_id", held.job().id()));
    }

    /** Services of which jobs are held back; the others need not be looked at. */
    private List<Hosted> holders() throws IOException {
        List<Hosted> holders = new ArrayList<>();
        services.each(hosted -> {
            if (holdsBack(hosted)) holders.add(hosted);
        });
        return holders;
    }

    private static boolean holdsBack(Hosted hosted) throws IOException {
        return hosted.service().queue().control().pauses().jobs().values().stream()
                .anyMatch(by -> by.containsKey(Jobs.PRESSURE));
    }

    /** Puts the jobs that are held back into {@code found}; returns, by service, why it cannot be looked at. */
    private Map<String, String> find(List<Placed> found) throws IOException {
        return services.each(hosted -> {
            if (holdsBack(hosted)) addJobs(hosted, job -> job.heldBy().containsKey(Jobs.PRESSURE), found);
        });
    }

    private static void addJobs(Hosted hosted, Predicate<JobView> wanted, List<Placed> found) throws IOException {
        for (JobView job : hosted.jobs().open()) if (wanted.test(job)) found.add(new Placed(hosted, job));
    }

    /** Whoever measured the machine goes, and nobody else knows when there is room again. */
    void letGoOfAll() {
        try {
            List<Placed> found = new ArrayList<>();
            find(found).forEach(this::tellUnread);
            for (Placed held : found) letGo(held);
        } catch (IOException | RuntimeException e) {
            ports.events().accept(new Event.Trouble("letting go of jobs that pressure held back", e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tellUnread(String service, String problem) {
        ports.events()
                .accept(new Event.Note("service " + service + " cannot be looked at: " + problem
                        + "; a job of it that pressure held back goes on when its hold has run out"));
    }
}
