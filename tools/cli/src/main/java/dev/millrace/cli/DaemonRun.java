package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.ControlOptions;
import dev.millrace.control.ResourceProbe;
import dev.millrace.control.ServiceControl;
import dev.millrace.event.Event;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.rpc.method.ControlMethods;
import dev.millrace.rpc.method.DaemonHost;
import dev.millrace.rpc.server.RpcLoad;
import dev.millrace.rpc.server.RpcPorts;
import dev.millrace.rpc.server.RpcServer;
import dev.millrace.rpc.server.RpcServerOptions;
import dev.millrace.rpc.socket.DaemonLock;
import dev.millrace.settings.SettingsException;
import dev.millrace.time.Time;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A daemon's life in this process. The lock comes first and goes last; the socket appears when everything that was known
 * before is there again.
 */
final class DaemonRun implements DaemonHost {
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration HURRY = Duration.ofMillis(500);

    private final ControlOptions options;
    private final Path socket;
    private final Shell shell;
    private final ServicePorts ports;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean graceful = true;
    private volatile @Nullable RpcServer serving;

    DaemonRun(ControlOptions options, Path socket, Shell shell) {
        this.options = options;
        this.socket = socket;
        this.shell = shell;
        this.ports = ServicePorts.system().withEvents(this::told);
    }

    /** Serves until it is told to end. */
    void serve() throws IOException, InterruptedException {
        try (DaemonLock lock = DaemonLock.take(options.folder(), pid(), ports.disk());
                ServiceControl control = ServiceControl.open(options, ports, ResourceProbe.ofSystem());
                ControlMethods methods = ControlMethods.of(control, this)) {
            heed(control);
            control.step();
            RpcPorts rpc = RpcPorts.system().withEvents(ports.events());
            RpcServer server = RpcServer.open(server(), methods.handlers(), rpc);
            serving = server;
            try {
                new DaemonStamp(ports.processes().self(), socket).write(ports.disk(), options.folder());
                control.events().add("daemon.started", Json.object().put("pid", pid()));
                told(new Event.Note("listens at " + socket));
                Systemd.ready(shell, ports.processes(), this::told);
                look(control, server);
                control.drain();
                Systemd.stopping(shell, ports.processes(), this::told);
            } finally {
                close(server);
            }
        }
        told(new Event.Note("has ended"));
    }

    /** Who is in a hurry does not wait for calls that run; they end with the process. */
    private void close(RpcServer server) throws InterruptedException {
        Thread closing = new Thread(() -> closeQuietly(server), "millrace-closing");
        closing.setDaemon(true);
        closing.start();
        closing.join((graceful ? GRACE.multipliedBy(2) : HURRY).toMillis());
    }

    private void closeQuietly(RpcServer server) {
        try {
            server.close(graceful ? GRACE : Duration.ZERO);
        } catch (IOException e) {
            told(new Event.Trouble("closing the socket", e));
        }
    }

    private RpcServerOptions server() {
        return RpcServerOptions.at(socket).withGrace(GRACE);
    }

    private void heed(ServiceControl control) {
        for (String name : new String[] {"TERM", "INT"}) Signals.on(name, () -> shutdown(true));
        Signals.on("HUP", () -> reload(control));
    }

    private void reload(ServiceControl control) {
        try {
            told(new Event.Note("reloaded: " + control.reload().toJson()));
        } catch (SettingsException wrong) {
            told(new Event.Trouble("what held before still holds", wrong));
        }
    }

    /** Until it is told to end. A daemon that nobody can reach any more must not keep others from taking its place. */
    void look(ServiceControl control, RpcServer server) throws IOException, InterruptedException {
        while (!ended.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
            if (!server.isOpen())
                throw new IOException("the socket " + socket + " is not served any more; the log says why");
            shell.time().check();
            control.step();
        }
    }

    /** One line of JSON each. */
    private void told(Event event) {
        ObjectNode line = Json.object();
        line.put("at", Time.system().instant().toString());
        line.put("level", event instanceof Event.Trouble ? "warn" : "info");
        line.put("event", event.describe());
        PrintStream err = shell.err();
        synchronized (err) {
            err.write(Json.bytes(line), 0, Json.bytes(line).length);
            err.println();
            err.flush();
        }
    }

    // ------------------------------------------------------------------ what methods may ask

    @Override
    public long pid() {
        return ports.processes().self().pid();
    }

    @Override
    public String version() {
        return Build.ofThis().version();
    }

    @Override
    public ObjectNode settings() {
        RpcServerOptions server = server();
        ObjectNode json = Json.object();
        json.put("socket", socket.toString());
        json.put("socket_mode", "0600");
        json.put("backlog", server.backlog());
        json.put("max_message_bytes", server.limits().messageBytes());
        json.put("max_connections", server.limits().connections());
        json.put("max_concurrent_requests", server.limits().requests());
        json.put("max_streams", server.limits().streams());
        json.put("stream_heartbeat_sec", server.limits().heartbeat().toMillis() / 1e3);
        return json;
    }

    @Override
    public RpcLoad load() {
        RpcServer server = serving;
        return server == null ? RpcLoad.NONE : server.load();
    }

    @Override
    public void shutdown(boolean gracefully) {
        graceful &= gracefully;
        ended.countDown();
    }

    static String textOf(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
