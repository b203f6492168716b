package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.control.ControlLimits;
import dev.millrace.control.ControlOptions;
import dev.millrace.control.ResourceProbe;
import dev.millrace.control.ServiceControl;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.rpc.server.RpcLoad;
import dev.millrace.rpc.server.RpcServer;
import dev.millrace.rpc.server.SocketSettings;
import dev.millrace.settings.AppEnv;
import dev.millrace.time.Time;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DaemonRunTest {
    @TempDir
    Path folder;

    /** A server whose loop runs, or broke. */
    private record Server(Path socket, boolean isOpen) implements RpcServer {
        @Override
        public List<String> methods() {
            return List.of();
        }

        @Override
        public RpcLoad load() {
            return RpcLoad.NONE;
        }

        @Override
        public void close() {}

        @Override
        public void close(Duration grace) {}
    }

    private Shell shell() {
        PrintStream err = new PrintStream(java.io.OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new Shell(
                new ByteArrayInputStream(new byte[0]),
                err,
                err,
                new Terminal(false, false, 80),
                Map.of(),
                folder,
                folder,
                new Interruption(Time.system()));
    }

    private ControlOptions options() {
        return new ControlOptions(
                folder.resolve("apps"),
                new AppEnv.Environment(Map.of(), folder, Optional.of(folder.resolve("share"))),
                ControlLimits.defaults(),
                Optional.empty());
    }

    private DaemonRun run(LastResort lastResort) {
        return new DaemonRun(options(), folder.resolve("daemon.sock"), SocketSettings::defaults, shell(), lastResort);
    }

    @Test
    @Timeout(20)
    void a_daemon_whose_socket_is_not_served_any_more_ends_with_an_error() throws Exception {
        try (ServiceControl control = ServiceControl.open(options(), ServicePorts.system(), ResourceProbe.ofSystem())) {
            Server broken = new Server(folder.resolve("daemon.sock"), false);
            assertThatThrownBy(() -> run(LastResort.ofThisProcess()).look(control, broken))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("daemon.sock is not served any more");
        }
    }

    @Test
    @Timeout(20)
    void a_daemon_whose_disk_does_not_answer_ends_all_the_same_when_it_is_told_to() throws Exception {
        CountDownLatch halted = new CountDownLatch(1);
        DaemonRun run = run(new LastResort(Duration.ofMillis(10), halted::countDown));
        ServiceControl hung = (ServiceControl) Proxy.newProxyInstance(
                ServiceControl.class.getClassLoader(), new Class<?>[] {ServiceControl.class}, (proxy, method, args) -> {
                    assertThat(method.getName()).isEqualTo("step");
                    run.shutdown(true);
                    halted.await();
                    return 0;
                });
        run.look(hung, new Server(folder.resolve("daemon.sock"), true));
        assertThat(halted.getCount()).isZero();
    }

    @Test
    void a_daemon_that_has_ended_in_time_is_not_ended_again() throws Exception {
        AtomicBoolean halted = new AtomicBoolean();
        CountDownLatch other = new CountDownLatch(1);
        LastResort ended = new LastResort(Duration.ZERO, () -> halted.set(true));
        ended.close();
        ended.arm(() -> halted.set(true));
        new LastResort(Duration.ofMillis(20), other::countDown).arm(() -> {});
        other.await();
        assertThat(halted).isFalse();
    }
}
