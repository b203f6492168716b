package dev.millrace.rpc.client;

import static dev.millrace.rpc.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.rpc.RpcErrorCode;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.RpcSink;
import dev.millrace.rpc.client.StreamItem.End;
import dev.millrace.rpc.client.StreamItem.Event;
import dev.millrace.rpc.server.TestDaemon;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientStreamTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private TestDaemon daemon;
    private DaemonClient client;

    @BeforeEach
    void open() throws Exception {
        daemon = TestDaemon.at(folder.resolve("daemon.sock"));
        client = DaemonClient.of(DaemonClientOptions.at(daemon.server.socket()));
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        daemon.close();
    }

    @Test
    void events_come_in_order_and_then_the_end_again_and_again() throws Exception {
        try (DaemonStream stream = client.stream("three", Map.of())) {
            for (int i = 1; i <= 3; i++) {
                Event event = (Event) stream.next(SOON);
                assertThat(event.method()).isEqualTo("tick");
                assertThat(event.params().path("n").intValue()).isEqualTo(i);
            }
            for (int i = 0; i < 2; i++)
                assertThat(((End) stream.next(SOON)).result().toString()).isEqualTo("{\"sent\":3}");
        }
    }

    @Test
    void calls_go_on_beside_a_stream_on_other_connections() throws Exception {
        try (DaemonStream stream = client.stream("ticks", Map.of())) {
            assertThat(client.call("echo", Map.of("a", 1)).path("a").intValue()).isEqualTo(1);
            daemon.sinks.remove().send(TestDaemon.tick(4));
            assertThat(((Event) stream.next(SOON)).params().path("n").intValue())
                    .isEqualTo(4);
        }
        await().until(() -> daemon.unsubscribed.get() == 1);
    }

    @Test
    void nothing_for_a_while_is_a_timeout_and_the_stream_goes_on() throws Exception {
        try (DaemonStream stream = client.stream("ticks", Map.of())) {
            assertThatThrownBy(() -> stream.next(Duration.ofMillis(20))).isInstanceOf(DaemonTimeoutException.class);
            daemon.sinks.remove().send(TestDaemon.tick(1));
            assertThat(stream.next(SOON)).isInstanceOf(Event.class);
        }
    }

    @Test
    void a_stream_that_is_not_opened_is_an_error_at_once() {
        assertThatThrownBy(() -> client.stream("refused", Map.of())).isInstanceOf(JobRefusedException.class);
        assertThatThrownBy(() -> client.stream("none", Map.of())).isInstanceOf(MethodNotFoundException.class);
    }

    @Test
    void whoever_opens_a_stream_can_read_what_the_daemon_said_about_it() throws Exception {
        try (DaemonStream stream = client.stream("ticks", Map.of())) {
            assertThat(stream.opening().path("method").textValue()).isEqualTo("ticks");
            assertThat(stream.opening().path("heartbeat_sec").isNumber()).isTrue();
            assertThat(stream.opening().path("when_full").textValue()).isEqualTo("drop_oldest");
        }
    }

    @Test
    void an_error_at_the_end_is_thrown() throws Exception {
        try (DaemonStream stream = client.stream("ticks", Map.of())) {
            RpcSink sink = daemon.sinks.remove();
            sink.send(TestDaemon.tick(1));
            sink.fail(RpcException.of(RpcErrorCode.RESOURCE_EXHAUSTED, "enough"));
            assertThat(stream.next(SOON)).isInstanceOf(Event.class);
            for (int i = 0; i < 2; i++)
                assertThatThrownBy(() -> stream.next(SOON))
                        .isInstanceOf(ResourceExhaustedException.class)
                        .hasMessage("enough");
        }
    }

    @Test
    void a_daemon_that_closes_ends_the_stream_with_its_reason() throws Exception {
        try (DaemonStream stream = client.stream("ticks", Map.of())) {
            daemon.server.close();
            assertThatThrownBy(() -> stream.next(SOON)).isInstanceOf(ShuttingDownException.class);
        }
    }

    @Test
    void a_stream_that_breaks_off_is_not_taken_for_one_that_ended() throws Exception {
        Path socket = folder.resolve("scripted.sock");
        String opened = "{\"jsonrpc\":\"2.0\",\"method\":\"stream.opened\",\"params\":{}}\n";
        String event = "{\"jsonrpc\":\"2.0\",\"method\":\"tick\"}\n";
        try (ScriptedDaemon scripted = new ScriptedDaemon(socket, (request, connection, number) -> opened + event);
                DaemonClient other = DaemonClient.of(DaemonClientOptions.at(socket));
                DaemonStream stream = other.stream("ticks", Map.of())) {
            assertThat(((Event) stream.next(SOON)).params().toString()).isEqualTo("{}");
            scripted.hangUp();
            assertThatThrownBy(() -> stream.next(SOON))
                    .isInstanceOf(DaemonNotRunningException.class)
                    .hasMessageContaining("without an end");
        }
    }

    @Test
    void whoever_waits_is_let_go_when_the_stream_is_closed() throws Exception {
        DaemonStream stream = client.stream("ticks", Map.of());
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread reader = new Thread(() -> {
            try {
                stream.next(Duration.ofMinutes(5));
            } catch (DaemonException | InterruptedException e) {
                thrown.set(e);
            }
        });
        reader.start();
        await().until(() -> reader.getState() == Thread.State.RUNNABLE || reader.getState() == Thread.State.WAITING);
        stream.close();
        reader.join();

        assertThat(thrown.get()).isInstanceOf(DaemonNotRunningException.class);
        await().until(() -> daemon.unsubscribed.get() == 1);
    }
}
