package dev.millrace.lifecycle;

import dev.millrace.event.Event;
import dev.millrace.health.HealthReport;
import dev.millrace.liveness.Judgement;
import dev.millrace.liveness.Processes;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.RetentionReport;
import dev.millrace.queue.TaskQueue;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.AppSettings;
import dev.millrace.settings.Launcher;
import dev.millrace.settings.ServeOptions;
import dev.millrace.settings.ServiceSettings;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.storage.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The four actions, put together from looking, mending, starting and stopping. */
final class Serving {
    private final AppEnv env;
    private final ServicePorts ports;
    private final ServiceFiles files;
    private final AppSettings app;
    private final OperationLock lock;
    private final LockedReconciler reconciler;
    private final RestartLedger ledger;
    private final ServiceLook look;
    private final Answers answers;
    private final Stopping stopping;
    private final LastRecord lastRecord;
    private @Nullable TaskQueue queue;
    private Optional<ServiceRecord> queueOf = Optional.empty();
    private boolean startedHere;

    Serving(AppEnv env, ServicePorts ports, ServiceFiles files, AppSettings app) {
        this.env = env;
        this.ports = ports;
        this.files = files;
        this.app = app;
        this.lock = new OperationLock(files, ports.time(), ports.processes().self());
        this.reconciler = new LockedReconciler(ports, files);
        this.ledger = new RestartLedger(files);
        this.look = new ServiceLook(ports, files);
        this.lastRecord = new LastRecord(ports, files);
        this.answers = new Answers(env, ports.time());
        this.stopping = new Stopping(env, ports, files, answers);
    }

    /** @param givenUp see {@link Service#stop} */
    ServeReport serve(Action action, ServeOptions options, BooleanSupplier givenUp)
            throws IOException, InterruptedException {
        ServiceSettings settings = app.resolve(options);
        Path healthFile = env.healthFile(settings.storage().healthOutputPath());
        ServeReport report = switch (action) {
            case START -> start(options, settings);
            case STATUS, HEALTH -> status(options, settings);
            case STOP -> stop(options, settings, givenUp);
        };
        return exported(report, healthFile, options.observe());
    }

    /** Every action leaves a health document behind, unless it may only look. */
    private ServeReport exported(ServeReport report, Path file, boolean observe) {
        HealthReport health = answers.health(report);
        if (observe) return report.with(new ServeReport.Exported(health, Optional.empty()));
        try {
            ports.disk().createFolders(Disk.parentOf(file));
            ports.disk().replace(file, health.toBytes(), Durability.OS);
            return report.with(new ServeReport.Exported(health, Optional.of(file)));
        } catch (IOException e) {
            // What was done is done, and what was seen is in the answer; only the file is missing, and its path says
            // so.
            ports.events().accept(new Event.Trouble("cannot write the health document " + file, e));
            return report.with(new ServeReport.Exported(health, Optional.empty()));
        }
    }

    Optional<ServiceRecord> record() throws IOException {
        return lastRecord.read();
    }

    /** One object as long as the record stays the same, so that callers who submit at the same time share a force. */
    synchronized TaskQueue queue() throws IOException {
        Optional<ServiceRecord> record = lastRecord.read();
        TaskQueue known = queue;
        if (known != null && record.equals(queueOf)) return known;
        ServiceSettings settings = record.map(ServiceRecord::settings).orElseGet(app::service);
        Path folder = record.map(ServiceRecord::queueDir)
                .orElseGet(() -> env.queueFolder(settings.storage().queueDir()));
        TaskQueue made = new Held(ports, settings, folder).queue();
        queue = made;
        queueOf = record;
        return made;
    }

    // ------------------------------------------------------------------ start

    private ServeReport start(ServeOptions options, ServiceSettings settings) throws IOException, InterruptedException {
        try (DiskLock held = lock.take("serve:start")) {
            Optional<ServiceRecord> record = files.readRecord();
            if (record.isPresent()) return startHeld(record.get(), options, settings);
            StartOperation.Started started = new StartOperation(env, ports, files, settings).start();
            startedHere = true;
            Held around = new Held(ports, settings, started.record().queueDir());
            ServiceFacts facts = look.facts(started.record(), around.queue(), around.look());
            return answers.fresh(facts, started);
        }
    }

    private ServeReport startHeld(ServiceRecord record, ServeOptions options, ServiceSettings settings)
            throws IOException, InterruptedException {
        if (record.phase() == ServiceRecord.Phase.STOPPING)
            throw new ServiceException("an earlier stop of " + record.target()
                    + " is not proven; run 'millrace stop' again (or 'stop --force') and then start");
        Hosting hosting = Hosting.of(record, ports.processes());
        boolean parked = record.phase() == ServiceRecord.Phase.PARKED;
        if (!parked && (startedHere || hosting.existence() == Processes.Existence.ALIVE))
            throw new ServiceException.AlreadyRunning("the service of " + record.target()
                    + " is already running, started by " + hosting.ownerText()
                    + "; stop it first: millrace stop --app " + record.target());
        if (hosting.isGone() && settings.worker().launcher() != Launcher.IN_PROCESS)
            throw new ServiceException("the workers of " + record.target() + " were threads of " + hosting.ownerText()
                    + ", which has ended; run 'millrace stop' and then start");
        return reattach(
                hosting.isElsewhere()
                        ? record
                        : record.withOwner(ports.processes().self()),
                options);
    }

    /** The controller that started it is gone, or it was parked; what it started is taken up. */
    private ServeReport reattach(ServiceRecord record, ServeOptions options) throws IOException, InterruptedException {
        ServiceRecord taken =
                record.withSettings(overridden(record.settings(), options)).withPhase(ServiceRecord.Phase.RUNNING);
        for (WorkerEntry entry : taken.workers())
            WorkerOrders.lift(ports.disk(), new QueueLayout(taken.queueDir()), entry.name());
        files.writeRecord(taken);
        startedHere = true;
        return mendedLocked(taken).withFlags(List.of(ServeReport.Flag.RECOVERED), "");
    }

    /** Only retention and the heartbeat timeout of the call count; the rest is as the service was started. */
    private static ServiceSettings overridden(ServiceSettings settings, ServeOptions options) {
        var json = settings.toJson();
        options.given().properties().forEach(option -> {
            boolean counts =
                    option.getKey().startsWith("cleanup_") || option.getKey().equals("heartbeat_timeout");
            if (counts) json.set(option.getKey(), option.getValue());
        });
        return ServiceSettings.fromJson(json);
    }

    // ------------------------------------------------------------------ status and health

    private ServeReport status(ServeOptions options, ServiceSettings settings)
            throws IOException, InterruptedException {
        try {
            Optional<ServiceRecord> record = files.readRecord();
            if (record.isEmpty()) return idle(settings, options.observe());
            if (record.get().phase() == ServiceRecord.Phase.STOPPING) return unproven(record.get());
            boolean mayMend = !options.observe()
                    && Hosting.of(record.get(), ports.processes()).mayLaunch();
            return mayMend ? mended(record.get(), options) : observed(record.get(), options);
        } catch (ServiceException.OwnershipUnknown e) {
            return answers.unproven(List.of(), String.valueOf(e.getMessage()));
        }
    }

    private ServeReport unproven(ServiceRecord record) {
        return answers.unproven(
                record.workerNames(),
                "an earlier start or stop left workers whose end is not proven; run 'millrace stop' again");
    }

    private ServeReport idle(ServiceSettings settings, boolean observe) throws IOException, InterruptedException {
        Held held = new Held(ports, settings, env.queueFolder(settings.storage().queueDir()));
        boolean there = ports.disk().exists(held.queue().layout().root());
        RetentionReport cleanup = there && !observe ? held.sweep() : RetentionReport.none();
        return answers.idle(
                held.queue().counts(),
                held.queue().layout().root(),
                cleanup,
                settings.timing().heartbeatTimeout());
    }

    private ServeReport observed(ServiceRecord record, ServeOptions options) throws IOException, InterruptedException {
        ServiceRecord running = record.withSettings(overridden(record.settings(), options));
        Held held = new Held(ports, running.settings(), running.queueDir());
        ServiceFacts facts = look.facts(running, held.queue(), held.look());
        return answers.running(facts, look.untold(), RetentionReport.none());
    }

    /** When another operation is under way, it is left alone and this only looks. */
    private ServeReport mended(ServiceRecord seen, ServeOptions options) throws IOException, InterruptedException {
        Optional<DiskLock> held = lock.tryTake("serve:status");
        if (held.isEmpty()) return observed(seen, options).withFlags(List.of(ServeReport.Flag.OBSERVED_ONLY), "");
        try (DiskLock mine = held.get()) {
            Optional<ServiceRecord> still = files.readRecord();
            if (still.isEmpty()) return idle(seen.settings(), true);
            if (still.get().phase() == ServiceRecord.Phase.STOPPING) return unproven(still.get());
            ServiceRecord now = begun(still.get());
            return mendedLocked(now.withSettings(overridden(now.settings(), options)));
        }
    }

    /** A start whose controller has died meanwhile is carried on by whoever looks next. */
    private ServiceRecord begun(ServiceRecord record) throws IOException {
        if (record.phase() != ServiceRecord.Phase.STARTING) return record;
        ServiceRecord running = record.withPhase(ServiceRecord.Phase.RUNNING);
        files.writeRecord(running);
        return running;
    }

    private ServeReport mendedLocked(ServiceRecord record) throws IOException, InterruptedException {
        Held held = new Held(ports, record.settings(), record.queueDir());
        Map<String, Judgement> judged = held.look();
        held.rescue();
        reconciler.reconcileLocked(judged);
        RetentionReport cleanup = held.sweep();
        ServiceFacts facts = look.facts(record, held.queue(), judged);
        return answers.running(facts, ledger.tell(), cleanup);
    }

    // ------------------------------------------------------------------ stop

    private ServeReport stop(ServeOptions options, ServiceSettings settings, BooleanSupplier givenUp)
            throws IOException, InterruptedException {
        try (DiskLock held = lock.take("serve:stop")) {
            ServeReport report = stopping.stop(options, settings, givenUp);
            if (report.status().equals("stopped") || report.status().equals("idle")) startedHere = false;
            return report;
        }
    }
}
