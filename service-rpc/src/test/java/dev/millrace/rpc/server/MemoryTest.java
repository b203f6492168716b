package dev.millrace.rpc.server;

import static dev.millrace.rpc.Patience.await;
import static dev.millrace.rpc.server.TestDaemon.health;
import static dev.millrace.rpc.server.TestDaemon.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.rpc.RpcNotification;
import dev.millrace.rpc.RpcSink;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waits for readers shares one memory, whatever it is; whoever finds none is told so. */
class MemoryTest {
    private static final int MEBIBYTE = 1 << 20;
    private static final String LONG = "{\"bytes\":600000}";

    @TempDir
    private Path folder;

    private final List<Stranger> strangers = new ArrayList<>();
    private TestDaemon daemon;

    @BeforeEach
    void open() throws Exception {
        daemon = TestDaemon.at(
                folder.resolve("daemon.sock"),
                limits -> limits.withMessageBytes(MEBIBYTE).withBufferedBytes(MEBIBYTE));
    }

    @AfterEach
    void close() throws Exception {
        // Nobody waits for readers that do not read.
        for (Stranger somebody : strangers) somebody.close();
        daemon.close();
    }

    private Stranger somebody() throws Exception {
        Stranger somebody = daemon.stranger();
        strangers.add(somebody);
        return somebody;
    }

    private static String reason(JsonNode reply) {
        return reply.path("error").path("data").path("reason").asText();
    }

    private static String batch(String... requests) {
        return "[" + String.join(",", requests) + "]";
    }

    @Test
    void the_replies_of_batches_share_it_and_give_it_back() throws Exception {
        Stranger first = somebody();
        first.sends(batch(request(1, "long", LONG), request(2, "block", "{}")) + "\n");
        await().until(() -> daemon.running.get() == 1);
        JsonNode second = somebody().asks(batch(request(3, "long", LONG), request(4, "echo", "{}")));

        assertThat(reason(second.path(0))).isEqualTo("reply_dropped");
        assertThat(second.path(0).path("id").asInt()).isEqualTo(3);
        assertThat(second.path(1).has("result")).as("a short one").isTrue();
        daemon.gate.countDown();
        assertThat(first.hearsJson().path(0).path("result").asText()).hasSize(600_000);
        await().until(() -> somebody()
                .asks(batch(request(5, "long", LONG), request(6, "long", "{}")))
                .path(0)
                .has("result"));
    }

    @Test
    void an_answer_for_which_there_is_none_is_said_to_be_dropped_not_undone() throws Exception {
        somebody().sends(request(1, "long", "{\"bytes\":1000000}") + "\n");
        await().until(() -> daemon.server.load().answered() == 1);
        JsonNode reply = somebody().asks(request(2, "long", LONG));

        assertThat(reason(reply)).isEqualTo("reply_dropped");
        assertThat(reply.path("error").path("message").asText()).contains("it was carried out");
    }

    @Test
    void streams_of_many_slow_readers_share_one_and_give_it_back() throws Exception {
        OpenServer server = (OpenServer) daemon.server;
        for (int i = 0; i < 20; i++) somebody().sends(request(1, "ticks", "{}") + "\n");
        await().until(() -> daemon.sinks.size() == 20 && server.load().streams() == 20);
        RpcNotification tick = RpcNotification.of("tick", Map.of("pad", "p".repeat(5_000)));
        await().until(() -> {
            for (RpcSink sink : daemon.sinks) for (int i = 0; i < 10; i++) sink.send(tick);
            assertThat(server.streamBytes()).isLessThanOrEqualTo(MEBIBYTE);
            return server.streamBytes() > MEBIBYTE - 6_000 && server.load().dropped() > 0;
        });

        Stranger last = somebody();
        last.asks(request(1, "three", "{}"));
        for (int i = 1; i <= 3; i++)
            assertThat(last.hearsJson().path("params").path("n").asInt()).isEqualTo(i);
        assertThat(last.hearsJson().path("result").path("sent").asInt()).isEqualTo(3);
        for (Stranger one : strangers) one.close();
        await().until(() -> server.streamBytes() == 0);
    }

    @Test
    void a_burst_of_short_requests_takes_none_of_it_and_each_is_answered() throws Exception {
        OpenServer server = (OpenServer) daemon.server;
        int requests = 60_000;
        StringBuilder burst = new StringBuilder();
        for (int id = 0; id < requests; id++) burst.append(health(id)).append('\n');
        Stranger loud = somebody();
        Stranger other = somebody();
        byte[] all = burst.toString().getBytes(StandardCharsets.UTF_8);
        assertThat(all.length).isGreaterThan(3 * MEBIBYTE);
        int piece = all.length / 8;
        for (int from = 0; from < all.length; from += piece) {
            loud.sends(Arrays.copyOfRange(all, from, Math.min(all.length, from + piece)));
            assertThat(server.bufferedBytes()).isZero();
            assertThat(other.asks(request(1, "long", LONG)).path("result").asText())
                    .hasSize(600_000);
            await().until(() -> server.bufferedBytes() == 0);
        }

        for (int id = 0; id < requests; id++)
            assertThat(loud.hearsJson().path("id").asInt(-1)).isEqualTo(id);
    }

    @Test
    void a_result_that_ends_the_memory_as_it_is_written_is_an_error_of_its_caller() throws Exception {
        Stranger stranger = somebody();
        JsonNode reply = stranger.asks(request(1, "unwritable", "{}"));

        assertThat(reply.path("id").asInt()).isEqualTo(1);
        assertThat(reply.path("error").path("code").asInt()).isEqualTo(-32603);
        assertThat(reason(reply)).isEqualTo("unwritable_result");
        assertThat(daemon.events)
                .singleElement()
                .satisfies(event -> assertThat(event.describe()).contains("unwritable"));
        assertThat(stranger.asks(health(2)).has("result")).isTrue();
    }
}
