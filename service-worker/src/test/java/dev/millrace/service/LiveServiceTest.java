package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.StewardReport;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.settings.ServeOptions;
import dev.millrace.storage.Disk;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a running service does of itself, while nobody gives a command. */
@Order(1)
@Execution(ExecutionMode.CONCURRENT)
class LiveServiceTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    /** The promise for a death on the same host. */
    private static final Duration NOTICED = Duration.ofSeconds(1);

    private static final int DEATHS = 4;
    private static final Duration OFTEN = Duration.ofMillis(10);
    private static final ServeOptions LOOK = ServeOptions.defaults().withObserve(true);

    @TempDir
    Path home;

    private TestApp app;
    private Service service;

    private void start(int workers, String... settings) throws Exception {
        app = TestApp.in(home, settings);
        service = app.open();
        service.serve(Action.START, TestApp.workers(workers));
    }

    @AfterEach
    void stop() throws Exception {
        service.close();
        app.close();
    }

    private Path folder() throws IOException {
        return Files.createDirectories(home.resolve("seen"));
    }

    private TaskReceipt look(String how) throws Exception {
        return service.submit(Task.of("look")
                .args(Map.of("folder", folder().toString(), how, true))
                .maxAttempts(2));
    }

    private Heartbeat beat(String worker) throws IOException {
        return Objects.requireNonNull(app.beats().get(worker), worker + " does not beat");
    }

    private void kill(String worker) throws IOException {
        ProcessHandle.of(beat(worker).process().pid()).orElseThrow().destroyForcibly();
    }

    private String steward() throws IOException {
        return StewardReport.read(Disk.local(), app.layout())
                .map(StewardReport::worker)
                .orElse("");
    }

    private String another(String worker) throws IOException {
        return app.beats().keySet().stream()
                .filter(name -> !name.equals(worker))
                .findFirst()
                .orElseThrow();
    }

    /** The restarts of one worker that anybody has made since the start. */
    private List<Double> restartsOf(String worker) throws Exception {
        Path file = app.env.serviceFolder().resolve("restarts.json");
        List<Double> at = new ArrayList<>();
        for (JsonNode launch : Json.parse(Files.readAllBytes(file)).path("launches"))
            if (launch.path("worker").asText().equals(worker)
                    && !launch.path("reason").asText().isEmpty())
                at.add(launch.path("at").doubleValue());
        return at;
    }

    @Test
    void a_heartbeat_tells_load_and_the_progress_of_the_running_task() throws Exception {
        start(1);
        TaskReceipt task = look("wait");
        await().atMost(SOON)
                .until(() -> beat("127.0.0.1:1").currentTasks().stream()
                        .anyMatch(current -> current.progressAt() > current.startedAt()));
        Heartbeat.CurrentTask current = beat("127.0.0.1:1").currentTasks().get(0);
        assertThat(current.id()).isEqualTo(task.id());
        assertThat(current.kind()).isEqualTo("look");
        await().atMost(SOON).until(() -> beat("127.0.0.1:1").load().isPresent());
        Heartbeat.Load load = beat("127.0.0.1:1").load().orElseThrow();
        assertThat(load.cpu()).isNotNegative();
        assertThat(load.memoryBytes()).isGreaterThan(10L << 20);
        assertThat(load.threads()).isGreaterThan(4);
        Files.createFile(folder().resolve("open"));
        assertThat(task.await(SOON).isDone()).isTrue();
    }

    @Test
    void the_idempotency_key_stays_the_same_when_a_task_is_tried_again() throws Exception {
        start(1);
        TaskReceipt task = look("throw");
        assertThat(task.await(SOON).state()).isEqualTo(TaskState.FAILED);
        assertThat(folder().resolve("key-1")).content().isEqualTo(task.stem());
        assertThat(folder().resolve("key-2")).content().isEqualTo(task.stem());
    }

    @Test
    void the_idempotency_key_stays_the_same_when_a_task_is_taken_from_a_dead_worker() throws Exception {
        start(2);
        TaskReceipt task = look("wait");
        await().atMost(SOON).until(() -> app.beats().values().stream().anyMatch(found -> found.busySlots() > 0));
        kill(app.beats().values().stream()
                .filter(found -> found.busySlots() > 0)
                .findFirst()
                .orElseThrow()
                .worker());
        await().atMost(SOON).until(() -> Files.exists(folder().resolve("key-2")));
        Files.createFile(folder().resolve("open"));
        assertThat(task.await(SOON).isDone()).isTrue();
        assertThat(folder().resolve("key-1")).content().isEqualTo(task.stem());
        assertThat(folder().resolve("key-2")).content().isEqualTo(task.stem());
    }

    @Test
    void the_lease_passes_to_another_within_a_second_when_the_stewards_process_is_killed() throws Exception {
        start(2);
        await().atMost(SOON).until(() -> !steward().isEmpty());
        withinASecond(() -> {
            String first = steward();
            String heir = another(first);
            int before = restartsOf(first).size();
            kill(first);
            Duration taken = until(() -> steward().equals(heir));
            await().atMost(SOON).until(() -> restartsOf(first).size() == before + 1);
            assertThat(service.submit(Task.of("echo").worker(first)).await(SOON).isDone())
                    .isTrue();
            return taken;
        });
    }

    @Test
    void a_killed_worker_is_noticed_and_started_again_within_a_second_and_once() throws Exception {
        start(2);
        await().atMost(SOON).until(() -> !steward().isEmpty());
        withinASecond(() -> {
            String victim = another(steward());
            String before = beat(victim).incarnation();
            int restarts = restartsOf(victim).size();
            kill(victim);
            Duration taken = until(() -> restartsOf(victim).size() > restarts);
            await().atMost(SOON).until(() -> !beat(victim).incarnation().equals(before));
            assertThat(service.submit(Task.of("echo").worker(victim))
                            .await(SOON)
                            .isDone())
                    .isTrue();
            assertThat(restartsOf(victim)).hasSize(restarts + 1);
            assertThat(service.health(LOOK).workers().rows())
                    .filteredOn(row -> row.worker().equals(victim))
                    .singleElement()
                    .satisfies(row -> assertThat(row.restarts()).isEqualTo(restarts + 1));
            return taken;
        });
    }

    /** A machine that is busy with other things may delay any one of them; the best of some deaths tells. */
    private static void withinASecond(Callable<Duration> death) throws Exception {
        List<Duration> taken = new ArrayList<>();
        do taken.add(death.call());
        while (Collections.min(taken).compareTo(NOTICED) > 0 && taken.size() < DEATHS);
        assertThat(Collections.min(taken)).as("of %s", taken).isLessThanOrEqualTo(NOTICED);
    }

    private static Duration until(Callable<Boolean> happened) {
        long start = Time.system().nanos();
        await().pollDelay(Duration.ZERO).pollInterval(OFTEN).atMost(SOON).until(happened);
        return Duration.ofNanos(Time.system().nanos() - start);
    }

    @Test
    void a_running_service_promotes_a_delayed_task_when_it_is_due_and_not_before() throws Exception {
        start(1);
        Instant due = Time.system().instant().plusMillis(1_500);
        TaskReceipt task = service.submit(Task.of("echo").notBefore(due));
        assertThat(app.names(app.layout().folder(TaskState.SCHEDULED))).hasSize(1);
        assertThat(task.await(SOON).isDone()).isTrue();
        assertThat(Time.system().instant()).isAfterOrEqualTo(due);
    }

    @Test
    void a_worker_that_never_begins_is_tried_more_and_more_seldom_and_lives_when_it_can() throws Exception {
        Path exit = home.resolve("exit");
        start(2, "java_options = [\"-D" + TestHandlers.SlowToMake.EXIT + "=" + exit + "\"]");
        await().atMost(SOON).until(() -> !steward().isEmpty());
        String victim = another(steward());
        Files.createFile(exit);
        kill(victim);
        await().atMost(SOON).until(() -> restartsOf(victim).size() >= 5);
        Files.delete(exit);
        List<Double> at = restartsOf(victim);
        double least = 0.5;
        for (int i = 1; i < 5; i++, least *= 2)
            assertThat(at.get(i) - at.get(i - 1)).as("restart %d of %s", i, at).isGreaterThanOrEqualTo(least);
        assertThat(service.submit(Task.of("echo").worker(victim)).await(SOON).isDone())
                .isTrue();
    }
}
