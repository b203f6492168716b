package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rates, breakers and delays between attempts, seen from the socket: nobody clears anything. */
class KindLimitMethodsTest extends WithControlWorld {
    private JsonNode limits() throws IOException {
        return world.result("daemon.rate_limits", Map.of());
    }

    private double left() throws IOException {
        return limits().path("backends")
                .path("app/brief")
                .path("seconds_remaining")
                .asDouble(0);
    }

    @Test
    void a_rate_that_is_reached_counts_down_and_ends_by_itself() throws Exception {
        world.submitTask("brief", "b0");
        double first = ControlWorld.await(() -> Json.tree(left()), left -> left.asDouble() > 0)
                .asDouble();
        assertThat(first).isLessThanOrEqualTo(1.0);
        ControlWorld.await(() -> Json.tree(left()), left -> left.asDouble() < first);
        ControlWorld.await(this::limits, now -> now.path("active_limits").asInt() == 0);
        assertThat(world.result("daemon.ready", Map.of()).path("pressure").asText())
                .isEqualTo("none");
        world.submitTask("brief", "b1");
        world.untilDone("b1");
    }

    @Test
    void a_rate_that_is_reached_is_high_pressure_and_refuses_nothing() throws Exception {
        for (int i = 0; i < 3; i++) world.submitTask("rated", "r" + i);
        ControlWorld.await(this::limits, now -> now.path("active_limits").asInt() == 1);
        JsonNode ready = world.result("daemon.ready", Map.of());
        assertThat(ready.path("status").asText()).isEqualTo("ready");
        assertThat(ready.path("active_limits").asInt()).isEqualTo(1);
        assertThat(ready.path("pressure").asText()).isEqualTo("high");
    }

    @Test
    void a_breaker_opens_at_the_fifth_failure_probes_by_itself_and_a_success_closes_it() throws Exception {
        for (int i = 0; i < 5; i++) {
            world.broken.add("f" + i);
            world.submitTask("flappy", "f" + i);
        }
        JsonNode open = ControlWorld.await(
                () -> limits().path("open_breakers").path("app/flappy"),
                now -> now.path("failures").asInt() == 5);
        assertThat(open.path("seconds_until_probe").asDouble()).isBetween(0.0, 1.0);
        world.submitTask("flappy", "probe");
        world.untilDone("probe");
        ControlWorld.await(() -> limits().path("open_breakers"), JsonNode::isEmpty);
        world.submitTask("flappy", "after");
        world.untilDone("after");
    }

    @Test
    void attempts_of_a_step_are_spaced_by_a_delay_that_doubles() throws Exception {
        world.broken.add("a");
        ObjectNode retried = Json.object().put("job_id", "retried");
        ObjectNode step = (ObjectNode) ControlWorld.steps("a").get(0);
        step.put("max_attempts", 4);
        step.set("retry", Json.tree(Map.of("strategy", "exponential", "base", 0.1, "jitter", "none")));
        retried.putArray("tasks").add(step);
        world.result("job.submit", retried);
        world.until("retried", "failed");

        List<JsonNode> attempts = new ArrayList<>();
        world.result("job.history", Map.of("job_id", "retried")).path("records").forEach(attempts::add);
        Collections.reverse(attempts);
        assertThat(attempts).hasSize(4);
        double delay = 0.1;
        for (int i = 1; i < attempts.size(); i++, delay *= 2)
            assertThat(attempts.get(i).path("started_at").asDouble()
                            - attempts.get(i - 1).path("at").asDouble())
                    .isGreaterThanOrEqualTo(delay - 0.005);
    }
}
