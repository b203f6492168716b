package dev.millrace.service;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.liveness.Processes.Existence;
import dev.millrace.queue.QueueLayout;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.ServeOptions;
import dev.millrace.storage.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/** An app in a temporary folder whose handlers are the classes of {@link TestHandlers}, and its service. */
final class TestApp implements AutoCloseable {
    private static final Duration MOMENT = Duration.ofMillis(50);

    final Path home;
    final AppEnv env;

    private TestApp(Path home, AppEnv env) {
        this.home = home;
        this.env = env;
    }

    static TestApp in(Path home, String... settings) throws IOException {
        WorkerJars.use();
        Path app = Files.createDirectories(home.resolve("apps/testapp"));
        StringBuilder toml = new StringBuilder("[service]\n");
        // These workers end before the second compiler pays; without it they start in half the time.
        String options = "java_options = [\"-XX:TieredStopAtLevel=1\"";
        if (Arrays.stream(settings).noneMatch(line -> line.startsWith("java_options")))
            toml.append(options).append("]\n");
        for (String line : settings)
            toml.append(line.replace("java_options = [", options + ", ")).append('\n');
        toml.append("[service.handlers]\n");
        TestHandlers.BY_KIND.forEach((kind, type) -> toml.append('"')
                .append(kind)
                .append("\" = \"")
                .append(type.getName())
                .append("\"\n"));
        Files.writeString(app.resolve("app_settings.toml"), toml);
        AppEnv.Environment environment = new AppEnv.Environment(Map.of(), home, Optional.of(home.resolve("share")));
        return new TestApp(home, AppEnv.find(home.resolve("apps"), "testapp", environment));
    }

    Service open() {
        return Service.open(env);
    }

    static ServeOptions workers(int count) {
        return ServeOptions.defaults().withWorkers(Map.of("127.0.0.1", count));
    }

    QueueLayout layout() {
        return new QueueLayout(env.defaultQueueFolder());
    }

    Map<String, Heartbeat> beats() throws IOException {
        return Heartbeats.readAll(Disk.local(), layout().heartbeats());
    }

    List<String> names(Path folder) throws IOException {
        return Disk.local().sortedNames(folder);
    }

    /**
     * Every process of this service, by its command line. A child that is about to become another program bears its
     * parent's for a moment, so only those count that still do a little later.
     */
    List<ProcessHandle> processes() {
        List<ProcessHandle> found = named();
        if (!found.isEmpty()) LockSupport.parkNanos(MOMENT.toNanos());
        return found.stream()
                .filter(process -> isNamed(process) && process.isAlive())
                .toList();
    }

    /** A process that is killed has no command line any more while the system still tells of it: such are waited for. */
    void killAll() throws IOException {
        List<ProcessIdentity> workers =
                beats().values().stream().map(Heartbeat::process).toList();
        processes().forEach(ProcessHandle::destroyForcibly);
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> workers.stream().allMatch(one -> Processes.local().look(one) == Existence.GONE));
    }

    private List<ProcessHandle> named() {
        return ProcessHandle.allProcesses().filter(this::isNamed).toList();
    }

    private boolean isNamed(ProcessHandle process) {
        return commandLine(process.pid()).contains(env.serviceFolder().toString());
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline")).replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }

    /** Stops what a failed test left running. */
    @Override
    public void close() throws IOException {
        try (Service service = open()) {
            ServeReport report = service.serve(
                    Action.STOP,
                    ServeOptions.defaults()
                            .withStopTimeout(Duration.ofSeconds(5))
                            .withForce(true));
            if (report.status().equals("partial")) throw new IllegalStateException("left running: " + report.pending());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            processes().forEach(ProcessHandle::destroyForcibly);
        }
    }
}
