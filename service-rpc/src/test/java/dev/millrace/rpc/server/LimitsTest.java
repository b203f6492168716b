package dev.millrace.rpc.server;

import static dev.millrace.rpc.Patience.await;
import static dev.millrace.rpc.server.TestDaemon.health;
import static dev.millrace.rpc.server.TestDaemon.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server takes on, and what it says to the rest; health is always answered. */
class LimitsTest {
    @TempDir
    private Path folder;

    private final List<Stranger> strangers = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private TestDaemon daemon;

    private void daemon(UnaryOperator<RpcLimits> limits) throws IOException {
        daemon = TestDaemon.at(folder.resolve("daemon.sock"), limits);
    }

    private Stranger somebody() throws IOException {
        Stranger somebody = daemon.stranger();
        strangers.add(somebody);
        return somebody;
    }

    @AfterEach
    void close() throws Exception {
        daemon.close();
        for (Stranger somebody : strangers) somebody.close();
    }

    private static String reason(JsonNode reply) {
        return reply.path("error").path("data").path("reason").asText();
    }

    @Test
    void fifty_requests_run_at_once_and_the_others_wait_in_line_while_health_answers() throws Exception {
        daemon(limits -> limits);
        for (int i = 0; i < 60; i++) somebody().sends(request(i, "block", "{}") + "\n");
        await().until(() -> daemon.running.get() == 50 && daemon.server.load().waiting() == 10);

        assertThat(daemon.answersSomebodyNew()).isTrue();
        HealthTimes.areShort(somebody());
        assertThat(somebody().asks("garbage").path("error").path("code").intValue())
                .isEqualTo(-32700);
        daemon.gate.countDown();
        for (int i = 0; i < 60; i++)
            assertThat(strangers.get(i).hearsJson().path("result").textValue()).isEqualTo("released");
        assertThat(daemon.mostAtOnce).hasValue(50);
    }

    @Test
    void more_requests_than_may_wait_are_refused_with_a_reason() throws Exception {
        daemon(limits -> limits.withRequests(2, 1));
        for (int i = 0; i < 3; i++) somebody().sends(request(i, "block", "{}") + "\n");
        await().until(() -> daemon.running.get() == 2 && daemon.server.load().waiting() == 1);
        JsonNode reply = somebody().asks(request(9, "echo", "{}"));

        assertThat(reply.path("error").path("code").intValue()).isEqualTo(-32001);
        assertThat(reason(reply)).isEqualTo("too_many_requests");
        assertThat(reply.path("id").intValue()).isEqualTo(9);
    }

    @Test
    void what_is_answered_to_the_end_is_answered_while_all_slots_and_places_are_taken() throws Exception {
        daemon(limits -> limits.withRequests(2, 1));
        for (int i = 0; i < 3; i++) somebody().sends(request(i, "block", "{}") + "\n");
        await().until(() -> daemon.running.get() == 2 && daemon.server.load().waiting() == 1);

        assertThat(somebody()
                        .asks(request(9, "how.it.goes", "{}"))
                        .path("result")
                        .textValue())
                .isEqualTo("it ends");
    }

    @Test
    void who_waits_for_something_to_happen_takes_no_slot_from_others_and_has_as_many_of_its_own() throws Exception {
        daemon(limits -> limits.withRequests(2, 0));
        for (int i = 0; i < 2; i++) somebody().sends(request(i, "await", "{}") + "\n");
        await().until(() -> daemon.running.get() == 2);

        for (int i = 0; i < 5; i++)
            assertThat(somebody().asks(request(3, "echo", "{}")).has("result")).isTrue();
        assertThat(reason(somebody().asks(request(4, "await", "{}")))).isEqualTo("too_many_requests");
        // Nor from those who wait for something else.
        somebody().sends(request(5, "linger", "{}") + "\n");
        await().until(() -> daemon.running.get() == 3);
        daemon.gate.countDown();
        for (int i = 0; i < 2; i++)
            assertThat(strangers.get(i).hearsJson().path("result").textValue()).isEqualTo("released");
    }

    @Test
    void sixty_who_come_at_the_same_moment_beyond_the_limit_are_all_told_its_health() throws Exception {
        daemon(limits -> limits.withConnections(2));
        Stranger first = somebody();
        assertThat(somebody().asks(health(1)).has("result")).isTrue();
        first.sends(request(1, "hold.up", "{}") + "\n");
        await().until(() -> daemon.running.get() == 1);
        for (int i = 0; i < 60; i++) somebody().sends(health(i) + "\n");
        daemon.loopGate.countDown();

        for (int i = 0; i < 60; i++) {
            JsonNode reply = strangers.get(i + 2).hearsJson();
            assertThat(reply.path("result").path("status").textValue())
                    .as("%s", reply)
                    .isEqualTo("ok");
        }
    }

    @Test
    void beyond_the_limit_of_connections_health_is_answered_and_the_rest_refused_until_one_goes() throws Exception {
        daemon(limits -> limits.withConnections(2));
        Stranger first = somebody();
        assertThat(first.asks(health(1)).has("result")).isTrue();
        assertThat(somebody().asks(health(1)).has("result")).isTrue();
        Stranger third = somebody();
        JsonNode refused = third.asks(request(1, "echo", "{}"));

        assertThat(refused.path("error").path("code").intValue()).isEqualTo(-32001);
        assertThat(reason(refused)).isEqualTo("too_many_connections");
        assertThat(third.asks(health(2)).path("result").path("status").textValue())
                .isEqualTo("ok");
        first.close();
        await().until(() -> third.asks(request(3, "echo", "{}")).has("result"));
    }

    @Test
    void however_many_idle_connections_there_are_the_next_one_is_told_its_health() throws Exception {
        daemon(limits -> limits.withConnections(2).withHeartbeat(Duration.ofMillis(40)));
        for (int i = 0; i < 40; i++) somebody();

        assertThat(daemon.answersSomebodyNew()).isTrue();
        // The guest that waited longest had its time to ask, had to leave, and was told why.
        assertThat(reason(strangers.get(2).hearsJson())).isEqualTo("too_many_connections");
        assertThat(strangers.get(2).hearsTheEnd()).isTrue();
    }

    @Test
    void seven_times_the_limit_without_an_end_is_answered_and_disturbs_nobody() throws Exception {
        daemon(limits -> limits.withMessageBytes(1 << 20));
        Stranger loud = somebody();
        for (int i = 0; i < 7; i++) loud.sends(new byte[1 << 20]);

        assertThat(reason(loud.hearsJson())).isEqualTo("message_too_long");
        assertThat(daemon.answersSomebodyNew()).isTrue();
        assertThat(loud.sends("\n").asks(health(1)).has("result")).isTrue();
    }

    @Test
    void large_messages_share_their_memory_and_small_ones_never_wait_for_it() throws Exception {
        daemon(limits -> limits.withMessageBytes(1 << 20).withBufferedBytes(5 << 19));
        for (int i = 0; i < 2; i++) somebody().sends("x".repeat(1_000_000));
        Stranger third = somebody();
        await().until(() -> {
            try (Stranger probe = daemon.stranger()) {
                return reason(probe.sends("x".repeat(1_000_000)).hearsJson()).equals("buffers_full");
            }
        });

        assertThat(third.asks(health(1)).has("result")).isTrue();
        strangers.get(0).close();
        strangers.get(1).close();
        await().until(() -> third.asks(request(1, "echo", "{\"a\":\"" + "x".repeat(900_000) + "\"}"))
                .has("result"));
    }

    @Test
    void an_answer_that_is_too_long_becomes_an_error() throws Exception {
        daemon(limits -> limits.withMessageBytes(1 << 20));
        JsonNode reply = somebody().asks(request(1, "long", "{\"bytes\":2000000}"));

        assertThat(reply.path("error").path("code").intValue()).isEqualTo(-32001);
        assertThat(reason(reply)).isEqualTo("reply_too_long");
    }

    @Test
    void a_limit_that_makes_no_sense_is_refused_by_name() throws IOException {
        daemon(limits -> limits);
        assertThatThrownBy(() -> RpcLimits.defaults().withConnections(0)).hasMessageContaining("connections");
        assertThatThrownBy(() -> RpcLimits.defaults().withRequests(0, 1)).hasMessageContaining("requests");
        assertThatThrownBy(() -> RpcLimits.defaults().withMessageBytes(10)).hasMessageContaining("messageBytes");
    }
}
