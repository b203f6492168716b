package dev.millrace.rpc.server;

import static dev.millrace.rpc.Patience.await;
import static dev.millrace.rpc.server.TestDaemon.health;
import static dev.millrace.rpc.server.TestDaemon.request;
import static dev.millrace.rpc.server.TestDaemon.tick;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.rpc.RpcErrorCode;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.RpcNotification;
import dev.millrace.rpc.RpcSink;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamTest {
    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private TestDaemon daemon;

    @SuppressWarnings("NullAway.Init")
    private Stranger stranger;

    private void open(UnaryOperator<RpcLimits> limits) throws IOException {
        daemon = TestDaemon.at(folder.resolve("daemon.sock"), limits);
        stranger = daemon.stranger();
    }

    @AfterEach
    void close() throws Exception {
        stranger.close();
        daemon.close();
    }

    private RpcSink subscribed() throws IOException {
        JsonNode opened = stranger.asks(request(7, "ticks", "{}"));
        assertThat(opened.path("method").textValue()).isEqualTo("stream.opened");
        assertThat(opened.path("params").path("id").intValue()).isEqualTo(7);
        return daemon.sinks.remove();
    }

    @Test
    void a_stream_is_acknowledged_then_comes_in_order_and_ends_with_the_reply() throws Exception {
        open(limits -> limits);
        JsonNode opened = stranger.asks(request(1, "three", "{}"));

        assertThat(opened.path("params").path("method").textValue()).isEqualTo("three");
        assertThat(opened.path("params").path("when_full").textValue()).isEqualTo("drop_oldest");
        for (int i = 1; i <= 3; i++)
            assertThat(stranger.hears())
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"method\":\"tick\",\"params\":{\"n\":" + i + "}}");
        assertThat(stranger.hears()).isEqualTo("{\"jsonrpc\":\"2.0\",\"result\":{\"sent\":3},\"id\":1}");
        await().until(() ->
                daemon.unsubscribed.get() == 1 && daemon.server.load().streams() == 0);
        assertThat(stranger.asks(health(2)).has("result")).isTrue();
    }

    @Test
    void a_stream_that_is_refused_is_an_error_and_takes_no_place() throws Exception {
        open(limits -> limits.withStreams(1, 10));
        for (int i = 0; i < 3; i++)
            assertThat(stranger.asks(request(i, "refused", "{}"))
                            .path("error")
                            .path("code")
                            .intValue())
                    .isEqualTo(-32000);
    }

    @Test
    void the_connection_of_a_stream_goes_on_answering_requests_between_its_events() throws Exception {
        open(limits -> limits);
        RpcSink sink = subscribed();
        assertThat(sink.send(tick(1))).isTrue();

        assertThat(stranger.hearsJson().path("params").path("n").intValue()).isEqualTo(1);
        assertThat(stranger.asks(request(2, "echo", "{}")).path("id").intValue())
                .isEqualTo(2);
    }

    @Test
    void streams_take_no_request_slots() throws Exception {
        open(limits -> limits.withRequests(1, 0));
        for (int i = 0; i < 5; i++) stranger.asks(request(i, "ticks", "{}"));

        assertThat(daemon.server.load().streams()).isEqualTo(5);
        await().until(() -> stranger.asks(request(9, "echo", "{}")).has("result"));
    }

    @Test
    void a_stream_too_many_is_refused() throws Exception {
        open(limits -> limits.withStreams(1, 10));
        subscribed();
        JsonNode reply = stranger.asks(request(2, "ticks", "{}"));

        assertThat(reply.path("error").path("code").intValue()).isEqualTo(-32001);
        assertThat(reply.path("error").path("data").path("reason").textValue()).isEqualTo("too_many_streams");
    }

    @Test
    void a_caller_that_goes_away_is_noticed_though_nothing_is_sent() throws Exception {
        open(limits -> limits);
        RpcSink sink = subscribed();
        stranger.close();

        await().until(() -> daemon.unsubscribed.get() == 1);
        assertThat(sink.isOpen()).isFalse();
        assertThat(sink.send(tick(1))).isFalse();
        await().until(() -> daemon.server.load().streams() == 0);
    }

    @Test
    void a_caller_that_only_says_no_more_still_hears_its_stream() throws Exception {
        open(limits -> limits);
        RpcSink sink = subscribed();
        stranger.closesItsEnd();
        // The word by which the server finds out whether it is still there.
        assertThat(stranger.hearsJson().path("method").textValue()).isEqualTo("stream.heartbeat");
        sink.send(tick(5));
        sink.end(null);

        assertThat(stranger.hearsJson().path("params").path("n").intValue()).isEqualTo(5);
        assertThat(stranger.hearsJson().path("id").intValue()).isEqualTo(7);
        assertThat(stranger.hearsTheEnd()).isTrue();
    }

    @Test
    void a_caller_closes_its_stream_by_the_id_of_its_request() throws Exception {
        open(limits -> limits);
        RpcSink sink = subscribed();
        stranger.sends(request(8, "stream.close", "{\"id\":7}") + "\n");

        assertThat(stranger.hears()).isEqualTo("{\"jsonrpc\":\"2.0\",\"result\":{\"ended\":\"closed\"},\"id\":7}");
        assertThat(stranger.hears()).isEqualTo("{\"jsonrpc\":\"2.0\",\"result\":{\"closed\":true},\"id\":8}");
        await().until(() -> daemon.unsubscribed.get() == 1);
        assertThat(sink.isOpen()).isFalse();
        assertThat(stranger.asks(request(9, "stream.close", "{\"id\":7}"))
                        .path("result")
                        .toString())
                .isEqualTo("{\"closed\":false}");
    }

    @Test
    void a_caller_that_wants_no_answer_closes_its_stream_as_well() throws Exception {
        open(limits -> limits);
        RpcSink sink = subscribed();
        stranger.sends("{\"jsonrpc\":\"2.0\",\"method\":\"stream.close\",\"params\":{\"id\":7}}\n");

        assertThat(stranger.hears()).isEqualTo("{\"jsonrpc\":\"2.0\",\"result\":{\"ended\":\"closed\"},\"id\":7}");
        await().until(() -> daemon.unsubscribed.get() == 1);
        assertThat(sink.isOpen()).isFalse();
    }

    @Test
    void a_second_stream_of_the_same_id_is_refused() throws Exception {
        open(limits -> limits);
        subscribed();

        assertThat(stranger.asks(request(7, "ticks", "{}"))
                        .path("error")
                        .path("data")
                        .path("reason")
                        .textValue())
                .isEqualTo("duplicate_id");
        await().until(() -> daemon.server.load().streams() == 1);
    }

    @Test
    void a_stream_that_says_nothing_says_that_it_lives() throws Exception {
        open(limits -> limits.withHeartbeat(Duration.ofMillis(20)));
        subscribed();
        JsonNode beat = stranger.hearsJson();

        assertThat(beat.path("method").textValue()).isEqualTo("stream.heartbeat");
        assertThat(beat.path("params").toString()).isEqualTo("{\"id\":7,\"sent\":0,\"dropped\":0}");
    }

    @Test
    void the_server_ends_its_streams_with_an_error_when_it_closes() throws Exception {
        open(limits -> limits);
        RpcSink sink = subscribed();
        sink.send(tick(1));
        daemon.server.close();

        assertThat(stranger.hearsJson().path("params").path("n").intValue()).isEqualTo(1);
        JsonNode end = stranger.hearsJson();
        assertThat(end.path("error").path("code").intValue()).isEqualTo(-32003);
        assertThat(end.path("id").intValue()).isEqualTo(7);
        assertThat(stranger.hearsTheEnd()).isTrue();
        assertThat(daemon.unsubscribed).hasValue(1);
    }

    @Test
    void an_error_ends_a_stream_after_what_was_sent() throws Exception {
        open(limits -> limits);
        RpcSink sink = subscribed();
        sink.send(tick(1));
        sink.fail(RpcException.of(RpcErrorCode.JOB_NOT_FOUND, "gone"));

        assertThat(stranger.hearsJson().path("params").path("n").intValue()).isEqualTo(1);
        assertThat(stranger.hearsJson().path("error").path("message").textValue())
                .isEqualTo("gone");
    }

    @Test
    void a_slow_reader_is_told_how_many_it_missed_and_gets_the_latest() throws Exception {
        open(limits -> limits.withStreams(10, 50));
        RpcSink sink = subscribed();
        String padding = "p".repeat(5_000);
        int sent = 2_000;
        for (int i = 1; i <= sent; i++) sink.send(RpcNotification.of("tick", Map.of("n", i, "pad", padding)));
        sink.end(null);
        int expected = 1;
        int missed = 0;
        JsonNode line = stranger.hearsJson();
        for (; !line.has("id"); line = stranger.hearsJson()) {
            JsonNode params = line.path("params");
            if (line.path("method").textValue().equals("stream.dropped")) {
                missed += params.path("dropped").intValue();
                expected += params.path("dropped").intValue();
                assertThat(params.path("dropped_total").intValue()).isEqualTo(missed);
            } else assertThat(params.path("n").intValue()).isEqualTo(expected++);
        }

        assertThat(expected).as("the last one, and one more").isEqualTo(sent + 1);
        assertThat(missed).isPositive().isEqualTo((int) daemon.server.load().dropped());
        assertThat(daemon.answersSomebodyNew()).isTrue();
    }
}
