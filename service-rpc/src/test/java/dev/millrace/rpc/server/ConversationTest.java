package dev.millrace.rpc.server;

import static dev.millrace.rpc.Patience.await;
import static dev.millrace.rpc.server.TestDaemon.health;
import static dev.millrace.rpc.server.TestDaemon.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests, notifications and batches on one connection. */
class ConversationTest {
    @TempDir
    private Path folder;

    private TestDaemon daemon;
    private Stranger stranger;

    @BeforeEach
    void open() throws Exception {
        daemon = TestDaemon.at(folder.resolve("daemon.sock"));
        stranger = daemon.stranger();
    }

    @AfterEach
    void close() throws Exception {
        stranger.close();
        daemon.close();
    }

    @Test
    void a_request_is_one_line_and_so_is_its_answer() throws Exception {
        assertThat(stranger.sends("{\"jsonrpc\":\"2.0\",\"method\":\"daemon.health\",\"id\":1}\n")
                        .hears())
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"result\":{\"status\":\"ok\"},\"id\":1}");
    }

    @Test
    void requests_that_come_together_are_answered_in_their_order() throws Exception {
        StringBuilder all = new StringBuilder();
        for (int i = 1; i <= 400; i++)
            all.append(i % 3 == 0 ? request(i, "echo", "{}") : health(i)).append('\n');
        stranger.sends(all.toString());

        for (int i = 1; i <= 400; i++)
            assertThat(stranger.hearsJson().path("id").intValue()).isEqualTo(i);
    }

    @Test
    void requests_of_one_connection_never_run_at_once() throws Exception {
        stranger.sends(request(1, "block", "{}") + "\n" + request(2, "block", "{}") + "\n" + health(3) + "\n");
        await().until(() -> daemon.running.get() == 1);
        daemon.gate.countDown();

        for (int i = 1; i <= 3; i++)
            assertThat(stranger.hearsJson().path("id").intValue()).isEqualTo(i);
        assertThat(daemon.mostAtOnce).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"abc\"", "\"\"", "null", "-5", "123456789012345678901234567890"})
    void an_id_comes_back_as_it_was(String id) throws Exception {
        JsonNode reply = stranger.asks("{\"method\":\"nothing\",\"id\":" + id + "}");

        assertThat(reply.toString()).isEqualTo("{\"jsonrpc\":\"2.0\",\"result\":null,\"id\":" + id + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"count", "boom", "no.such", "ticks", "fail"})
    void a_notification_is_carried_out_and_never_answered(String method) throws Exception {
        stranger.sends("{\"method\":\"" + method + "\"}\n");

        assertThat(stranger.asks(health(2)).path("id").intValue()).isEqualTo(2);
        assertThat(daemon.counted).hasValue(method.equals("count") ? 1 : 0);
        assertThat(daemon.sinks).isEmpty();
    }

    @Test
    void a_batch_is_answered_by_one_line_in_its_order_without_its_notifications() throws Exception {
        String line = "[" + request(1, "echo", "{}") + ",{\"method\":\"count\"},5,{\"method\":\"nope\",\"id\":\"x\"},"
                + health(2) + ",[]," + request(3, "ticks", "{}") + "]";
        JsonNode replies = stranger.asks(line);

        assertThat(replies).hasSize(6);
        assertThat(replies.findValuesAsText("id")).containsExactly("1", "null", "x", "2", "null", "3");
        assertThat(replies.findValuesAsText("code")).containsExactly("-32600", "-32601", "-32600", "-32600");
        assertThat(replies.get(5).path("error").path("data").path("reason").textValue())
                .isEqualTo("stream_in_batch");
        assertThat(daemon.counted).hasValue(1);
    }

    @Test
    void a_batch_of_notifications_is_not_answered_at_all() throws Exception {
        stranger.sends("[{\"method\":\"count\"},{\"method\":\"count\"}]\n");

        assertThat(stranger.asks(health(2)).path("id").intValue()).isEqualTo(2);
        assertThat(daemon.counted).hasValue(2);
    }

    @Test
    void the_last_line_needs_no_newline_when_the_client_says_no_more() throws Exception {
        stranger.sends(request(1, "echo", "{}") + "\r\n" + request(2, "echo", "{}"))
                .closesItsEnd();

        assertThat(stranger.hearsJson().path("id").intValue()).isEqualTo(1);
        assertThat(stranger.hearsJson().path("id").intValue()).isEqualTo(2);
        assertThat(stranger.hearsTheEnd()).isTrue();
    }

    @Test
    void a_large_message_comes_and_goes_whole() throws Exception {
        String text = "y".repeat(3_000_000);

        assertThat(stranger.asks(request(1, "echo", "{\"a\":\"" + text + "\"}"))
                        .path("result")
                        .path("a")
                        .textValue())
                .isEqualTo(text);
    }

    @Test
    void an_error_that_a_method_means_is_told_as_it_is() throws Exception {
        JsonNode error = stranger.asks(request(1, "fail", "{\"code\":-32004}")).path("error");

        assertThat(error.toString())
                .isEqualTo("{\"code\":-32004,\"message\":\"told so\",\"data\":{\"reason\":\"not_resumable\"}}");
    }
}
