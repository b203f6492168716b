package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Jobs that wait for their turn, are held back or run out of time, seen from the socket. */
class JobTurnsTest extends WithControlWorld {
    private String state(String job) throws Exception {
        return world.status(job).path("status").asText();
    }

    @Test
    void a_job_waits_until_one_ends_or_is_paused_and_one_that_comes_back_stands_behind() throws Exception {
        world.limitJobs(2);
        world.held.addAll(List.of("a", "b", "c", "d"));
        world.submit("one", "a", "a2:a");
        world.submit("two", "b");
        world.submit("three", "c");
        world.submit("four", "d");
        assertThat(state("two")).isEqualTo("running");
        assertThat(state("three")).isEqualTo("queued");
        assertThat(world.result("job.pause", job("one")).path("paused").asBoolean())
                .isTrue();
        world.until("three", "running");
        assertThat(state("four")).isEqualTo("queued");
        assertThat(world.ran).doesNotContain("d");
        world.held.remove("b");
        world.until("two", "completed");
        world.until("four", "running");
        world.result("job.resume", job("one"));
        assertThat(state("one")).isEqualTo("queued");
        world.held.remove("c");
        world.until("one", "running");
    }

    @Test
    void a_job_that_waits_for_its_turn_can_be_paused_and_takes_no_place() throws Exception {
        world.limitJobs(1);
        world.held.addAll(List.of("a", "b"));
        world.submit("one", "a");
        world.submit("two", "b");
        world.submit("three", "c");
        assertThat(world.result("job.pause", job("two")).path("paused").asBoolean())
                .isTrue();
        JsonNode again = world.result("job.pause", job("two"));
        assertThat(again.path("paused").asBoolean()).isFalse();
        assertThat(again.path("error").asText()).contains("is paused");
        world.held.remove("a");
        world.until("three", "completed");
        assertThat(state("two")).isEqualTo("paused");
        assertThat(world.ran).containsExactly("a", "c");
        world.result("job.resume", job("two"));
        world.until("two", "running");
    }

    @Test
    void a_job_over_its_time_fails_with_its_limit_and_the_time_it_took() throws Exception {
        world.held.add("a");
        ObjectNode late = Json.object().put("job_id", "late").put("timeout_sec", 0.3);
        late.set("tasks", ControlWorld.steps("a", "b:a"));
        world.result("job.submit", late);
        world.until("late", "failed");
        String message = world.status("late").path("message").asText();
        Matcher seconds = Pattern.compile("([0-9.]+) s").matcher(message);
        assertThat(seconds.results().map(found -> Double.valueOf(found.group(1))))
                .as(message)
                .contains(0.3)
                .allSatisfy(time -> assertThat(time).isBetween(0.3, 20.0));
        ControlWorld.await(
                () -> world.status("late"),
                view -> view.path("progress").path("cancelled").asInt() == 2);
        assertThat(world.ran).containsExactly("a");
    }

    @Test
    void status_has_one_form_in_every_state_with_times_codes_and_attempts() throws Exception {
        world.limitJobs(1);
        world.broken.add("b");
        world.held.add("a");
        Map<String, JsonNode> states = new HashMap<>();
        world.submit("nightly", "a", "b:a");
        world.submit("queued", "a");
        world.submit("called-off", "a");
        world.submit("held", "a");
        world.result("job.pause", job("held"));
        world.result("job.cancel", job("called-off"));
        for (String id : List.of("nightly", "queued", "called-off", "held")) add(states, id);
        world.held.clear();
        world.until("nightly", "failed");
        world.until("queued", "completed");
        for (String id : List.of("nightly", "queued")) add(states, id);

        assertThat(states.keySet())
                .containsExactlyInAnyOrder("queued", "running", "paused", "completed", "failed", "cancelled");
        assertThat(states.values().stream().map(JobTurnsTest::keys).distinct()).hasSize(1);
        assertThat(states.values().stream()
                        .map(view -> keys(view.path("steps").path(0)))
                        .distinct())
                .hasSize(1);
        JsonNode a = world.step("nightly", "a");
        assertThat(a.path("exit_code").asInt(-1)).isZero();
        assertThat(a.path("started_at").asDouble()).isPositive();
        assertThat(a.path("completed_at").asDouble())
                .isGreaterThanOrEqualTo(a.path("started_at").asDouble());
        assertThat(a.path("attempt").asInt()).isEqualTo(1);
        assertThat(world.step("nightly", "b").path("error").asText()).contains("no connection");
        JsonNode failed = states.getOrDefault("failed", Json.object());
        assertThat(failed.path("completed_at").asDouble())
                .isGreaterThanOrEqualTo(failed.path("started_at").asDouble())
                .isGreaterThanOrEqualTo(failed.path("submitted_at").asDouble());
    }

    private void add(Map<String, JsonNode> states, String job) throws Exception {
        JsonNode view = world.status(job);
        states.put(view.path("status").asText(), view);
    }

    private static List<String> keys(JsonNode json) {
        List<String> keys = new ArrayList<>();
        json.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}
