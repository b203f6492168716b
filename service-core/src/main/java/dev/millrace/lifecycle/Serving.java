package dev.millrace.lifecycle;

import dev.millrace.event.Event;
import dev.millrace.health.HealthReport;
import dev.millrace.liveness.Judgement;
import dev.millrace.liveness.Processes;
import dev.millrace.liveness.Standing;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.RetentionReport;
import dev.millrace.queue.TaskQueue;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.AppSettings;
import dev.millrace.settings.ServeOptions;
import dev.millrace.settings.ServiceSettings;
import dev.millrace.settings.WaitLimit;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.storage.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        this.answers = new Answers(env, ports.time());
    }

    ServeReport serve(Action action, ServeOptions options) throws IOException, InterruptedException {
        ServiceSettings settings = app.resolve(options);
        Path healthFile = env.healthFile(settings.storage().healthOutputPath());
        ServeReport report = switch (action) {
            case START -> start(options, settings);
            case STATUS, HEALTH -> status(options, settings);
            case STOP -> stop(options, settings);
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

    TaskQueue queue() throws IOException {
        ServiceSettings settings =
                files.readRecord().map(ServiceRecord::settings).orElseGet(app::service);
        Path folder = files.readRecord()
                .map(ServiceRecord::queueDir)
                .orElseGet(() -> env.queueFolder(settings.storage().queueDir()));
        return new Held(ports, settings, folder).queue();
    }

    // ------------------------------------------------------------------ start

    private ServeReport start(ServeOptions options, ServiceSettings settings) throws IOException, InterruptedException {
        try (DiskLock held = lock.take("serve:start")) {
            Optional<ServiceRecord> record = files.readRecord();
            if (record.isPresent()) return startHeld(record.get(), options);
            StartOperation.Started started = new StartOperation(env, ports, files, settings).start();
            startedHere = true;
            Held around = new Held(ports, settings, started.record().queueDir());
            ServiceFacts facts = look.facts(started.record(), around.queue(), around.look());
            return answers.fresh(facts, started);
        }
    }

    private ServeReport startHeld(ServiceRecord record, ServeOptions options) throws IOException, InterruptedException {
        if (record.phase() == ServiceRecord.Phase.STOPPING)
            throw new ServiceException("an earlier stop of " + record.target()
                    + " is not proven; run 'millrace stop' again (or 'stop --force') and then start");
        boolean parked = record.phase() == ServiceRecord.Phase.PARKED;
        if (!parked && (startedHere || isOwnedByAnother(record)))
            throw new ServiceException.AlreadyRunning(
                    "the service of " + record.target() + " is already running, started by process "
                            + record.owner().pid() + " on " + record.owner().host()
                            + "; stop it first: millrace stop --app " + record.target());
        return reattach(record, options);
    }

    private boolean isOwnedByAnother(ServiceRecord record) {
        return ports.processes().look(record.owner()) == Processes.Existence.ALIVE;
    }

    /** The controller that started it is gone; what it started is taken up. */
    private ServeReport reattach(ServiceRecord record, ServeOptions options) throws IOException, InterruptedException {
        ServiceRecord taken = record.withOwner(ports.processes().self())
                .withSettings(overridden(record.settings(), options))
                .withPhase(ServiceRecord.Phase.RUNNING);
        for (WorkerEntry entry : taken.workers())
            WorkerOrders.give(ports.disk(), new QueueLayout(taken.queueDir()), entry.name(), WorkerOrders.Order.RUN);
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
        Optional<ServiceRecord> record;
        try {
            record = files.readRecord();
        } catch (ServiceException.OwnershipUnknown e) {
            return answers.unproven(List.of(), String.valueOf(e.getMessage()));
        }
        if (record.isEmpty()) return idle(settings, options.observe());
        if (record.get().phase() == ServiceRecord.Phase.STOPPING)
            return answers.unproven(
                    record.get().workerNames(),
                    "an earlier start or stop left workers whose end is not proven; run 'millrace stop' again");
        ServiceRecord running =
                record.get().withSettings(overridden(record.get().settings(), options));
        return options.observe() ? observed(running) : mended(running);
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

    private ServeReport observed(ServiceRecord record) throws IOException, InterruptedException {
        Held held = new Held(ports, record.settings(), record.queueDir());
        ServiceFacts facts = look.facts(record, held.queue(), held.look());
        return answers.running(facts, look.untold(), RetentionReport.none());
    }

    /** When another operation is under way, it is left alone and this only looks. */
    private ServeReport mended(ServiceRecord record) throws IOException, InterruptedException {
        Optional<DiskLock> held = lock.tryTake("serve:status");
        if (held.isEmpty()) return observed(record).withFlags(List.of(ServeReport.Flag.OBSERVED_ONLY), "");
        try (DiskLock mine = held.get()) {
            Optional<ServiceRecord> still = files.readRecord();
            if (still.isEmpty()) return idle(record.settings(), true);
            ServiceRecord now = still.get();
            if (now.phase() == ServiceRecord.Phase.STARTING)
                files.writeRecord(now.withPhase(ServiceRecord.Phase.RUNNING));
            return mendedLocked(record);
        }
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

    private ServeReport stop(ServeOptions options, ServiceSettings settings) throws IOException, InterruptedException {
        try (DiskLock held = lock.take("serve:stop")) {
            Optional<ServiceRecord> record;
            try {
                record = files.readRecord();
            } catch (ServiceException.OwnershipUnknown e) {
                return stopHeld(fromHeartbeats(settings), options, List.of(ServeReport.Flag.LEGACY_FULL_SHUTDOWN));
            }
            if (record.isEmpty()) return ServeReport.of("idle", List.of(), List.of());
            boolean retry = record.get().phase() == ServiceRecord.Phase.STOPPING;
            return stopHeld(record.get(), options, retry ? List.of(ServeReport.Flag.RUNTIME_CLEANUP_RETRY) : List.of());
        }
    }

    /** Without a readable record, every worker of ours that beats in the queue is one of the service's. */
    private ServiceRecord fromHeartbeats(ServiceSettings settings) throws IOException, InterruptedException {
        Path queueDir = env.queueFolder(settings.storage().queueDir());
        List<WorkerEntry> found = new ArrayList<>();
        for (Judgement judgement : new Held(ports, settings, queueDir).look().values())
            if (judgement.standing() == Standing.ALIVE && judgement.beat().sequence() > 0)
                found.add(new WorkerEntry(
                        judgement.beat().workerId(),
                        judgement.beat().worker(),
                        hostOf(judgement.beat().worker())));
        return new ServiceRecord(
                env.name(),
                env.target(),
                env.appFolder(),
                queueDir,
                ServiceRecord.Phase.STOPPING,
                ports.time().epochSeconds(),
                ports.processes().self(),
                StartOperation.absoluteClassPath(),
                settings,
                found);
    }

    private static String hostOf(String worker) {
        int colon = worker.lastIndexOf(':');
        return colon < 0 ? worker : worker.substring(0, colon);
    }

    private ServeReport stopHeld(ServiceRecord record, ServeOptions options, List<ServeReport.Flag> flags)
            throws IOException, InterruptedException {
        WaitLimit limit =
                options.stopTimeout().orElse(record.settings().timing().stopTimeout());
        boolean shutdown =
                options.shutdownOnStop().orElse(record.settings().timing().shutdownOnStop());
        StopOperation operation = new StopOperation(ports, files, record);
        StopOperation.Stopped result = shutdown ? operation.stop(limit, options.force()) : operation.park(limit);
        if (!result.alive().isEmpty()) return answers.partial(result, shutdown);
        if (shutdown) {
            Held held = new Held(ports, record.settings(), record.queueDir());
            held.look();
            held.rescue();
            files.removeRecord(flags.contains(ServeReport.Flag.LEGACY_FULL_SHUTDOWN));
        } else {
            files.writeRecord(record.withPhase(ServiceRecord.Phase.PARKED));
        }
        startedHere = false;
        return answers.stopped(result, flags);
    }
}
