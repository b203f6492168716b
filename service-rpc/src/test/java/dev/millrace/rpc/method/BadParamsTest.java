package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What strangers may say for names: none of it is an error of ours, and none leads to another file. */
class BadParamsTest extends WithControlWorld {
    private static final List<String> NAMES = List.of("../x", "", "\0", "x".repeat(300));

    private static final BigInteger HUGE = BigInteger.TWO.pow(64);

    private static final List<Number> NUMBERS = List.of(
            0, -1, 1, 1.5, Integer.MAX_VALUE, Integer.MIN_VALUE, 1L << 31, Long.MAX_VALUE, Long.MIN_VALUE, HUGE);

    /** What cuts an answer. */
    private static final Set<String> PARTS = Set.of("limit", "offset", "since", "lines", "sheet_num");

    /** They end the world, or wait for what nobody does. */
    private static final Set<String> NOT_TRIED = Set.of("daemon.shutdown", "service.stop", "service.start");

    /** What is fit where it is required. */
    private static final Map<String, Object> FIT = Map.of(
            "job_id", "good", "id", "good.1.a", "ids", List.of("good.1.a"), "subject", "work", "config_path", "/none");

    private static String typeOf(JsonNode key) {
        JsonNode type = key.path("type");
        return type.isArray() ? type.path(0).asText() : type.asText();
    }

    private static ObjectNode required(MethodSpec spec) {
        ObjectNode params = Json.object();
        for (JsonNode name : spec.params().path("required"))
            params.set(name.asText(), Json.tree(FIT.getOrDefault(name.asText(), 1)));
        return params;
    }

    @Test
    void no_method_fails_because_of_a_name() throws Exception {
        world.held.add("a");
        world.submit("good", "a");
        for (MethodSpec spec : TableMethods.table())
            if (!spec.isStream() && !NOT_TRIED.contains(spec.name()))
                for (Map.Entry<String, JsonNode> key :
                        spec.params().path("properties").properties()) for (String name : NAMES) tried(spec, key, name);
        assertThat(world.result("daemon.health", Map.of()).path("status").asText())
                .isEqualTo("ok");
    }

    private void tried(MethodSpec spec, Map.Entry<String, JsonNode> key, String name) throws Exception {
        boolean isText = typeOf(key.getValue()).equals("string");
        boolean isList = typeOf(key.getValue().path("items")).equals("string");
        if (!isText && !isList) return;
        ObjectNode params = required(spec);
        params.set(key.getKey(), Json.tree(isList ? List.of(name) : name));
        JsonNode reply = world.reply(spec.name(), params);
        assertThat(reply.path("error").path("code").asInt())
                .as("%s %s: %s", spec.name(), params, reply)
                .isNotEqualTo(-32603);
    }

    /** Where in a list an answer begins, and how long it is: whatever number stands there, it is a page or said to be none. */
    @Test
    void no_method_fails_because_of_a_number() throws Exception {
        world.submit("good", "a", "b");
        world.until("good", "completed");
        for (MethodSpec spec : TableMethods.table())
            if (!spec.isStream() && !NOT_TRIED.contains(spec.name()))
                for (Map.Entry<String, JsonNode> key :
                        spec.params().path("properties").properties())
                    if (PARTS.contains(key.getKey())) for (Number number : NUMBERS) tried(spec, key.getKey(), number);
    }

    private void tried(MethodSpec spec, String key, Number number) throws Exception {
        ObjectNode params = required(spec);
        params.set(key, Json.tree(number));
        JsonNode reply = world.reply(spec.name(), params);
        if (reply.has("result")) Form.of(spec.name()).check(reply.get("result"));
        else
            assertThat(reply.path("error").path("code").asInt())
                    .as("%s with %s: %s", spec.name(), params, reply)
                    .isEqualTo(-32602);
    }

    @Test
    void a_list_beyond_its_end_is_empty_however_far_beyond() throws Exception {
        world.submit("good", "a", "b");
        world.until("good", "completed");
        for (long offset : new long[] {2, 3, 100_000, Integer.MAX_VALUE - 1L, Integer.MAX_VALUE})
            for (int limit : new int[] {1, 100_000}) {
                Map<String, Object> page = Map.of("offset", offset, "limit", limit);
                assertThat(world.result("task.list", page).path("tasks"))
                        .as("%s", page)
                        .isEmpty();
                assertThat(world.result("job.list", page)).as("%s", page).isEmpty();
            }
        for (String method : List.of("task.list", "job.list")) {
            for (Number offset : List.of(-1, Integer.MAX_VALUE + 1L, Long.MAX_VALUE, HUGE))
                assertThat(world.code(method, Map.of("offset", offset))).isEqualTo(-32602);
            for (Number limit : List.of(0, -1, Integer.MAX_VALUE, Long.MAX_VALUE, HUGE))
                assertThat(world.code(method, Map.of("limit", limit))).isEqualTo(-32602);
        }
    }

    @Test
    void a_job_that_lies_elsewhere_is_not_found() throws Exception {
        world.submit("good", "a");
        world.until("good", "completed");
        world.awaitEndOf("good");
        Path ended = world.service().queue().layout().jobs().resolve("ended/good.json");
        Path planted = Files.copy(ended, folder.resolve("planted.json"));
        String without = planted.toString().replaceAll("\\.json$", "");
        for (String name : List.of(without, "../ended/good", "../../../../../../../planted")) {
            for (String method : List.of("job.status", "job.errors", "job.history", "job.diagnose", "job.recover"))
                assertThat(world.code(method, job(name))).as(method).isEqualTo(-32000);
            assertThat(world.result("job.resume", job(name)).path("reason").asText())
                    .isEqualTo("unknown_job");
            assertThat(world.result("job.cancel", job(name)).path("cancelled").asBoolean())
                    .isFalse();
        }
    }

    /** Reading one took all memory, or a slot for ever. */
    @Test
    void a_job_file_that_is_a_device_or_a_pipe_is_refused_at_once() throws Exception {
        Path pipe = folder.resolve("pipe.toml");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "no mkfifo here");
        for (Path odd : List.of(pipe, Path.of("/dev/zero"))) {
            JsonNode refused = world.result("job.submit", Map.of("config_path", odd.toString()));
            assertThat(refused.path("reason").asText()).isEqualTo("bad_job");
            assertThat(refused.path("message").asText()).contains("not a regular file");
        }
    }

    @Test
    void a_reason_of_any_length_leaves_the_events_short() throws Exception {
        world.held.add("a");
        world.submit("nightly", "a");
        world.result("job.cancel", Map.of("job_id", "nightly", "reason", "x".repeat(1 << 20)));
        JsonNode events = ControlWorld.await(
                () -> world.result("daemon.observer_events", job("nightly")),
                found -> found.findValuesAsText("type").contains("job.cancelled"));
        for (JsonNode event : events.path("events"))
            assertThat(event.path("data").path("message").asText()).hasSizeLessThan(1_100);
    }
}
