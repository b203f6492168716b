package dev.millrace.bench;

import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.rpc.client.DaemonClient;
import dev.millrace.rpc.client.DaemonClientOptions;
import dev.millrace.rpc.client.DaemonException;
import dev.millrace.rpc.client.DaemonStream;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A daemon in a process of its own, which ends when this one does. */
final class RpcRig implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Time time = Time.system();
    private final Path socket;
    private final ProcessIdentity daemon;
    private final DaemonClient client;
    private final DaemonStream lifeline;

    private RpcRig(Path socket, ProcessIdentity daemon, DaemonClient client, DaemonStream lifeline) {
        this.socket = socket;
        this.daemon = daemon;
        this.client = client;
        this.lifeline = lifeline;
    }

    static RpcRig start(Assignment assignment) throws IOException, InterruptedException, DaemonException {
        // The folder of the run may be too deep for a socket.
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "mb");
        Path socket = folder.resolve("d");
        Path output = assignment.folder().resolve("daemon.log");
        ProcessIdentity daemon = Processes.local()
                .start(
                        JavaCommand.of(
                                RpcDaemonMain.class,
                                socket.toString(),
                                assignment.folder().toString()),
                        Map.of(),
                        assignment.folder(),
                        output);
        DaemonClient client = DaemonClient.of(DaemonClientOptions.at(socket));
        try {
            awaitRunning(client, output);
            return new RpcRig(socket, daemon, client, client.stream("lifeline", Map.of()));
        } catch (IOException | InterruptedException | DaemonException e) {
            Processes.local().kill(daemon);
            throw e;
        }
    }

    private static void awaitRunning(DaemonClient client, Path output) throws IOException, InterruptedException {
        Time time = Time.system();
        long end = time.nanos() + PATIENCE.toNanos();
        while (!client.isRunning()) {
            if (time.nanos() > end) throw new IOException("the daemon does not answer: " + Files.readString(output));
            time.sleep(Duration.ofMillis(20));
        }
    }

    Path socket() {
        return socket;
    }

    Path echo() {
        return echoBeside(socket);
    }

    static Path echoBeside(Path socket) {
        return socket.resolveSibling("e");
    }

    DaemonClient client() {
        return client;
    }

    Proc daemon() throws IOException {
        return Proc.of(daemon.pid());
    }

    /** Resident memory at this moment, after a collection, in MiB. */
    double memoryMb() throws IOException, DaemonException, InterruptedException {
        client.call("collect", Map.of());
        String status = Files.readString(Path.of("/proc", Long.toString(daemon.pid()), "status"));
        String line = status.lines()
                .filter(one -> one.startsWith("VmRSS:"))
                .findFirst()
                .orElse("VmRSS: 0");
        return Double.parseDouble(line.replaceAll("\\D", "")) / 1024;
    }

    long now() {
        return time.nanos();
    }

    void sleep(Duration length) throws InterruptedException {
        time.sleep(length);
    }

    @Override
    public void close() throws IOException {
        lifeline.close();
        client.close();
        Processes.local().kill(daemon);
        Files.deleteIfExists(socket);
        Files.deleteIfExists(echo());
        Files.deleteIfExists(socket.resolveSibling("d.lock"));
        Files.deleteIfExists(socket.getParent());
    }
}
