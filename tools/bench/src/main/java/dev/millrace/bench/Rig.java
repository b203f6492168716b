package dev.millrace.bench;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.TaskQueue;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.ServeOptions;
import dev.millrace.storage.Durability;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A service with one worker or a few, in a folder of its own. Nothing here lists a folder with many files while something is timed:
 * a listing holds up renames. What ran is read from the {@link Board}.
 */
final class Rig implements AutoCloseable {
    static final String APP = "bench";
    private static final int AT_ONCE = 10_000;

    private final ServicePorts ports = ServicePorts.system();
    private final Path folder;
    private final Service service;
    private final QueueLayout layout;
    private final Board board;

    private Rig(Path folder, Service service, QueueLayout layout, Board board) {
        this.folder = folder;
        this.service = service;
        this.layout = layout;
        this.board = board;
    }

    /** Makes the app and opens its service; the queue is there, the worker not yet. */
    static Rig open(Assignment assignment) throws IOException {
        Path folder = assignment.folder();
        Path file = folder.resolve("board");
        Board board = Board.in(file, MarkHandler.MOST);
        System.setProperty(Board.PROPERTY, file.toString());
        Path settings = settingsFile(folder);
        Files.createDirectories(folder.resolve("apps").resolve(APP));
        Files.writeString(settings, settings(assignment, file));
        AppEnv env = env(folder);
        Rig rig = new Rig(folder, Service.open(env), new QueueLayout(env.defaultQueueFolder()), board);
        rig.queue(QueueOptions.defaults()).prepare();
        return rig;
    }

    static Path settingsFile(Path folder) {
        return folder.resolve("apps").resolve(APP).resolve("app_settings.toml");
    }

    /** The app of a run's folder. */
    static AppEnv env(Path folder) {
        AppEnv.Environment environment = AppEnv.Environment.ofSystem().withShare(share(folder));
        return AppEnv.find(folder.resolve("apps"), APP, environment);
    }

    static Path share(Path folder) {
        return folder.resolve("share");
    }

    /** Nothing is swept away, and the worker's Java says nothing that nobody reads. */
    private static String settings(Assignment assignment, Path board) {
        StringBuilder options = new StringBuilder("\"-D" + Board.PROPERTY + "=" + board + "\"");
        options.append(", \"-Dslf4j.internal.verbosity=ERROR\", \"-Xmx1g\"");
        for (String option : assignment.list("worker_options"))
            options.append(", \"").append(option).append('"');
        String launcher = assignment.text("launcher");
        return """
                [service]
                launcher = "%s"
                slots = %d
                java_options = [%s]
                cleanup_done_ttl_sec = 0
                cleanup_done_max_files = 0
                [service.handlers]
                noop = "dev.millrace.bench.NoopHandler"
                mark = "dev.millrace.bench.MarkHandler"
                hold = "dev.millrace.bench.HoldHandler"
                """.formatted(launcher.isEmpty() ? "process" : launcher, assignment.whole("slots", 1), options);
    }

    Service service() {
        return service;
    }

    Board board() {
        return board;
    }

    QueueLayout layout() {
        return layout;
    }

    TaskQueue queue(QueueOptions options) {
        return TaskQueue.inDirectory(layout, options, ports.queuePorts());
    }

    void start() throws IOException, InterruptedException {
        start(1);
    }

    void start(int workers) throws IOException, InterruptedException {
        service.serve(Action.START, ServeOptions.defaults().withWorkers(Map.of("127.0.0.1", workers)));
    }

    /** Lets the worker run so many tasks, one file each. */
    void warm(int tasks) throws IOException, InterruptedException {
        board.reset();
        fill(tasks, 1);
        awaitDrained(tasks);
    }

    /** A worker writes down every few seconds how long its tasks took; before that nobody makes batches. */
    void awaitRuntimes() throws IOException, InterruptedException {
        awaitUntil("the worker to write down how long tasks take", () -> Files.exists(layout.runtimes()));
    }

    /** Submits without forcing, quickly: what is timed is what comes after. */
    void fill(int tasks, int toAFile) throws IOException {
        TaskQueue queue =
                queue(QueueOptions.defaults().withDurability(Durability.OS).withBatchLimit(toAFile));
        for (int done = 0; done < tasks; done += AT_ONCE)
            queue.submitAll(Payload.noops(Math.min(AT_ONCE, tasks - done)));
    }

    /** Puts so many finished tasks there: files with the names that they would have. */
    void finish(int tasks) throws IOException {
        TaskQueue queue =
                queue(QueueOptions.defaults().withDurability(Durability.OS).withBatchLimit(1));
        Path done = layout.folder(TaskState.DONE);
        for (int i = 0; i < tasks; i += AT_ONCE) {
            for (var submitted : queue.submitAll(Payload.noops(Math.min(AT_ONCE, tasks - i))))
                Files.move(
                        submitted.file(), done.resolve(submitted.file().getFileName()), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    void park() throws IOException, InterruptedException {
        service.drain(List.of(), false);
        awaitUntil(
                "the worker to stop claiming",
                () -> beat().filter(beat -> beat.state() == Heartbeat.State.DRAINING)
                        .isPresent());
        board.reset();
    }

    void resume() throws IOException {
        service.drain(List.of(), true);
    }

    /** Waits until so many tasks ran and all of them are where finished tasks belong; the moment when that was seen. */
    long awaitDrained(long tasks) throws IOException, InterruptedException {
        awaitUntil(tasks + " tasks to run", () -> board.count() >= tasks);
        awaitUntil("tasks to be settled", () -> isEmpty(TaskState.RUNNING));
        return ports.time().nanos();
    }

    private boolean isEmpty(TaskState state) throws IOException {
        try (Stream<Path> files = Files.list(layout.folder(state))) {
            return files.noneMatch(file -> !file.getFileName().toString().startsWith("."));
        }
    }

    void awaitUntil(String what, Patience.Condition condition) throws IOException, InterruptedException {
        new Patience(ports.time(), board).await(what + " in " + folder, condition);
    }

    Optional<Heartbeat> beat() throws IOException {
        return beats().stream().findFirst();
    }

    List<Heartbeat> beats() throws IOException {
        return List.copyOf(Heartbeats.readAll(ports.disk(), layout.heartbeats()).values());
    }

    /** The process that the worker lives in. */
    Proc worker() throws IOException {
        return Proc.of(beat().orElseThrow(() -> new IOException("the worker does not beat"))
                .process()
                .pid());
    }

    void sync() throws IOException {
        FreshFolder.sync(ports.processes());
    }

    long now() {
        return ports.time().nanos();
    }

    void sleep(Duration length) throws InterruptedException {
        ports.time().sleep(length);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        try (service) {
            service.serve(Action.STOP, ServeOptions.defaults().withForce(true));
        }
    }
}
