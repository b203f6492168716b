package dev.millrace.rpc.client;

import static dev.millrace.rpc.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.rpc.client.DaemonTimeoutException.Phase;
import dev.millrace.rpc.server.TestDaemon;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a daemon runs is said within two seconds, whatever is at the socket. */
class RunningTest {
    @TempDir
    private Path folder;

    private boolean isRunning(Path socket) {
        return isRunning(DaemonClientOptions.at(socket));
    }

    private boolean isRunning(DaemonClientOptions options) {
        long begin = System.nanoTime();
        try (DaemonClient client = DaemonClient.of(options)) {
            return client.isRunning();
        } finally {
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
        }
    }

    @Test
    void a_daemon_that_answers_runs_even_when_all_its_slots_are_taken() throws Exception {
        Path socket = folder.resolve("daemon.sock");
        try (TestDaemon daemon = TestDaemon.at(socket, limits -> limits.withRequests(1, 0));
                var busy = daemon.stranger()) {
            busy.sends(TestDaemon.request(1, "block", "{}") + "\n");
            await().until(() -> isRunning(socket));
        }
        assertThat(isRunning(socket)).isFalse();
    }

    @Test
    void nothing_a_plain_file_and_a_stale_socket_do_not_run() throws Exception {
        Path stale = folder.resolve("stale.sock");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(stale))
                .close();

        assertThat(isRunning(folder.resolve("absent.sock"))).isFalse();
        assertThat(isRunning(Files.createFile(folder.resolve("file")))).isFalse();
        assertThat(isRunning(folder)).isFalse();
        assertThat(isRunning(stale)).isFalse();
        assertThat(isRunning(folder.resolve("z".repeat(120)))).isFalse();
    }

    @Test
    void a_daemon_that_accepts_nothing_any_more_does_not_run_and_is_waited_for_no_longer_than_asked() throws Exception {
        Path socket = folder.resolve("hung.sock");
        List<SocketChannel> queue = new ArrayList<>();
        try (ServerSocketChannel hung = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            hung.bind(UnixDomainSocketAddress.of(socket), 1);
            for (int i = 0; i < 4; i++) queue.add(knocking(socket));
            assertThat(isRunning(DaemonClientOptions.at(socket).withAliveWithin(Duration.ofMillis(200))))
                    .isFalse();
            try (DaemonClient client = DaemonClient.of(DaemonClientOptions.at(socket))) {
                CallOptions brief = CallOptions.defaults().withDeadline(Duration.ofMillis(100));
                assertThatThrownBy(() -> client.call("any", Map.of(), brief))
                        .isInstanceOfSatisfying(
                                DaemonTimeoutException.class,
                                e -> assertThat(e.phase()).isEqualTo(Phase.CONNECT))
                        .hasMessageContaining("did not accept");
            }
        } finally {
            for (SocketChannel channel : queue) channel.close();
        }
    }

    private static SocketChannel knocking(Path socket) throws Exception {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.configureBlocking(false);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (SocketException full) {
            // just what is wanted
        }
        return channel;
    }

    @Test
    void a_daemon_that_accepts_and_never_answers_does_not_run() throws Exception {
        Path socket = folder.resolve("mute.sock");
        try (ScriptedDaemon mute = new ScriptedDaemon(socket, (request, connection, number) -> "")) {
            assertThat(isRunning(socket)).isFalse();
            assertThat(mute.requests).hasSize(1);
        }
    }

    @Test
    void a_daemon_that_answers_nonsense_or_an_error_does_not_run() throws Exception {
        Path socket = folder.resolve("odd.sock");
        try (ScriptedDaemon odd = new ScriptedDaemon(socket, (request, connection, number) -> switch (connection) {
            case 1 -> "nonsense\n";
            case 2 -> ScriptedDaemon.error(request, -32603, "broken");
            default -> ScriptedDaemon.HANG_UP;
        })) {
            for (int i = 0; i < 3; i++) assertThat(isRunning(socket)).isFalse();
            assertThat(odd.accepted).hasValue(3);
        }
    }
}
