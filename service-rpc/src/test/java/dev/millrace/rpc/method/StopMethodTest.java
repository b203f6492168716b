package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Action;
import dev.millrace.rpc.Patience;
import dev.millrace.rpc.RpcCall;
import dev.millrace.rpc.RpcParams;
import dev.millrace.rpc.server.Stranger;
import dev.millrace.settings.ServeOptions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A stop that waits for a handler that does not end. */
class StopMethodTest extends WithControlWorld {
    private static final ObjectNode WITHOUT_END =
            Json.object().set("options", Json.object().putNull("stop_timeout"));

    /** Somebody who has called so long ago. */
    private record Caller(boolean isAbandoned, Duration age) implements RpcCall {
        @Override
        public String method() {
            return "service.stop";
        }

        @Override
        public String user() {
            return "somebody";
        }

        @Override
        public boolean isNotification() {
            return false;
        }
    }

    private JsonNode stops(Caller caller) throws Exception {
        return Json.tree(world.method("service.stop").call(RpcParams.of(WITHOUT_END), caller));
    }

    private void holdUp() throws Exception {
        world.held.add("long");
        world.submitTask("work", "long");
        Patience.await().until(() -> world.ran.contains("long"));
    }

    private boolean isStopping() throws Exception {
        return world.service()
                .serve(Action.STATUS, ServeOptions.defaults().withObserve(true))
                .message()
                .contains("stop");
    }

    @Test
    void it_takes_no_slot_from_others_however_long_it_waits() throws Exception {
        world.dies();
        world.requests = 1;
        world.begin();
        holdUp();
        ObjectNode request = Json.object().put("jsonrpc", "2.0").put("id", 1).put("method", "service.stop");
        request.set("params", WITHOUT_END);
        try (Stranger stops = Stranger.at(world.socket()).sends(request + "\n")) {
            Patience.await().until(this::isStopping);
            assertThat(world.result("job.list", Map.of()).isArray()).isTrue();
            world.held.clear();
            assertThat(stops.hearsJson().path("result").path("status").asText()).isEqualTo("stopped");
        }
    }

    @Test
    void when_its_caller_has_gone_it_waits_no_longer_than_a_minute_and_another_stop_goes_on() throws Exception {
        holdUp();
        JsonNode left = stops(new Caller(true, Duration.ofSeconds(61)));
        assertThat(left.path("status").asText()).isEqualTo("partial");
        world.held.clear();
        // Who is still there, or has gone a moment ago, hears how it ends.
        assertThat(stops(new Caller(true, Duration.ofSeconds(59)))
                        .path("status")
                        .asText())
                .isEqualTo("stopped");
    }
}
