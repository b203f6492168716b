package dev.millrace.soak;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.lifecycle.StewardReport;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.liveness.Processes;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.TaskQueue;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.ServeOptions;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The service that is struck. */
final class Subject implements AutoCloseable {
    /** Short, so that a worker that stands still is soon missed. */
    static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(2);

    private static final List<TaskState> OPEN =
            List.of(TaskState.PENDING, TaskState.SCHEDULED, TaskState.BLOCKED, TaskState.RUNNING);

    private final Service service;
    private final QueueLayout layout;
    private final int workers;

    private Subject(Service service, QueueLayout layout, int workers) {
        this.service = service;
        this.layout = layout;
        this.workers = workers;
    }

    /** A service in a run's folder; its workers are started with these options of Java. */
    static Subject open(RunFolder run, int workers, Durability durability, List<String> javaOptions)
            throws IOException {
        Files.writeString(run.settings(), settings(durability, javaOptions));
        AppEnv env = run.env();
        Processes processes = new SparingProcesses(Processes.local(), run.spared());
        ServicePorts ports =
                ServicePorts.system().withProcesses(processes).withLaunchers(List.of(new SoakLauncher(processes)));
        Subject subject = new Subject(Service.open(env, ports), new QueueLayout(env.defaultQueueFolder()), workers);
        subject.service.queue().prepare();
        return subject;
    }

    /** Nothing is swept away, and no task is given up because its workers were killed. */
    private static String settings(Durability durability, List<String> javaOptions) {
        String options = javaOptions.stream().map(one -> '"' + one + '"').collect(Collectors.joining(", "));
        StringBuilder handlers = new StringBuilder();
        for (String kind : TaskMaker.KINDS)
            handlers.append(kind)
                    .append(" = \"")
                    .append(RunHandler.class.getName())
                    .append("\"\n");
        return """
                [service]
                slots = 4
                durability = "%s"
                heartbeat_timeout = %s
                poll_interval = 0.25
                start_timeout = 120.0
                max_rescues = 1000
                cleanup_done_ttl_sec = 0
                cleanup_done_max_files = 0
                cleanup_failed_ttl_sec = 0
                cleanup_failed_max_files = 0
                java_options = [%s]
                [service.handlers]
                %s""".formatted(durability.word(), HEARTBEAT_TIMEOUT.toMillis() / 1e3, options, handlers);
    }

    QueueLayout layout() {
        return layout;
    }

    /** Where files come and go while tasks are run. */
    List<Path> folders() {
        List<Path> folders = new ArrayList<>(List.of(layout.control(), layout.outcomes(), layout.heartbeats()));
        for (TaskState state : TaskState.values()) folders.add(layout.folder(state));
        return folders;
    }

    TaskQueue queue() throws IOException {
        return service.queue();
    }

    void start() throws IOException, InterruptedException {
        service.serve(Action.START, ServeOptions.defaults().withWorkers(Map.of("127.0.0.1", workers)));
    }

    /** What a passing operator does: looks, and starts workers that are missing. */
    void mend() throws IOException, InterruptedException {
        service.serve(Action.STATUS, ServeOptions.defaults());
    }

    void stop() throws IOException, InterruptedException {
        service.serve(Action.STOP, ServeOptions.defaults().withForce(true).withStopTimeout(Duration.ofSeconds(20)));
    }

    /** The process of the worker that keeps the house, as a name; empty when nobody does. */
    Optional<String> steward() throws IOException {
        Optional<StewardReport> lease = StewardReport.read(Disk.local(), layout);
        if (lease.isEmpty()) return Optional.empty();
        return Heartbeats.readAll(Disk.local(), layout.heartbeats()).values().stream()
                .filter(beat -> beat.incarnation().equals(lease.get().incarnation()))
                .map(beat -> RunFolder.nameOf(beat.process()))
                .findFirst();
    }

    /** Files of tasks that have not ended, by the names of the folders that hold any. */
    Map<String, Integer> open() throws IOException {
        Map<String, Integer> open = new TreeMap<>();
        for (TaskState state : OPEN) {
            int files = 0;
            try (DirectoryStream<Path> names = Files.newDirectoryStream(layout.folder(state), "[!.]*")) {
                for (Path ignored : names) files++;
            }
            if (files > 0) open.put(state.word(), files);
        }
        return open;
    }

    @Override
    public void close() {
        service.close();
    }
}
