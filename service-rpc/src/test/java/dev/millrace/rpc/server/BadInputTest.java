package dev.millrace.rpc.server;

import static dev.millrace.rpc.server.TestDaemon.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every row of what a server may be sent: an error that says why, and the same connection goes on. */
class BadInputTest {
    private static final int LIMIT = 4_096;

    @TempDir
    private Path folder;

    private TestDaemon daemon;
    private Stranger stranger;

    @BeforeEach
    void open() throws Exception {
        daemon = TestDaemon.at(
                folder.resolve("s/daemon.sock"),
                limits -> limits.withMessageBytes(LIMIT).withBatch(5));
        stranger = daemon.stranger();
    }

    @AfterEach
    void close() throws Exception {
        stranger.close();
        daemon.close();
    }

    private static void expectError(JsonNode reply, int code, String reason, String id) {
        assertThat(reply.path("jsonrpc").textValue()).isEqualTo("2.0");
        assertThat(reply.has("result")).as("a result beside the error").isFalse();
        assertThat(reply.path("error").path("code").intValue())
                .as(reply.toString())
                .isEqualTo(code);
        assertThat(reply.path("error").path("message").textValue()).isNotBlank();
        assertThat(reply.path("error").path("data").path("reason").textValue()).isEqualTo(reason);
        assertThat(reply.path("id").toString()).isEqualTo(id);
    }

    private void expectThatItGoesOn() throws Exception {
        assertThat(stranger.asks(request(99, "echo", "{\"a\":1}")).toString())
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"result\":{\"a\":1},\"id\":99}");
        assertThat(daemon.answersSomebodyNew()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "not json | malformed_json",
                "`` | empty_line",
                "`   ` | empty_line",
                "{\"method\":\"echo\",\"id\":1 | malformed_json",
                "{} {} | malformed_json",
                "{\"method\":NaN} | malformed_json",
                "{'method':'echo'} | malformed_json"
            })
    void what_is_no_json_is_a_parse_error(String line, String reason) throws Exception {
        expectError(stranger.asks(line), -32700, reason, "null");
        expectThatItGoesOn();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "7 | not_an_object | null",
                "null | not_an_object | null",
                "true | not_an_object | null",
                "\"echo\" | not_an_object | null",
                "[] | empty_batch | null",
                "[1,2,3,4,5,6] | batch_too_large | null",
                "{\"id\":5} | bad_method | 5",
                "{\"result\":1,\"id\":5} | bad_method | 5",
                "{\"method\":5,\"id\":5} | bad_method | 5",
                "{\"method\":null,\"id\":5} | bad_method | 5",
                "{\"jsonrpc\":\"1.0\",\"method\":\"echo\",\"id\":\"x\"} | bad_version | \"x\"",
                "{\"jsonrpc\":2.0,\"method\":\"echo\",\"id\":5} | bad_version | 5",
                "{\"jsonrpc\":null,\"method\":\"echo\",\"id\":5} | bad_version | 5",
                "{\"method\":\"echo\",\"params\":[1],\"id\":5} | params_not_an_object | 5",
                "{\"method\":\"echo\",\"params\":\"a\",\"id\":5} | params_not_an_object | 5",
                "{\"method\":\"echo\",\"id\":true} | bad_id | null",
                "{\"method\":\"echo\",\"id\":1.5} | bad_id | null",
                "{\"method\":\"echo\",\"id\":1e2} | bad_id | null",
                "{\"method\":\"echo\",\"id\":[1]} | bad_id | null",
                "{\"method\":\"echo\",\"id\":{}} | bad_id | null"
            })
    void what_is_no_request_is_an_invalid_request_with_its_id(String line, String reason, String id) throws Exception {
        expectError(stranger.asks(line), -32600, reason, id);
        expectThatItGoesOn();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no.such", "ECHO"})
    void an_unknown_method_is_named(String method) throws Exception {
        JsonNode reply = stranger.asks(request(5, method, "{}"));

        expectError(reply, -32601, "method_not_found", "5");
        assertThat(reply.path("error").path("data").path("method").textValue()).isEqualTo(method);
        expectThatItGoesOn();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"name\":5}", "{\"name\":null}", "null"})
    void a_parameter_that_is_missing_or_of_another_type_is_named(String params) throws Exception {
        JsonNode reply = stranger.asks(request(5, "greet", params));

        expectError(reply, -32602, "invalid_params", "5");
        assertThat(reply.path("error").path("data").path("param").textValue()).isEqualTo("name");
        expectThatItGoesOn();
    }

    @ParameterizedTest
    @CsvSource({"boom, boom", "boom.instant, StackOverflowError"})
    void a_handler_that_throws_an_error_is_an_internal_error_and_an_event(String method, String text) throws Exception {
        JsonNode reply = stranger.asks(request(5, method, "{}"));

        expectError(reply, -32603, "handler_failed", "5");
        assertThat(reply.path("error").path("message").textValue()).isEqualTo("Internal error: " + text);
        assertThat(daemon.events)
                .singleElement()
                .satisfies(event -> assertThat(event.describe()).contains(method));
        expectThatItGoesOn();
    }

    @Test
    void bytes_that_are_no_utf_8_are_a_parse_error() throws Exception {
        byte[][] bad = {
            {(byte) 0xff, (byte) 0xfe, 0x41}, // nothing that UTF-8 knows
            {'"', (byte) 0xc0, (byte) 0xaf, '"'}, // an overlong form
            {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'}, // half a pair
            {'"', (byte) 0xe2, (byte) 0x82, '"'}, // cut off
            {'"', (byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80, '"'} // beyond the last code point
        };
        for (byte[] one : bad) {
            expectError(stranger.sends(one).sends("\n").hearsJson(), -32700, "bad_utf8", "null");
            expectThatItGoesOn();
        }
        expectError(stranger.sends(new byte[] {0, '{', 0, '}', '\n'}).hearsJson(), -32700, "malformed_json", "null");
    }

    @Test
    void deep_nesting_is_a_parse_error() throws Exception {
        String deep = "[".repeat(1_500) + "]".repeat(1_500);

        expectError(stranger.asks(deep), -32700, "beyond_limits", "null");
        expectError(stranger.asks("{\"a\":" + "9".repeat(2_000) + "}"), -32700, "beyond_limits", "null");
        expectThatItGoesOn();
    }

    @Test
    void a_message_of_the_limit_is_read_and_one_byte_more_is_not() throws Exception {
        String begin = "{\"method\":\"nothing\",\"id\":1,\"params\":{\"a\":\"";
        String longest = begin + "x".repeat(LIMIT - 1 - begin.length() - 3) + "\"}}";

        assertThat(longest).hasSize(LIMIT - 1);
        assertThat(stranger.asks(longest).toString()).isEqualTo("{\"jsonrpc\":\"2.0\",\"result\":null,\"id\":1}");
        expectError(stranger.asks(longest + " "), -32700, "message_too_long", "null");
        expectThatItGoesOn();
    }

    @Test
    void the_shipped_limit_is_sixteen_mebibytes_and_not_a_byte_more() throws Exception {
        int limit = 16 << 20;
        String begin = "{\"method\":\"nothing\",\"id\":1";
        String longest = begin + " ".repeat(limit - 2 - begin.length()) + "}";
        try (TestDaemon shipped = TestDaemon.at(folder.resolve("shipped.sock"));
                Stranger one = shipped.stranger()) {
            assertThat(one.asks(longest).toString()).isEqualTo("{\"jsonrpc\":\"2.0\",\"result\":null,\"id\":1}");
            expectError(one.asks(longest + " "), -32700, "message_too_long", "null");
            expectError(one.asks("x".repeat(40 << 20)), -32700, "message_too_long", "null");
            assertThat(shipped.answersSomebodyNew()).isTrue();
            assertThat(one.asks(request(2, "echo", "{}")).has("result")).isTrue();
        }
    }

    @Test
    void a_message_far_beyond_the_limit_is_answered_before_its_end_and_the_next_is_read() throws Exception {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.writeBytes("{\"method\":\"".getBytes(StandardCharsets.US_ASCII));
        line.writeBytes(new byte[3 * LIMIT]);
        stranger.sends(line.toByteArray());

        expectError(stranger.hearsJson(), -32700, "message_too_long", "null");
        stranger.sends("\"}\n");
        expectThatItGoesOn();
    }

    @Test
    void a_message_that_never_ends_is_answered_and_then_closed() throws Exception {
        assertThat(stranger.offers(new byte[10 * LIMIT])).isPositive();

        expectError(stranger.hearsJson(), -32700, "message_too_long", "null");
        assertThat(stranger.hearsTheEnd()).isTrue();
        assertThat(daemon.answersSomebodyNew()).isTrue();
    }

    @Test
    void a_byte_order_mark_and_unknown_members_are_passed_over_and_the_last_of_two_keys_counts() throws Exception {
        assertThat(stranger.asks("\ufeff{\"method\":\"echo\",\"id\":1,\"more\":2,\"id\":3}")
                        .toString())
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"result\":{},\"id\":3}");
    }
}
