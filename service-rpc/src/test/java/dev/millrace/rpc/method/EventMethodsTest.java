package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What happens, as it is kept and as subscribers hear it. */
class EventMethodsTest extends WithControlWorld {
    @Test
    void every_transition_is_an_event_and_a_restart_forgets_none() throws Exception {
        world.submit("nightly", "a", "b:a");
        world.until("nightly", "completed");
        ControlWorld.await(
                () -> world.result("daemon.observer_events", Map.of("job_id", "nightly")),
                events -> events.path("events").findValuesAsText("type").contains("job.completed"));
        JsonNode page = world.result("daemon.events", Map.of("since", 0, "limit", 1_000));
        List<String> types = new ArrayList<>(page.path("events").findValuesAsText("type"));
        assertThat(types)
                .containsSubsequence("job.submitted", "job.running", "step.running", "step.done", "job.completed");
        assertThat(types.stream().filter("step.running"::equals)).hasSize(2);
        assertThat(page.path("gap").asBoolean()).isFalse();
        world.dies();
        world.begin();
        world.submit("daily", "c");
        world.until("daily", "completed");
        JsonNode after = ControlWorld.await(
                () -> world.result("daemon.events", Map.of("since", 0, "limit", 1_000)),
                events -> Collections.frequency(events.path("events").findValuesAsText("type"), "job.completed") == 2);
        assertThat(after.path("server_id")).isEqualTo(page.path("server_id"));
        assertThat(after.path("events").get(0)).isEqualTo(page.path("events").get(0));
    }

    @Test
    void a_subscriber_gets_what_it_missed_and_then_what_happens() throws Exception {
        world.submit("nightly", "a");
        world.until("nightly", "completed");
        try (Subscriber stream = world.stream("daemon.monitor.stream", Map.of("since", 0, "types", List.of("job.")))) {
            stream.eventsUntil("job.completed", "nightly");
            world.submit("daily", "b");
            assertThat(typesOf(stream.eventsUntil("job.completed", "daily"), "daily"))
                    .contains("job.submitted", "job.running");
            assertThat(stream.ends().has("result")).isTrue();
        }
    }

    @Test
    void a_subscriber_hears_every_transition_of_every_job_in_order_and_without_a_hole() throws Exception {
        world.limitJobs(1);
        try (Subscriber stream = world.stream("daemon.monitor.stream", Map.of())) {
            world.held.add("a");
            world.submit("one", "a", "b:a");
            world.submit("two", "x", "y:x");
            List<JsonNode> heard = new ArrayList<>(stream.eventsUntil("job.queued", "two"));
            world.result("job.pause", job("one"));
            heard.addAll(stream.eventsUntil("job.paused", "one"));
            world.broken.add("x");
            heard.addAll(stream.eventsUntil("job.failed", "two"));
            world.result("job.resume", job("one"));
            heard.addAll(stream.eventsUntil("job.resumed", "one"));
            world.result("job.cancel", job("one"));
            heard.addAll(stream.eventsUntil("job.cancelled", "one"));
            // Both of its steps, one of which ran and was interrupted.
            while (Collections.frequency(typesOf(heard, "one"), "step.cancelled") < 2)
                heard.addAll(stream.eventsUntil("step.cancelled", "one"));
            world.broken.clear();
            world.result("job.resume", job("two"));
            heard.addAll(stream.eventsUntil("job.completed", "two"));

            assertThat(typesOf(heard, "one"))
                    .containsSubsequence("job.submitted", "job.running", "job.paused", "job.resumed", "job.cancelled")
                    .containsSubsequence("step.blocked", "step.cancelled");
            assertThat(typesOf(heard, "two"))
                    .containsSubsequence(
                            "job.submitted",
                            "job.queued",
                            "job.running",
                            "step.running",
                            "step.failed",
                            "job.failed",
                            "job.begun_again",
                            "step.running",
                            "step.done",
                            "job.completed")
                    .containsSubsequence("step.skipped", "step.done");
            for (int i = 1; i < heard.size(); i++)
                assertThat(heard.get(i).path("version").asLong())
                        .isEqualTo(heard.get(i - 1).path("version").asLong() + 1);
            assertThat(heard).allSatisfy(event -> {
                assertThat(event.path("schema").asText()).isEqualTo("millrace.event.v1");
                assertThat(event.path("at").asDouble()).isPositive();
            });
        }
    }

    @Test
    void whoever_asks_for_what_is_not_kept_any_more_is_told_of_the_gap() throws Exception {
        for (int i = 0; i <= 20_000; i++)
            world.control().events().add("filler", Json.object().put("job_id", "filler"));
        JsonNode page = world.result("daemon.events", Map.of("since", 0, "limit", 10));
        assertThat(page.path("gap").asBoolean()).isTrue();
        assertThat(page.path("more").asBoolean()).isTrue();
        assertThat(page.path("oldest").asLong()).isGreaterThan(1);
        assertThat(page.path("events").path(0).path("version")).isEqualTo(page.path("oldest"));
        JsonNode next = world.result("daemon.events", Map.of("since", page.path("version"), "limit", 10));
        assertThat(next.path("gap").asBoolean()).isFalse();
        try (Subscriber stream = world.stream("daemon.monitor.stream", Map.of("since", 0))) {
            assertThat(stream.opened().path("params").path("server_id").asText())
                    .isEqualTo(page.path("server_id").asText())
                    .isNotEmpty();
            JsonNode first = stream.hears();
            assertThat(first.path("method").asText()).isEqualTo("monitor.gap");
            assertThat(stream.hears().path("params").path("type").asText()).isEqualTo("filler");
        }
    }

    @Test
    void whoever_comes_back_gets_all_that_is_kept_however_much_that_is() throws Exception {
        // More than twice of what a stream keeps for a slow reader.
        String text = "x".repeat(900);
        for (int i = 0; i < 20_000; i++)
            world.control().events().add("filler", Json.object().put("message", text));
        long since = world.control().events().version() - 20_000;
        try (Subscriber stream = world.stream("daemon.monitor.stream", Map.of("since", since))) {
            for (long version = since + 1; version <= since + 20_000; version++) {
                JsonNode next = stream.hears();
                assertThat(next.path("method").asText()).as("%s", next).isEqualTo("monitor.event");
                assertThat(next.path("params").path("version").asLong()).isEqualTo(version);
            }
            world.submit("mine", "b");
            assertThat(typesOf(stream.eventsUntil("job.completed", "mine"), "mine"))
                    .contains("job.submitted");
        }
    }

    @Test
    void a_subscriber_of_one_job_hears_of_no_other() throws Exception {
        try (Subscriber stream = world.stream("daemon.monitor.stream", Map.of("job_ids", List.of("mine")))) {
            world.submit("other", "a");
            world.until("other", "completed");
            world.submit("mine", "b");
            List<JsonNode> heard = stream.eventsUntil("job.completed", "mine");
            assertThat(heard)
                    .allSatisfy(event -> assertThat(
                                    event.path("data").path("job_id").asText())
                            .isEqualTo("mine"));
            assertThat(typesOf(heard, "mine")).startsWith("job.submitted");
        }
    }

    @Test
    void events_of_jobs_of_one_name_are_told_apart_by_their_service() throws Exception {
        world.beginBeta();
        world.submitTo("app", "nightly", "a");
        world.submitTo("beta", "nightly", "b");
        for (String service : List.of("app", "beta")) {
            Map<String, Object> params = Map.of("job_id", "nightly", "service", service);
            JsonNode events = ControlWorld.await(
                    () -> world.result("daemon.observer_events", params),
                    told -> !told.path("events").isEmpty());
            assertThat(servicesOf(events.path("events"))).containsOnly(service);
            Map<String, Object> all = Map.of("job_ids", List.of("nightly"), "service", service, "since", 0);
            try (Subscriber stream = world.stream("daemon.monitor.stream", all)) {
                assertThat(servicesOf(stream.eventsUntil("job.running", "nightly")))
                        .containsOnly(service);
            }
        }
        String refused = "say which 'service' is meant: app, beta have a job nightly";
        assertThat(error("daemon.observer_events", job("nightly"))).contains(refused, "-32000");
        assertThat(error("daemon.monitor.stream", Map.of("job_ids", List.of("nightly"))))
                .contains(refused, "-32000");
        assertThat(error("job.status", job("nightly"))).contains(refused, "-32000");
        assertThat(error("daemon.observer_events", Map.of("service", "nobody"))).contains("unknown_service");
    }

    /** Whatever {@code job.status} takes for the job that is meant: the other one's name is free again. */
    @Test
    void events_outlive_their_job_and_those_of_the_one_that_is_left_need_no_service() throws Exception {
        world.beginBeta();
        world.submitTo("app", "nightly", "a");
        world.until("nightly", "completed");
        world.awaitEndOf("nightly");
        world.result("job.clear", Map.of("job_ids", List.of("nightly")));
        assertThat(servicesOf(
                        world.result("daemon.observer_events", job("nightly")).path("events")))
                .containsOnly("app");
        world.submitTo("beta", "nightly", "b");
        ControlWorld.await(
                () -> world.result("daemon.observer_events", job("nightly")),
                told -> servicesOf(told.path("events")).equals(Set.of("beta")));
        world.result("job.cancel", job("nightly"));
        ControlWorld.await(
                () -> world.result("job.clear", Map.of("job_ids", List.of("nightly"))),
                cleared -> cleared.path("deleted").asInt() == 1);
        assertThat(error("daemon.observer_events", job("nightly")))
                .contains("say which 'service' is meant: app, beta had a job nightly");
    }

    private String error(String method, Map<String, ?> params) throws Exception {
        return world.reply(method, params).path("error").toString();
    }

    private static Set<String> servicesOf(Iterable<JsonNode> events) {
        Set<String> services = new TreeSet<>();
        for (JsonNode event : events)
            services.add(event.path("data").path("service").asText());
        return services;
    }

    @Test
    void a_step_that_is_tried_again_is_told_with_each_attempt_and_a_skipped_one_never_to_run() throws Exception {
        world.broken.add("a");
        try (Subscriber stream = world.stream("daemon.monitor.stream", Map.of("types", List.of("step.", "job.")))) {
            ObjectNode job = Json.object().put("job_id", "nightly");
            ObjectNode step = (ObjectNode) ControlWorld.steps("a").get(0);
            step.put("max_attempts", 3).set("retry", Json.tree(Map.of("strategy", "fixed", "base", 0)));
            job.putArray("tasks").add(step).addAll(ControlWorld.steps("b:a"));
            world.result("job.submit", job);
            List<JsonNode> heard = stream.eventsUntil("job.failed", "nightly");
            assertThat(attemptsIn(heard, "a"))
                    .containsSubsequence("running 1", "retried 1", "running 2", "retried 2", "running 3", "failed 3");
            assertThat(attemptsIn(heard, "b")).contains("skipped 0").noneMatch(told -> told.startsWith("running"));
        }
    }

    private static List<String> attemptsIn(List<JsonNode> heard, String item) {
        return heard.stream()
                .filter(event -> event.path("data").path("item").asText().equals(item))
                .map(event -> event.path("type").asText().substring("step.".length()) + " "
                        + event.path("data").path("attempt").asInt())
                .toList();
    }

    @Test
    void whoever_looks_at_a_service_again_and_again_leaves_no_events() throws Exception {
        for (int i = 0; i < 5; i++) world.result("service.status", Map.of());
        assertThat(world.result("daemon.events", Map.of("limit", 1_000))
                        .path("events")
                        .findValuesAsText("type"))
                .noneMatch(type -> type.startsWith("service."));
    }

    private static List<String> typesOf(List<JsonNode> heard, String job) {
        return heard.stream()
                .filter(event -> event.path("data").path("job_id").asText().equals(job))
                .map(event -> event.path("type").asText())
                .toList();
    }
}
