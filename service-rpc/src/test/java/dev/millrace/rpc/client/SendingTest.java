package dev.millrace.rpc.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.rpc.Patience;
import dev.millrace.rpc.client.DaemonTimeoutException.Phase;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that do not arrive as a whole. */
class SendingTest {
    /** More than a socket holds. */
    private static final Map<String, String> LARGE = Map.of("text", "x".repeat(4 << 20));

    @TempDir
    private Path folder;

    @Test
    void a_request_of_which_only_the_beginning_arrived_is_sent_once_more_and_carried_out_once() throws Exception {
        Path socket = folder.resolve("daemon.sock");
        try (ScriptedDaemon daemon = new ScriptedDaemon(
                        socket, (request, connection, number) -> ScriptedDaemon.result(request, "1"));
                DaemonClient client = DaemonClient.of(DaemonClientOptions.at(socket))) {
            daemon.cutShort = 1;
            assertThat(client.call("submit", LARGE).intValue()).isEqualTo(1);
            assertThat(daemon.accepted).hasValue(2);
            assertThat(daemon.requests).hasSize(1);

            daemon.cutShort = 4;
            daemon.hangUp();
            Patience.await().until(() -> daemon.served.get() == 2);
            assertThatThrownBy(() -> client.call("submit", LARGE))
                    .isInstanceOfSatisfying(
                            DaemonNotRunningException.class,
                            e -> assertThat(e.mayBeCarriedOut()).isFalse());
            assertThat(daemon.accepted).hasValue(4);
            assertThat(daemon.requests).hasSize(1);
        }
    }

    @Test
    void a_daemon_that_does_not_read_is_waited_for_no_longer_than_asked() throws Exception {
        Path socket = folder.resolve("mute.sock");
        CallOptions brief =
                CallOptions.defaults().withDeadline(Duration.ofMillis(150)).withRepeatable();
        try (ServerSocketChannel mute = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                DaemonClient client = DaemonClient.of(DaemonClientOptions.at(socket))) {
            mute.bind(UnixDomainSocketAddress.of(socket));
            assertThatThrownBy(() -> client.call("submit", LARGE, brief))
                    .isInstanceOfSatisfying(
                            DaemonTimeoutException.class,
                            e -> assertThat(e.phase()).isEqualTo(Phase.WRITE))
                    .hasMessageContaining("did not read");
        }
    }
}
