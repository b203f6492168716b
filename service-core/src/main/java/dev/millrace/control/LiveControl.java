package dev.millrace.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.ControlException.Reason;
import dev.millrace.event.Event;
import dev.millrace.event.EventRing;
import dev.millrace.job.DamagedJobException;
import dev.millrace.job.JobException;
import dev.millrace.job.JobState;
import dev.millrace.job.JobView;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.ServicePorts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@link ServiceControl} over the directories. */
final class LiveControl implements ServiceControl {
    private static final long AROUND_NANOS = 1_000_000_000L;
    private static final double HOUR_SEC = 3_600;

    private final ControlOptions options;
    private final ServicePorts ports;
    private final EventRing events;
    private final HostedServices services;
    private final Observer observer;
    private final PressureGauge gauge;
    private final FailureBook book;
    private final WaitingCounts waiting;
    private final long openedAt;
    private volatile ControlLimits limits;
    private volatile boolean draining;
    private long aroundAt;

    LiveControl(ControlOptions options, ServicePorts ports, ResourceProbe probe) throws IOException {
        this.options = options;
        this.ports = ports;
        this.limits = options.limits();
        this.openedAt = ports.time().nanos();
        this.aroundAt = openedAt - AROUND_NANOS;
        ports.disk().createFolders(options.folder());
        this.events = EventRing.in(
                ports.disk(),
                ports.time(),
                ports.random(),
                options.folder().resolve("events"),
                EventRing.USUAL_CAPACITY);
        this.services = new HostedServices(options, ports, this::requireNotDraining);
        this.observer = new Observer(ports, events);
        this.gauge = new PressureGauge(services, ports, probe, events, this::limits);
        this.waiting = new WaitingCounts(ports.disk(), ports.time());
        this.book = new FailureBook(ports.disk(), ports.time(), options.folder().resolve("failures.json"));
    }

    @Override
    public ControlOptions options() {
        return options;
    }

    @Override
    public ControlLimits reload() {
        options.limitsFile().ifPresent(file -> limit(ControlLimits.read(file)));
        return limits;
    }

    @Override
    public void limit(ControlLimits newLimits) {
        if (newLimits.equals(limits)) return;
        limits = newLimits;
        events.add("daemon.reloaded", newLimits.toJson());
    }

    @Override
    public ControlLimits limits() {
        return limits;
    }

    @Override
    public List<String> services() throws IOException {
        return services.names();
    }

    @Override
    public Hosted service(Optional<String> name) throws IOException {
        return services.get(name);
    }

    @Override
    public List<Hosted> hosted() throws IOException {
        return services.all();
    }

    @Override
    public Map<String, String> each(Hosted.Look look) throws IOException {
        return services.each(look);
    }

    @Override
    public Placed job(String id, Optional<String> service) throws IOException {
        List<Placed> found = new ArrayList<>();
        List<DamagedJobException> damaged = new ArrayList<>();
        Hosted.Look look = hosted -> {
            try {
                hosted.jobs().find(id).ifPresent(job -> found.add(new Placed(hosted, job)));
            } catch (DamagedJobException e) {
                damaged.add(e);
            }
        };
        Map<String, String> problems = Map.of();
        if (service.isPresent()) look.at(services.asItWas(service));
        else problems = each(look);
        if (found.size() == 1) return found.get(0);
        if (found.isEmpty() && !damaged.isEmpty()) throw damaged.get(0);
        if (found.isEmpty()) throw JobException.unknown(id, problems);
        List<String> names = found.stream().map(one -> one.hosted().name()).toList();
        throw new ControlException(
                Reason.UNKNOWN_SERVICE,
                "say which 'service' is meant: " + String.join(", ", names) + " have a job " + id);
    }

    @Override
    public EventRing events() {
        return events;
    }

    @Override
    public void changed(Hosted hosted) throws IOException {
        observer.lookNow(hosted);
    }

    // ------------------------------------------------------------------ what is taken on

    @Override
    public Readiness readiness() throws IOException {
        List<String> running = new ArrayList<>();
        LimitedKinds limited = new LimitedKinds();
        Map<String, String> problems = each(hosted -> {
            for (JobView job : hosted.jobs().open()) if (job.state() == JobState.RUNNING) running.add(job.id());
            limited.add(hosted);
        });
        String problem = problems.entrySet().stream()
                .map(one -> "service " + one.getKey() + " cannot be looked at: " + one.getValue())
                .collect(Collectors.joining("; "));
        return new Readiness(
                gauge.measure(),
                limits,
                draining,
                book.failuresLately(),
                limited.heldByRates(),
                running,
                problem,
                uptimeSec());
    }

    @Override
    public Pressure pressure() {
        return gauge.last();
    }

    private void requireNotDraining() {
        if (draining)
            throw new JobException(
                    JobException.Reason.SHUTTING_DOWN, "Daemon is shutting down; submit again when it is back");
    }

    @Override
    public void requireOpen(Hosted hosted) throws IOException {
        requireNotDraining();
        Pressure pressure = gauge.recent();
        if (!pressure.accepts()) pressure = gauge.fresh();
        if (!pressure.accepts())
            throw new JobException(
                    JobException.Reason.PRESSURE,
                    "System under high resource pressure: "
                            + (pressure.problem().isEmpty()
                                    ? Math.round(100 * pressure.share()) + "% of the daemon's limits is used"
                                    : pressure.problem())
                            + "; try again later");
        long tasks = waiting.of(hosted, limits.maxPending());
        if (tasks >= limits.maxPending())
            throw new JobException(
                    JobException.Reason.PRESSURE,
                    tasks + " tasks of " + hosted.name() + " wait, and max_pending is " + limits.maxPending()
                            + "; try again later");
    }

    @Override
    public ObjectNode rateLimits() throws IOException {
        LimitedKinds limited = new LimitedKinds();
        Map<String, String> problems = each(limited::add);
        ObjectNode json = limited.toJson().put("recent_events_count", rateEventsLately());
        if (!problems.isEmpty()) json.set("problems", Json.tree(problems));
        return json;
    }

    private long rateEventsLately() {
        double since = ports.time().epochSeconds() - HOUR_SEC;
        return events.since(0, Integer.MAX_VALUE).events().stream()
                .filter(event -> event.type().equals("rate.limited") && event.at() > since)
                .count();
    }

    @Override
    public int clearRateLimits(Optional<String> wanted) throws IOException, InterruptedException {
        LimitedKinds limited = new LimitedKinds();
        Map<String, String> problems = each(limited::add);
        int cleared = limited.clear(wanted);
        if (!problems.isEmpty()) throw new IOException(cleared + " were let go, but not those of " + problems);
        return cleared;
    }

    @Override
    public List<FailurePattern> patterns(int limit) {
        return book.patterns(limit);
    }

    // ------------------------------------------------------------------ life

    @Override
    public void drain() {
        if (draining) return;
        draining = true;
        events.add("daemon.stopping", Json.object());
    }

    @Override
    public boolean isShuttingDown() {
        return draining;
    }

    @Override
    public double uptimeSec() {
        return (ports.time().nanos() - openedAt) / 1e9;
    }

    @Override
    public int step() throws InterruptedException {
        int done = 0;
        boolean around = ports.time().nanos() - aroundAt >= AROUND_NANOS;
        if (around) aroundAt = ports.time().nanos();
        try {
            for (Hosted hosted : hosted()) done += look(hosted, around);
            if (!draining) done += gauge.step();
            if (around) events.force();
        } catch (IOException | RuntimeException e) {
            ports.events().accept(new Event.Trouble("looking after the services", e));
        }
        return done;
    }

    /** One service that cannot be looked at does not keep the others from being. */
    private int look(Hosted hosted, boolean around) throws InterruptedException {
        try {
            int done = observer.look(hosted);
            if (!around) return done;
            observer.lookAround(hosted);
            hosted.jobs().most(limits.maxConcurrentJobs());
            hosted.jobs().evict(limits.maxJobHistory());
            return done + book.look(hosted.name(), hosted.service().queue());
        } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
            ports.events().accept(new Event.Trouble("looking after service " + hosted.name(), e));
            return 0;
        }
    }

    @Override
    public void close() throws IOException {
        drain();
        gauge.letGoOfAll();
        observer.close();
        services.close();
        events.close();
    }
}
