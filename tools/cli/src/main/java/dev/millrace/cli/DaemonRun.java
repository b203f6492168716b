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
import dev.millrace.rpc.server.SocketSettings;
import dev.millrace.rpc.socket.DaemonLock;
import dev.millrace.settings.SettingsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A daemon's life in this process. The lock comes first and goes last; the socket appears when everything that was known
 * before is there again.
 */
final class DaemonRun implements DaemonHost {
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration HURRY = Duration.ofMillis(500);
    /** Whoever asked for a hurried end hears that it comes. */
    private static final Duration LAST_WORD = Duration.ofMillis(200);

    private final ControlOptions options;
    private final Path socket;
    private final Supplier<SocketSettings> source;
    private final SocketSettings settings;
    private final Shell shell;
    private final ServicePorts ports;
    private final DaemonLog log;
    private final LastResort lastResort;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile long hurriedNanos = Long.MIN_VALUE;
    private volatile boolean graceful = true;
    private volatile @Nullable RpcServer serving;

    /** @param settings what is said about the socket; asked again when it may have changed */
    DaemonRun(
            ControlOptions options,
            Path socket,
            Supplier<SocketSettings> settings,
            Shell shell,
            LastResort lastResort) {
        this.lastResort = lastResort;
        this.options = options;
        this.socket = socket;
        this.source = settings;
        this.settings = settings.get();
        this.shell = shell;
        ServicePorts system = ServicePorts.system();
        Path file = options.folder().resolve("daemon.log");
        this.log = new DaemonLog(shell.err(), system.disk(), file, system.time());
        this.ports = system.withEvents(log);
    }

    /** Serves until it is told to end. */
    void serve() throws IOException, InterruptedException {
        try (log) {
            serveAll();
            log.say(new Event.Note("has ended"));
        }
    }

    private void serveAll() throws IOException, InterruptedException {
        try (lastResort;
                DaemonLock lock = DaemonLock.take(options.folder(), pid(), ports.disk());
                ServiceControl control = ServiceControl.open(options, ports, ResourceProbe.ofSystem());
                ControlMethods methods = ControlMethods.of(control, this)) {
            heed(control);
            control.step();
            RpcPorts rpc = RpcPorts.system().withEvents(ports.events());
            RpcServer server = RpcServer.open(server(), methods.handlers(), rpc);
            serving = server;
            try {
                stamp().write(ports.disk(), options.folder());
                control.events().add("daemon.started", Json.object().put("pid", pid()));
                log.say(new Event.Note("listens at " + socket));
                Systemd.ready(shell, ports.processes(), log);
                look(control, server);
                control.drain();
                Systemd.stopping(shell, ports.processes(), log);
            } finally {
                close(server);
                DaemonStamp.remove(ports.disk(), options.folder());
            }
        }
    }

    private DaemonStamp stamp() {
        return new DaemonStamp(
                ports.processes().self(), socket, settings.limits().messageBytes());
    }

    /** Who is in a hurry, from the start or later, does not wait for calls that run; they end with the process. */
    private void close(RpcServer server) throws InterruptedException {
        Thread closing = new Thread(() -> closeQuietly(server), "millrace-closing");
        closing.setDaemon(true);
        closing.start();
        long begun = shell.time().nanos();
        while (closing.isAlive() && !isOver(begun)) closing.join(LOOK.toMillis());
    }

    private boolean isOver(long begunNanos) {
        long now = shell.time().nanos();
        if (now - begunNanos > GRACE.multipliedBy(2).toNanos()) return true;
        return !graceful && now - Math.max(begunNanos, hurriedNanos) > HURRY.toNanos();
    }

    private void closeQuietly(RpcServer server) {
        try {
            server.close(graceful ? GRACE : LAST_WORD);
        } catch (IOException e) {
            log.say(new Event.Trouble("closing the socket", e));
        }
    }

    private RpcServerOptions server() {
        return settings.at(socket).withGrace(GRACE);
    }

    private void heed(ServiceControl control) {
        for (String name : new String[] {"TERM", "INT"}) Signals.on(name, () -> shutdown(true));
        Signals.on("HUP", () -> reload(control));
    }

    private void reload(ServiceControl control) {
        if (options.limitsFile().isEmpty()) {
            log.say(new Event.Note("there is nothing to read again: this daemon was started without --config"));
            return;
        }
        try {
            List<String> later = changedSettings();
            log.say(new Event.Note("reloaded: " + control.reload().toJson()));
            if (!later.isEmpty())
                log.say(new Event.Note(
                        "changed for the socket, which holds after a restart: " + String.join(", ", later)));
        } catch (SettingsException wrong) {
            log.say(new Event.Trouble("what held before still holds", wrong));
        } catch (RuntimeException unexpected) {
            log.say(new Event.Trouble("the settings could not be read again", unexpected));
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
        ObjectNode json = Json.object().put("socket", socket.toString());
        json.put("socket_mode", settings.group().isPresent() ? "0660" : "0600");
        return json.setAll(settings.toJson());
    }

    @Override
    public List<String> changedSettings() {
        return settings.differing(source.get());
    }

    @Override
    public RpcLoad load() {
        RpcServer server = serving;
        return server == null ? RpcLoad.NONE : server.load();
    }

    @Override
    public void shutdown(boolean gracefully) {
        lastResort.arm(this::lastWord);
        if (graceful && !gracefully) hurriedNanos = shell.time().nanos();
        graceful &= gracefully;
        ended.countDown();
    }

    private void lastWord() {
        log.say(new Event.Note("ends at once: what it waits for does not answer"));
        log.close();
    }

    static String textOf(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
