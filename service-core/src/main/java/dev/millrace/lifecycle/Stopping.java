package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.event.Event;
import dev.millrace.liveness.Judgement;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Standing;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.ServeOptions;
import dev.millrace.settings.ServiceSettings;
import dev.millrace.settings.WaitLimit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** What stop answers, with a record, without one, and with one that cannot be read. The caller holds the lock. */
final class Stopping {
    private final AppEnv env;
    private final ServicePorts ports;
    private final ServiceFiles files;
    private final Answers answers;

    Stopping(AppEnv env, ServicePorts ports, ServiceFiles files, Answers answers) {
        this.env = env;
        this.ports = ports;
        this.files = files;
        this.answers = answers;
    }

    ServeReport stop(ServeOptions options, ServiceSettings settings, BooleanSupplier givenUp)
            throws IOException, InterruptedException {
        Optional<ServiceRecord> record;
        try {
            record = files.readRecord();
        } catch (ServiceException.OwnershipUnknown e) {
            return stopUnreadable(options, settings, givenUp);
        }
        if (record.isEmpty()) return ServeReport.of("idle", List.of(), List.of());
        boolean retry = record.get().phase() == ServiceRecord.Phase.STOPPING;
        return stopHeld(
                record.get(), options, givenUp, retry ? List.of(ServeReport.Flag.RUNTIME_CLEANUP_RETRY) : List.of());
    }

    // ------------------------------------------------------------------ a record that cannot be read

    /**
     * The place beside the record says who the workers are; without it, every worker of ours that may still live by its
     * heartbeat is one. When that finds nobody, nothing is proven: they may beat in a folder that is not known here.
     */
    private ServeReport stopUnreadable(ServeOptions options, ServiceSettings settings, BooleanSupplier givenUp)
            throws IOException, InterruptedException {
        Optional<ServicePlace> place = files.readPlace();
        Path queueDir = place.map(ServicePlace::queueDir)
                .orElseGet(() -> env.queueFolder(settings.storage().queueDir()));
        List<WorkerEntry> workers = workers(place, queueDir, settings);
        if (workers.isEmpty()) return answers.unproven(List.of(), nobodyFound(queueDir));
        keepDamagedRecord();
        return stopHeld(
                rebuilt(place, queueDir, settings, workers),
                options,
                givenUp,
                List.of(ServeReport.Flag.LEGACY_FULL_SHUTDOWN));
    }

    private String nobodyFound(Path queueDir) {
        return "the record " + files.record() + " cannot be read, " + files.place()
                + " neither, and no worker beats in " + queueDir
                + "; if the service was started with another queue folder, run 'millrace stop --service-queue-dir DIR';"
                + " if you know that none of its workers runs any more, remove the record";
    }

    private List<WorkerEntry> workers(Optional<ServicePlace> place, Path queueDir, ServiceSettings settings)
            throws IOException, InterruptedException {
        List<WorkerEntry> found =
                new ArrayList<>(place.map(ServicePlace::workers).orElse(List.of()));
        Set<String> names = found.stream().map(WorkerEntry::name).collect(Collectors.toSet());
        for (Judgement judgement : new Held(ports, settings, queueDir).look().values())
            if (mayLive(judgement) && names.add(judgement.beat().worker())) found.add(entry(judgement));
        return found;
    }

    /** Workers that are not ours write no sequence. */
    private static boolean mayLive(Judgement judgement) {
        boolean mayLive = judgement.standing() == Standing.ALIVE || judgement.standing() == Standing.SILENT;
        return mayLive && judgement.beat().sequence() > 0;
    }

    private static WorkerEntry entry(Judgement judgement) {
        String worker = judgement.beat().worker();
        int colon = worker.lastIndexOf(':');
        String host = colon < 0 ? worker : worker.substring(0, colon);
        return new WorkerEntry(judgement.beat().workerId(), worker, host);
    }

    private ServiceRecord rebuilt(
            Optional<ServicePlace> place, Path queueDir, ServiceSettings settings, List<WorkerEntry> workers) {
        ObjectNode json = settings.toJson();
        place.ifPresent(known -> json.put("launcher", known.launcher().word()));
        ProcessIdentity owner = place.map(ServicePlace::owner).orElse(ProcessIdentity.unknown());
        return new ServiceRecord(
                env.name(),
                env.target(),
                env.appFolder(),
                queueDir,
                ServiceRecord.Phase.STOPPING,
                ports.time().epochSeconds(),
                owner,
                StartOperation.absoluteClassPath(),
                ServiceSettings.fromJson(json),
                workers);
    }

    private void keepDamagedRecord() {
        try {
            files.keepDamagedRecord();
        } catch (IOException e) {
            ports.events().accept(new Event.Trouble("cannot keep a copy of " + files.record(), e));
        }
    }

    // ------------------------------------------------------------------ a known service

    private ServeReport stopHeld(
            ServiceRecord record, ServeOptions options, BooleanSupplier givenUp, List<ServeReport.Flag> flags)
            throws IOException, InterruptedException {
        WaitLimit limit =
                options.stopTimeout().orElse(record.settings().timing().stopTimeout());
        StopWait wait = new StopWait(limit, givenUp);
        boolean shutdown =
                options.shutdownOnStop().orElse(record.settings().timing().shutdownOnStop());
        StopOperation operation =
                new StopOperation(ports, files, record, options.force(), knownHosts(record, options.abandon()));
        if (!shutdown) return parked(record, operation.park(wait), flags);
        StopOperation.Stopped result = operation.stop(wait);
        if (!result.alive().isEmpty()) return answers.partial(result);
        rescue(record);
        files.removeRecord();
        return answers.stopped(result, flags);
    }

    private ServeReport parked(ServiceRecord record, StopOperation.Stopped result, List<ServeReport.Flag> flags)
            throws IOException {
        if (!result.alive().isEmpty()) return answers.busy(result);
        files.writeRecord(record.withPhase(ServiceRecord.Phase.PARKED));
        return answers.stopped(result, flags);
    }

    /** A slip of the pen must not pass for a host that was given up. */
    private static Set<String> knownHosts(ServiceRecord record, List<String> abandoned) {
        Set<String> known = new TreeSet<>(record.settings().cluster().workers().keySet());
        record.workers().forEach(entry -> known.add(entry.host()));
        for (String host : abandoned)
            if (!known.contains(host))
                throw new ServiceException("there is no host '" + host + "' to abandon; the service's hosts are "
                        + String.join(", ", known));
        return Set.copyOf(abandoned);
    }

    /** Whoever starts the service next does it as well, so that on a full disk the stop is no less proven. */
    private void rescue(ServiceRecord record) throws InterruptedException {
        try {
            Held held = new Held(ports, record.settings(), record.queueDir());
            held.look();
            held.rescue();
        } catch (IOException e) {
            ports.events()
                    .accept(new Event.Trouble("the tasks of the ended workers are put back at the next start", e));
        }
    }
}
