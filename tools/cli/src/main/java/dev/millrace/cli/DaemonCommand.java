package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.rpc.client.DaemonClient;
import dev.millrace.rpc.client.DaemonException;
import dev.millrace.rpc.client.DaemonTimeoutException;
import dev.millrace.rpc.client.ShuttingDownException;
import dev.millrace.rpc.socket.DaemonLock;
import dev.millrace.rpc.socket.DaemonRunningException;
import dev.millrace.storage.Disk;
import dev.millrace.storage.FileFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace daemon}. */
@Command(
        name = "daemon",
        description = "Starts, stops or looks at the daemon that serves all services of a share on a socket."
                + " Services go on without it.")
final class DaemonCommand extends BaseCommand {
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration START_PATIENCE = Duration.ofSeconds(30);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);
    /** A daemon tells of itself from memory: one that has not after this time hangs. */
    private static final Duration STATUS_PATIENCE = Duration.ofSeconds(5);

    private static final int LOG_BYTES = 1 << 20;

    /** What it can be asked. */
    enum Verb {
        start,
        stop,
        status,
        logs
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "ACTION",
            description = "start, stop, status (also when none is given), or logs.")
    Verb verb = Verb.status;

    @Mixin
    DaemonOptions daemon = new DaemonOptions();

    @Option(names = "--foreground", description = "With start: run in this process, and log to standard error.")
    boolean foreground;

    @Option(names = "--force", description = "With stop: end it at once. Nothing but calls that run is lost.")
    boolean force;

    @Option(
            names = "--lines",
            paramLabel = "N",
            description = "With logs: the last so many (default: ${DEFAULT-VALUE}).")
    int lines = 50;

    DaemonCommand(Shell shell) {
        super(shell);
    }

    @Override
    Answer answer() throws Exception {
        requireFolder(Disk.parentOf(folder()));
        return switch (verb) {
            case start -> foreground ? serve() : start();
            case stop -> stop();
            case status -> status();
            case logs -> logs();
        };
    }

    private static void requireFolder(Path share) throws IOException, CommandException {
        if (Disk.local()
                .facts(share)
                .filter(facts -> facts.kind() == FileFacts.Kind.FILE)
                .isPresent())
            throw new CommandException(ExitCode.FAILED, share + " is a file", "name a folder with --share");
    }

    private Path folder() {
        return daemon.folder(shell);
    }

    private Path log() {
        return folder().resolve("daemon.log");
    }

    private DaemonPlace place() throws IOException {
        DaemonPlace place = DaemonPlace.in(folder());
        return daemon.socket == null ? place : place.at(daemon.socket(shell));
    }

    // ------------------------------------------------------------------ start

    private Answer serve() throws Exception {
        requireRoomForGroup();
        try {
            new DaemonRun(
                            daemon.control(shell),
                            daemon.socket(shell),
                            () -> daemon.settings(shell),
                            shell,
                            LastResort.ofThisProcess())
                    .serve();
        } catch (DaemonRunningException running) {
            throw alreadyRunning(place().successor(running.pid()));
        }
        return Answer.ok(Json.object().put("status", "stopped"), "").asTold();
    }

    private static CommandException alreadyRunning(OptionalLong pid) {
        return new CommandException(
                ExitCode.FAILED,
                "a daemon is already running" + (pid.isPresent() ? " (PID " + pid.getAsLong() + ")" : ""),
                "millrace daemon status");
    }

    private Answer start() throws Exception {
        daemon.control(shell);
        requireRoomForGroup();
        DaemonPlace place = place();
        try (DaemonClient client = DaemonClient.of(place.options())) {
            if (place.answers(client)) throw alreadyRunning(OptionalLong.of(pidOf(client)));
        }
        Disk.local().createFolders(folder());
        ProcessIdentity child = Processes.local().start(command(), shell.variables(), shell.folder(), log());
        for (long start = shell.time().nanos(); shell.time().nanos() - start < START_PATIENCE.toNanos(); ) {
            Optional<Answer> up = started(child);
            if (up.isPresent()) return up.get();
            shell.time().sleep(LOOK);
        }
        throw new CommandException(
                ExitCode.TIMED_OUT, "the daemon does not answer yet; it goes on starting", "millrace daemon logs");
    }

    /** Nobody of a group could reach a socket in the daemon's own folder, unless somebody has opened that. */
    private void requireRoomForGroup() throws IOException, CommandException {
        Optional<String> group = daemon.settings(shell).group();
        if (group.isEmpty() || daemon.socket != null || letsGroupPass(folder())) return;
        throw CommandException.badCommandLine(
                "the daemon's own folder " + folder() + " is closed to group " + group.get(),
                "give the socket a folder of its own, which the group can reach: --socket /run/millrace/daemon.sock");
    }

    private static boolean letsGroupPass(Path folder) throws IOException {
        return Files.isDirectory(folder)
                && Files.getPosixFilePermissions(folder).contains(PosixFilePermission.GROUP_EXECUTE);
    }

    private Optional<Answer> started(ProcessIdentity child) throws Exception {
        boolean gone = Processes.local().look(child) == Processes.Existence.GONE;
        DaemonPlace place = place();
        try (DaemonClient client = DaemonClient.of(place.options())) {
            if (place.answers(client)) {
                long pid = pidOf(client);
                if (pid != child.pid()) throw alreadyRunning(OptionalLong.of(pid));
                ObjectNode json = Json.object().put("status", "running").put("pid", pid);
                json.put("socket", daemon.socket(shell).toString()).put("log", log().toString());
                return Optional.of(Answer.ok(json, "the daemon runs (PID " + pid + ")\n"));
            }
        }
        if (!gone) return Optional.empty();
        OptionalLong holder = place.successor(DaemonLock.pidIn(folder(), Disk.local()));
        if (holder.isPresent() && holder.getAsLong() != child.pid()) throw alreadyRunning(holder);
        throw new CommandException(ExitCode.FAILED, "the daemon has ended: " + lastOf(tail(2)), "millrace daemon logs");
    }

    /** What it said last, but for its advice. */
    private static String lastOf(List<String> tail) {
        for (int i = tail.size() - 1; i >= 0; i--)
            if (!tail.get(i).startsWith("  next: ")) return tail.get(i).replaceFirst("^millrace: ", "");
        return "it said nothing";
    }

    private static long pidOf(DaemonClient client) throws InterruptedException, CommandException {
        try {
            return client.health().path("pid").asLong();
        } catch (DaemonException e) {
            throw new CommandException(ExitCode.FAILED, String.valueOf(e.getMessage()), "millrace daemon status", e);
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(MillraceMain.class.getName());
        command.addAll(List.of("daemon", "start", "--foreground"));
        addPath(command, "--apps-path", daemon.appsPath);
        addPath(command, "--share", daemon.share);
        addPath(command, "--socket", daemon.socket);
        addPath(command, "--config", daemon.config);
        command.addAll(daemon.listening.words());
        return command;
    }

    private static void addPath(List<String> command, String option, @org.jspecify.annotations.Nullable Path path) {
        if (path != null) command.addAll(List.of(option, path.toString()));
    }

    // ------------------------------------------------------------------ stop, status, logs

    private Answer stop() throws Exception {
        DaemonPlace place = place();
        Optional<DaemonStamp> stamp = place.stamp();
        try (DaemonClient client = DaemonClient.of(place.options())) {
            boolean alive = stamp.filter(DaemonStamp::isAlive).isPresent();
            boolean answers = place.answers(client);
            boolean ends = alive && !Disk.local().exists(place.socket());
            if (!answers && !(force && alive) && !ends) throw alive ? hangs(stamp.get()) : notRunning();
            if (force && stamp.isPresent()) Processes.local().kill(stamp.get().process());
            else if (answers) client.shutdown(!force);
        } catch (ShuttingDownException ends) {
            // it was told to before
        } catch (DaemonTimeoutException e) {
            throw hangsOr(e, stamp, "millrace daemon stop --force");
        } catch (DaemonException e) {
            throw new CommandException(
                    ExitCode.FAILED, String.valueOf(e.getMessage()), "millrace daemon stop --force", e);
        }
        for (long start = shell.time().nanos(); shell.time().nanos() - start < STOP_PATIENCE.toNanos(); ) {
            if (hasEnded(place)) return Answer.ok(Json.object().put("status", "stopped"), "the daemon has ended\n");
            shell.time().sleep(LOOK);
        }
        throw new CommandException(ExitCode.TIMED_OUT, "the daemon has not ended yet", "millrace daemon stop --force");
    }

    private static boolean hasEnded(DaemonPlace place) {
        if (place.stamp().isPresent()) return !place.stamp().get().isAlive();
        try (DaemonClient client = DaemonClient.of(place.options())) {
            return !client.isRunning();
        }
    }

    private CommandException notRunning() {
        return new CommandException(
                ExitCode.FAILED, "no daemon is running for " + folder().getParent(), "millrace daemon start");
    }

    private static CommandException hangs(DaemonStamp stamp) {
        return new CommandException(
                ExitCode.FAILED,
                "the daemon is there (PID " + stamp.process().pid() + ") and does not answer",
                "millrace daemon stop --force");
    }

    /** It said that it was alive and then nothing more: it may have begun to hang in between. */
    private static CommandException hangsOr(DaemonTimeoutException late, Optional<DaemonStamp> stamp, String next) {
        return stamp.filter(DaemonStamp::isAlive)
                .map(DaemonCommand::hangs)
                .orElseGet(() -> new CommandException(ExitCode.FAILED, String.valueOf(late.getMessage()), next, late));
    }

    private Answer status() throws Exception {
        DaemonPlace place = place();
        Optional<DaemonStamp> stamp = place.stamp();
        try (DaemonClient client = DaemonClient.of(place.options().withTimeout(STATUS_PATIENCE))) {
            if (!place.answers(client)) {
                if (stamp.filter(DaemonStamp::isAlive).isPresent()) throw hangs(stamp.get());
                ObjectNode down = Json.object().put("status", "stopped");
                return Answer.ok(down, "no daemon runs; services go on without it\n")
                        .withExit(ExitCode.FAILED);
            }
            return told(client);
        } catch (DaemonTimeoutException e) {
            throw hangsOr(e, stamp, "millrace daemon logs");
        } catch (DaemonException e) {
            throw new CommandException(ExitCode.FAILED, String.valueOf(e.getMessage()), "millrace daemon logs", e);
        }
    }

    private static Answer told(DaemonClient client) throws DaemonException, InterruptedException {
        ObjectNode json = Json.object().put("status", "running");
        JsonNode status;
        try {
            status = client.status();
        } catch (ShuttingDownException ends) {
            return ending(client.health());
        }
        json.set("daemon", status);
        JsonNode ready = client.readiness();
        json.set("ready", ready);
        String text = "the daemon runs (PID " + status.path("pid").asLong() + ", version "
                + status.path("version").asText() + ") since "
                + Shown.seconds(status.path("uptime_seconds").asDouble()) + "\n"
                + ready.path("status").asText().replace('_', ' ') + "; "
                + status.path("running_jobs").asInt()
                + " jobs run; services: " + status.path("services") + "\n";
        return Answer.ok(json, text);
    }

    private static Answer ending(JsonNode health) {
        ObjectNode json = Json.object().put("status", "ending");
        json.set("daemon", health);
        return Answer.ok(
                json, "the daemon ends (PID " + health.path("pid").asLong() + "); calls that run may still do so\n");
    }

    private Answer logs() throws IOException {
        List<String> tail = tail(lines);
        ObjectNode json = Json.object().put("path", log().toString());
        json.set("lines", Json.tree(tail));
        StringBuilder text = new StringBuilder();
        tail.forEach(line -> text.append(Shown.line(line)).append('\n'));
        return Answer.ok(json, text.toString());
    }

    private List<String> tail(int most) throws IOException {
        try {
            List<String> all = DaemonRun.textOf(Disk.local().readEnd(log(), LOG_BYTES))
                    .lines()
                    .toList();
            return all.subList(Math.max(0, all.size() - Math.max(0, most)), all.size());
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }
}
