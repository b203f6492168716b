package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.control.ControlLimits;
import dev.millrace.control.ControlOptions;
import dev.millrace.control.ResourceProbe;
import dev.millrace.control.ServiceControl;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.rpc.server.RpcLoad;
import dev.millrace.rpc.server.RpcServer;
import dev.millrace.settings.AppEnv;
import dev.millrace.time.Time;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DaemonRunTest {
    @TempDir
    Path folder;

    /** A server whose loop broke. */
    private record Broken(Path socket) implements RpcServer {
        @Override
        public List<String> methods() {
            return List.of();
        }

        @Override
        public RpcLoad load() {
            return RpcLoad.NONE;
        }

        @Override
        public boolean isOpen() {
            return false;
        }

        @Override
        public void close() {}

        @Override
        public void close(Duration grace) {}
    }

    @Test
    @Timeout(20)
    void a_daemon_whose_socket_is_not_served_any_more_ends_with_an_error() throws Exception {
        PrintStream err = new PrintStream(java.io.OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Shell shell = new Shell(
                new ByteArrayInputStream(new byte[0]),
                err,
                err,
                new Terminal(false, false, 80),
                Map.of(),
                folder,
                folder,
                new Interruption(Time.system()));
        ControlOptions options = new ControlOptions(
                folder.resolve("apps"),
                new AppEnv.Environment(Map.of(), folder, Optional.of(folder.resolve("share"))),
                ControlLimits.defaults(),
                Optional.empty());
        Path socket = folder.resolve("daemon.sock");
        try (ServiceControl control = ServiceControl.open(options, ServicePorts.system(), ResourceProbe.ofSystem())) {
            assertThatThrownBy(() -> new DaemonRun(options, socket, shell).look(control, new Broken(socket)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("daemon.sock is not served any more");
        }
    }
}
