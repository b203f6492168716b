package dev.millrace.lifecycle;

import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.RetentionReport;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.ServiceSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A fresh start: folders, what an earlier life left behind, record, workers, first heartbeats. What it made it undoes
 * when anything fails; what cannot be proven undone stays in the record, and then only stop is possible.
 *
 * <p>The record is written before the first worker starts: it is where workers learn what to do, and from it whoever
 * comes after a crash knows what may be running.
 */
final class StartOperation {
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final int OUTPUT_LIMIT = 1 << 20;
    private static final int OUTPUT_SHOWN = 2_000;

    private final AppEnv env;
    private final ServicePorts ports;
    private final ServiceFiles files;
    private final ServiceSettings settings;
    private final Launches launches;

    StartOperation(AppEnv env, ServicePorts ports, ServiceFiles files, ServiceSettings settings) {
        this.env = env;
        this.ports = ports;
        this.files = files;
        this.settings = settings;
        this.launches = new Launches(ports, files, new RestartLedger(files));
    }

    /** What a start came to, beside the running service. */
    record Started(ServiceRecord record, ServeReport.Recovery recovery, RetentionReport cleanup) {}

    Started start() throws IOException, InterruptedException {
        Path queueDir = env.queueFolder(settings.storage().queueDir());
        Held held = new Held(ports, settings, queueDir);
        held.queue().prepare();
        held.look();
        int recovered = held.rescue();
        int preserved = (int) held.queue().counts().of(dev.millrace.task.TaskState.RUNNING);
        RetentionReport cleanup = held.sweep();
        ServiceRecord record = record(queueDir);
        ports.disk().delete(files.restarts());
        files.writeRecord(record);
        bringUp(record);
        ServiceRecord running = record.withPhase(ServiceRecord.Phase.RUNNING);
        files.writeRecord(running);
        return new Started(running, new ServeReport.Recovery(recovered, preserved), cleanup);
    }

    private ServiceRecord record(Path queueDir) {
        return new ServiceRecord(
                env.name(),
                env.target(),
                env.appFolder(),
                queueDir,
                ServiceRecord.Phase.STARTING,
                ports.time().epochSeconds(),
                ports.processes().self(),
                absoluteClassPath(),
                settings,
                entries(settings.cluster().workers()));
    }

    /** Workers may start in another folder, so relative entries become absolute. */
    static String absoluteClassPath() {
        String separator = System.getProperty("path.separator", ":");
        return Arrays.stream(System.getProperty("java.class.path", "").split(Pattern.quote(separator)))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(separator));
    }

    static List<WorkerEntry> entries(Map<String, Integer> workersByHost) {
        List<WorkerEntry> entries = new ArrayList<>();
        workersByHost.forEach((host, count) -> {
            for (int i = 1; i <= count; i++) entries.add(new WorkerEntry(entries.size(), host + ":" + i, host));
        });
        return entries;
    }

    private void bringUp(ServiceRecord record) throws IOException, InterruptedException {
        Map<WorkerEntry, ProcessIdentity> launched = new LinkedHashMap<>();
        try {
            Set<String> earlier = incarnations(record);
            for (WorkerEntry entry : record.workers()) launched.put(entry, launches.launch(record, entry, ""));
            awaitBeats(record, launched, earlier);
        } catch (IOException | InterruptedException | RuntimeException e) {
            undo(record, launched, e);
            throw e;
        }
    }

    private Set<String> incarnations(ServiceRecord record) throws IOException {
        Set<String> found = new java.util.HashSet<>();
        Heartbeats.readAll(ports.disk(), new QueueLayout(record.queueDir()).heartbeats())
                .values()
                .forEach(beat -> found.add(beat.incarnation()));
        return found;
    }

    private void awaitBeats(ServiceRecord record, Map<WorkerEntry, ProcessIdentity> launched, Set<String> earlier)
            throws IOException, InterruptedException {
        Path heartbeats = new QueueLayout(record.queueDir()).heartbeats();
        Duration limit = settings.timing().startTimeout();
        List<WorkerEntry> missing = new ArrayList<>(launched.keySet());
        long start = ports.time().nanos();
        while (true) {
            Map<String, Heartbeat> beats = Heartbeats.readAll(ports.disk(), heartbeats);
            missing.removeIf(entry -> {
                Heartbeat beat = beats.get(entry.name());
                return beat != null && !earlier.contains(beat.incarnation());
            });
            if (missing.isEmpty()) return;
            for (WorkerEntry entry : missing) requireAlive(entry, launched.get(entry));
            if (ports.time().nanos() - start > limit.toNanos()) throw tooLate(missing.get(0), limit);
            ports.time().sleep(LOOK);
        }
    }

    private void requireAlive(WorkerEntry entry, @org.jspecify.annotations.Nullable ProcessIdentity process) {
        if (process != null && ports.processes().look(process) == Processes.Existence.GONE)
            throw new ServiceException("worker " + entry.name() + " ended before its first heartbeat" + output(entry));
    }

    private ServiceException tooLate(WorkerEntry entry, Duration limit) {
        return new ServiceException("worker " + entry.name() + " did not beat within " + limit.toMillis() / 1e3
                + " s (start_timeout)" + output(entry));
    }

    /** The end of what the worker printed, which is usually the reason. */
    private String output(WorkerEntry entry) {
        Path file = files.output(entry.name());
        try {
            String text = new String(ports.disk().read(file, OUTPUT_LIMIT), StandardCharsets.UTF_8).strip();
            String shown = text.length() > OUTPUT_SHOWN ? "..." + text.substring(text.length() - OUTPUT_SHOWN) : text;
            return shown.isEmpty() ? "; it printed nothing to " + file : "; " + file + " ends with:\n" + shown;
        } catch (IOException unreadable) {
            return "; see " + file;
        }
    }

    private void undo(ServiceRecord record, Map<WorkerEntry, ProcessIdentity> launched, Exception cause) {
        try {
            boolean proven = true;
            for (Map.Entry<WorkerEntry, ProcessIdentity> one : launched.entrySet())
                proven &= launches.end(record, one.getKey(), one.getValue());
            if (proven) files.removeRecord();
            else files.writeRecord(record.withPhase(ServiceRecord.Phase.STOPPING));
        } catch (IOException | RuntimeException e) {
            cause.addSuppressed(e);
        }
    }
}
