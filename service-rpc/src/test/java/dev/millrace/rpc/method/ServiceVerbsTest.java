package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.control.TaskVerbs;
import dev.millrace.rpc.server.Stranger;
import dev.millrace.rpc.server.TestDaemon;
import dev.millrace.storage.Disk;
import dev.millrace.time.Time;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Verbs of services and tasks that come seldom, and callers that ask for nonsense or wait for long. */
class ServiceVerbsTest extends WithControlWorld {
    /** The year 2100. */
    private static final long FAR = 4_102_444_800L;

    private static Map<String, Object> task(String id) {
        return Map.of("kind", "work", "task_id", id);
    }

    private List<String> ids(String method, Map<String, Object> params) throws Exception {
        return world.result(method, params).path("tasks").findValuesAsText("id");
    }

    @Test
    void a_group_is_taken_and_its_callback_runs_when_the_others_have_ended() throws Exception {
        Map<String, Object> group = Map.of("name", "g", "callback", task("last"));
        JsonNode taken = world.result("service.submit", Map.of("tasks", List.of(task("a"), task("b")), "group", group));
        assertThat(taken.path("group").path("tasks").asInt()).isEqualTo(2);
        assertThat(taken.path("tasks").get(0).path("id").asText()).isEqualTo("last");
        JsonNode ended = world.result("task.await", Map.of("ids", List.of("last")));
        assertThat(ended.path("tasks").get(0).path("state").asText()).isEqualTo("done");
        assertThat(world.ran).hasSize(3).endsWith("last");
        JsonNode waits = world.result("task.show", Map.of("id", "last")).path("waits");
        assertThat(waits.path("group").asText()).isEqualTo("g");
        assertThat(waits.path("states").path("done").asInt()).isEqualTo(2);
    }

    @Test
    void a_snapshot_is_written_and_workers_are_drained_by_name_and_in_time() throws Exception {
        JsonNode snapshot = world.result("service.snapshot", Map.of("observe", true));
        assertThat(Files.size(Path.of(snapshot.path("path").asText()))).isPositive();
        JsonNode everybody =
                world.result("service.drain", Map.of("resume", true)).path("workers");
        String one = everybody.get(0).asText();
        world.held.add("slow");
        world.result("service.submit", Map.of("task", task("slow")));
        ControlWorld.await(
                () -> world.result("task.show", Map.of("id", "slow")),
                shown -> shown.path("state").asText().equals("running"));
        JsonNode drained = world.result("service.drain", Map.of("workers", List.of(one), "deadline_sec", 0.2));
        assertThat(drained.path("order").asText()).isEqualTo("drain");
        assertThat(drained.path("workers").toString()).isEqualTo("[\"" + one + "\"]");
        // It had its time and is given back.
        ControlWorld.await(
                () -> world.result("task.show", Map.of("id", "slow")),
                shown -> shown.path("state").asText().equals("pending"));
        world.held.clear();
        world.result("service.drain", Map.of("resume", true));
        world.result("task.await", Map.of("ids", List.of("slow")));
        assertThat(world.code("service.drain", Map.of("resume", true, "deadline_sec", 1)))
                .isEqualTo(-32602);
    }

    @Test
    void tasks_are_let_begin_now_listed_by_pieces_and_pauses_are_told() throws Exception {
        List<Map<String, Object>> waiting = new ArrayList<>();
        for (String id : List.of("day-1", "day-2", "night-1"))
            waiting.add(Map.of("kind", "work", "task_id", id, "not_before", FAR));
        world.result("service.submit", Map.of("tasks", waiting));
        assertThat(ids("task.list", Map.of("limit", 1, "offset", 1))).hasSize(1);
        assertThat(ids("task.list", Map.of("matching", "day-"))).containsExactlyInAnyOrder("day-1", "day-2");
        Map<String, Object> old = Map.of("states", List.of("scheduled"), "older_than_sec", 3_600, "dry_run", true);
        assertThat(ids("task.requeue", old)).as("due in the future").isEmpty();
        String stem =
                world.result("task.show", Map.of("id", "night-1")).path("stem").asText();
        assertThat(world.result("task.requeue", Map.of("ids", List.of(stem)))
                        .path("changed")
                        .asInt())
                .isEqualTo(1);
        assertThat(world.result("task.requeue", Map.of("matching", "day-", "limit", 1))
                        .path("changed")
                        .asInt())
                .isEqualTo(1);
        world.result("task.await", Map.of("ids", List.of("night-1")));
        world.result("task.pause", Map.of("kind", "work", "reason", "lunch"));
        JsonNode paused = world.result("task.pauses", Map.of()).path("paused").get(0);
        assertThat(paused.path("kind").asText()).isEqualTo("work");
        assertThat(paused.path("reason").asText()).isEqualTo("lunch");
    }

    @Test
    void a_shutdown_that_cannot_be_understood_changes_nothing() throws Exception {
        assertThat(world.code("daemon.shutdown", Map.of("graceful", "yes"))).isEqualTo(-32602);
        JsonNode ready = world.result("daemon.ready", Map.of());
        assertThat(ready.path("shutting_down").asBoolean()).isFalse();
        assertThat(world.ends()).isFalse();
        world.result("service.submit", Map.of("task", task("a")));
    }

    @Test
    @Timeout(60)
    void however_many_wait_for_a_task_everything_else_is_answered() throws Exception {
        world.held.add("slow");
        world.result("service.submit", Map.of("task", task("slow")));
        List<Stranger> waiting = new ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                Stranger one = Stranger.at(world.socket());
                waiting.add(one);
                one.sends(TestDaemon.request(i, "task.await", "{\"ids\":[\"slow\"],\"timeout_sec\":300}") + "\n");
            }
            ControlWorld.await(
                    () -> world.result("daemon.status", Map.of()),
                    status -> status.path("calls").path("waiting").asInt() == 10);
            world.result("job.list", Map.of());
            assertThat(ids("task.list", Map.of())).containsExactly("slow");
            world.held.clear();
            for (Stranger one : waiting)
                assertThat(one.hearsJson()
                                .path("result")
                                .path("tasks")
                                .path(0)
                                .path("state")
                                .asText())
                        .isEqualTo("done");
        } finally {
            for (Stranger one : waiting) one.close();
        }
    }

    @Test
    @Timeout(60)
    void nobody_waits_for_somebody_who_has_given_up() throws Exception {
        world.held.add("slow");
        world.result("service.submit", Map.of("task", task("slow")));
        TaskVerbs verbs = TaskVerbs.of(world.service(), Disk.local(), Time.system());
        JsonNode stands = verbs.await(List.of("slow"), Duration.ofHours(1), () -> true)
                .path("tasks")
                .path(0);
        assertThat(stands.path("state").asText()).isIn("pending", "running");
    }
}
