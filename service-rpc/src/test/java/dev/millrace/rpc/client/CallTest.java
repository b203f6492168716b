package dev.millrace.rpc.client;

import static dev.millrace.rpc.client.ScriptedDaemon.error;
import static dev.millrace.rpc.client.ScriptedDaemon.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.rpc.client.DaemonTimeoutException.Phase;
import dev.millrace.rpc.server.TestDaemon;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallTest {
    private static final CallOptions SHORT = CallOptions.defaults().withDeadline(Duration.ofMillis(150));

    @TempDir
    private Path folder;

    private final List<AutoCloseable> toClose = new ArrayList<>();
    private Path socket;
    private DaemonClient client;

    @BeforeEach
    void choose() {
        socket = folder.resolve("daemon.sock");
        client = client(DaemonClientOptions.at(socket));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : toClose) one.close();
    }

    private DaemonClient client(DaemonClientOptions options) {
        DaemonClient made = DaemonClient.of(options);
        toClose.add(0, made);
        return made;
    }

    private TestDaemon daemon() throws IOException {
        TestDaemon daemon = TestDaemon.at(socket);
        toClose.add(daemon);
        return daemon;
    }

    private ScriptedDaemon scripted(ScriptedDaemon.Script script) throws IOException {
        ScriptedDaemon daemon = new ScriptedDaemon(socket, script);
        toClose.add(daemon);
        return daemon;
    }

    @Test
    void a_result_that_is_null_or_missing_is_null() throws Exception {
        scripted((request, connection, number) -> number == 1
                ? result(request, "null")
                : "{\"jsonrpc\":\"2.0\",\"id\":" + ScriptedDaemon.idIn(request) + "}\n");

        assertThat(client.call("any", Map.of()).isNull()).isTrue();
        assertThat(client.call("any", Map.of()).isNull()).isTrue();
    }

    @Test
    void a_connection_on_which_more_was_said_than_was_asked_is_not_used_again() throws Exception {
        ScriptedDaemon daemon = scripted((request, connection, number) -> connection == 1
                ? result(request, "\"asked\"") + result(request, "\"not asked\"")
                : result(request, "\"asked\""));

        assertThat(client.call("any", Map.of()).textValue()).isEqualTo("asked");
        assertThat(client.call("any", Map.of()).textValue()).isEqualTo("asked");
        assertThat(daemon.accepted).hasValue(2);
    }

    @Test
    void a_deadline_holds_over_the_whole_call_and_nothing_is_tried_twice() throws Exception {
        ScriptedDaemon daemon = scripted((request, connection, number) -> "");
        long begin = System.nanoTime();

        assertThatThrownBy(() -> client.call("slow", Map.of(), SHORT.withRepeatable()))
                .isInstanceOfSatisfying(
                        DaemonTimeoutException.class, e -> assertThat(e.phase()).isEqualTo(Phase.READ));
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(150), Duration.ofMillis(1_500));
        assertThat(daemon.requests).hasSize(1);
    }

    @Test
    void a_restarted_daemon_is_called_on_a_new_connection_and_once() throws Exception {
        TestDaemon first = TestDaemon.at(socket);
        assertThat(client.call("count", Map.of()).intValue()).isEqualTo(1);
        first.close();
        TestDaemon second = daemon();

        assertThat(client.call("count", Map.of()).intValue()).isEqualTo(1);
        assertThat(second.counted).hasValue(1);
    }

    @Test
    void a_connection_lost_before_the_answer_is_not_tried_again_unless_twice_is_as_good_as_once() throws Exception {
        ScriptedDaemon daemon = scripted((request, connection, number) ->
                connection < 3 ? ScriptedDaemon.HANG_UP : result(request, "\"at last\""));

        assertThatThrownBy(() -> client.call("submit", Map.of()))
                .isInstanceOfSatisfying(
                        DaemonNotRunningException.class,
                        e -> assertThat(e.mayBeCarriedOut()).isTrue())
                .hasMessageContaining("whether submit was carried out is not known");
        assertThat(daemon.requests).hasSize(1);
        JsonNode result =
                client.call("submit", Map.of("a", 1), CallOptions.defaults().withIdempotencyKey("k1"));
        assertThat(result.textValue()).isEqualTo("at last");
        assertThat(daemon.requests).hasSize(3);
        assertThat(daemon.requests.get(2)).contains("\"params\":{\"a\":1,\"idempotency_key\":\"k1\"}");
    }

    @Test
    void a_second_try_that_finds_nobody_does_not_make_the_first_one_undone() throws Exception {
        ScriptedDaemon daemon = scripted((request, connection, number) -> {
            Files.delete(socket);
            return ScriptedDaemon.HANG_UP;
        });

        assertThatThrownBy(() -> client.ask("look", Map.of()))
                .isInstanceOfSatisfying(
                        DaemonNotRunningException.class,
                        e -> assertThat(e.mayBeCarriedOut()).isTrue());
        assertThatThrownBy(() -> client.ask("look", Map.of()))
                .isInstanceOfSatisfying(
                        DaemonNotRunningException.class,
                        e -> assertThat(e.mayBeCarriedOut()).isFalse());
        assertThat(daemon.requests).hasSize(1);
    }

    @Test
    void a_list_without_entries_is_sent_and_one_that_is_not_given_is_not() throws Exception {
        ScriptedDaemon daemon = scripted((request, connection, number) -> result(request, "1"));

        client.clearJobs(Optional.empty(), Optional.empty(), Optional.of(List.of()));
        client.clearJobs(Optional.of(List.of()), Optional.empty(), Optional.empty());
        client.clearJobs(Optional.empty(), Optional.of(Duration.ofSeconds(5)), Optional.empty());
        assertThat(daemon.requests.get(0)).contains("\"params\":{\"job_ids\":[]}");
        assertThat(daemon.requests.get(1)).contains("\"params\":{\"statuses\":[]}");
        assertThat(daemon.requests.get(2)).contains("\"params\":{\"older_than_seconds\":5.0}");
    }

    @Test
    void a_second_loss_is_told() throws Exception {
        ScriptedDaemon daemon = scripted((request, connection, number) -> ScriptedDaemon.HANG_UP);

        assertThatThrownBy(() -> client.ask("look", Map.of())).isInstanceOf(DaemonNotRunningException.class);
        assertThat(daemon.requests).hasSize(2);
    }

    @Test
    void events_in_between_are_passed_over_and_the_answer_is_the_one_with_the_id() throws Exception {
        scripted((request, connection, number) ->
                "{\"jsonrpc\":\"2.0\",\"method\":\"noise\",\"params\":{}}\n" + result(request, "" + number));

        for (int i = 1; i <= 3; i++)
            assertThat(client.call("any", Map.of()).intValue()).isEqualTo(i);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json\n",
                "[]\n",
                "{\"jsonrpc\":\"2.0\",\"result\":1}\n",
                "{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":77}\n",
                "{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":\"1\"}\n",
                "{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":1.5}\n"
            })
    void an_answer_that_makes_no_sense_costs_its_connection_and_nothing_else(String answer) throws Exception {
        ScriptedDaemon daemon =
                scripted((request, connection, number) -> connection == 1 ? answer : result(request, "2"));

        assertThatThrownBy(() -> client.call("any", Map.of())).isInstanceOf(BrokenReplyException.class);
        assertThat(client.call("any", Map.of()).intValue()).isEqualTo(2);
        assertThat(daemon.accepted).hasValue(2);
    }

    @Test
    void an_answer_that_is_too_long_is_said_to_be_so() throws Exception {
        daemon();
        DaemonClient small =
                client(DaemonClientOptions.at(socket).withMessageBytes(1_000).withPoolSize(1));

        assertThatThrownBy(() -> small.call("long", Map.of("bytes", 5_000)))
                .isInstanceOf(ReplyTooLongException.class)
                .hasMessageContaining("1000 bytes");
        assertThatThrownBy(() -> small.call("echo", Map.of("a", "x".repeat(2_000))))
                .isInstanceOf(RequestTooLongException.class)
                .hasMessageContaining("message may have 1000");
        assertThat(small.call("echo", Map.of()).isObject()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "-32700, ErrorReplyException",
        "-32600, ErrorReplyException",
        "-32601, MethodNotFoundException",
        "-32602, ErrorReplyException",
        "-32603, ErrorReplyException",
        "-32000, JobRefusedException",
        "-32001, ResourceExhaustedException",
        "-32002, AlreadyRunningException",
        "-32003, ShuttingDownException",
        "-32004, JobRefusedException",
        "-32005, JobRefusedException",
        "-32006, ErrorReplyException",
        "-31999, ErrorReplyException"
    })
    void each_code_has_its_exception_and_the_connection_is_kept(int code, String type) throws Exception {
        ScriptedDaemon daemon = scripted((request, connection, number) ->
                number == 1 ? error(request, code, "its words") : result(request, "1"));

        assertThatThrownBy(() -> client.call("any", Map.of()))
                .isInstanceOfSatisfying(ErrorReplyException.class, e -> {
                    assertThat(e.getClass().getSimpleName()).isEqualTo(type);
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.reason()).isEqualTo("because");
                })
                .hasMessageStartingWith("its words");
        assertThat(client.call("any", Map.of()).intValue()).isEqualTo(1);
        assertThat(daemon.accepted).hasValue(1);
    }

    @Test
    void an_error_that_says_little_is_an_internal_one() throws Exception {
        scripted((request, connection, number) -> "{\"error\":{},\"id\":" + ScriptedDaemon.idIn(request) + "}\n");

        assertThatThrownBy(() -> client.call("any", Map.of()))
                .isInstanceOfSatisfying(
                        ErrorReplyException.class, e -> assertThat(e.code()).isEqualTo(-32603))
                .hasMessage("Unknown error");
    }

    @Test
    void no_socket_and_a_stale_one_mean_that_no_daemon_runs() throws Exception {
        assertThatThrownBy(() -> client.health())
                .isInstanceOf(DaemonNotRunningException.class)
                .hasMessageContaining(socket.toString());
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket))
                .close();
        assertThatThrownBy(() -> client.health()).isInstanceOf(DaemonNotRunningException.class);
    }

    @Test
    void what_a_daemon_says_as_it_refuses_a_connection_is_told() throws Exception {
        TestDaemon full = TestDaemon.at(folder.resolve("full.sock"), limits -> limits.withConnections(1));
        toClose.add(full);
        DaemonClient other = client(DaemonClientOptions.at(folder.resolve("full.sock")));
        try (var seated = full.stranger()) {
            assertThat(seated.asks(TestDaemon.health(1)).has("result")).isTrue();
            assertThatThrownBy(() -> other.call("echo", Map.of()))
                    .isInstanceOfSatisfying(
                            ResourceExhaustedException.class,
                            e -> assertThat(e.reason()).isEqualTo("too_many_connections"));
            assertThat(other.health().path("status").textValue()).isEqualTo("ok");
        }
    }

    @Test
    void a_call_goes_elsewhere_only_when_no_daemon_answers() throws Exception {
        assertThat(client.callIfRunning("any", Map.of(), SHORT)).isEmpty();
        scripted((request, connection, number) -> request.contains("daemon.health") ? result(request, "1") : "");

        assertThatThrownBy(() -> client.callIfRunning("any", Map.of(), SHORT))
                .isInstanceOf(DaemonTimeoutException.class);
    }

    @Test
    void options_that_make_no_sense_are_refused_by_name() {
        DaemonClientOptions options = DaemonClientOptions.at(socket);

        assertThatThrownBy(() -> options.withPoolSize(0)).hasMessageContaining("poolSize");
        assertThatThrownBy(() -> options.withTimeout(Duration.ZERO)).hasMessageContaining("timeout");
        assertThatThrownBy(() -> options.withMaxIdle(Duration.ofSeconds(-1))).hasMessageContaining("maxIdle");
    }
}
