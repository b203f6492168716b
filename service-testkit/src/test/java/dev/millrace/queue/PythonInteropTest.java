package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.storage.Disk;
import dev.millrace.task.ChunkWrapper;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** AGILAB's worker loop and submit, written again in Python from their description, work on one queue with ours. */
class PythonInteropTest {
    private static final Path SCRIPTS = Path.of("src/test/python").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private QueueWorld world;
    private Actor ours;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(hasPython(), "python3 is missing; install it to see that other languages can take part");
        world = QueueWorld.in(folder);
        ours = world.actor("ours");
    }

    private static boolean hasPython() throws InterruptedException {
        try {
            Process python = new ProcessBuilder("python3", "-c", "import json").start();
            return python.waitFor(30, TimeUnit.SECONDS) && python.exitValue() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    private Process python(String script, String... more) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("python3", SCRIPTS.resolve(script).toString(), world.root.toString()));
        command.addAll(Arrays.asList(more));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String output(Process process) throws Exception {
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(text).isZero();
        return text.strip();
    }

    private static void awaitDeath(Process process) throws Exception {
        process.getInputStream().readAllBytes();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("killed by itself").isEqualTo(137);
    }

    private ObjectNode soleTerminal(TaskState state) throws IOException {
        List<String> names = world.names(state);
        assertThat(names).hasSize(1);
        return QueueWorld.document(world.folder(state).resolve(names.get(0)));
    }

    @Test
    void a_python_worker_and_ours_drain_one_folder_at_the_same_time() throws Exception {
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < 120; i++) tasks.add(Task.of("k").id("any" + i));
        for (int i = 0; i < 20; i++) tasks.add(Task.of("k").id("py" + i).worker("python-worker"));
        for (int i = 0; i < 20; i++) tasks.add(Task.of("k").id("java" + i).worker("ours"));
        world.queue.submitAll(tasks);
        Process python = python("agilab_worker.py", "python-worker", "7", "--idle-exit", "1.5");
        // Ours waits until the other one works, then takes part.
        await().atMost(PATIENCE).until(() -> world.names(TaskState.DONE).size() > 3);
        int mine = 0;
        while (world.queue.counts().of(TaskState.DONE) < 160 && python.isAlive()) {
            world.passPoll();
            Optional<Claim> claim = ours.queue().claim();
            if (claim.isPresent()) {
                ours.done(claim.get(), "by ours");
                mine++;
            }
        }
        JsonNode end = Json.parse(output(python).getBytes(StandardCharsets.UTF_8));
        world.drain(ours);
        assertThat(world.names(TaskState.DONE)).hasSize(160);
        assertThat(world.names(TaskState.RUNNING)).isEmpty();
        assertThat(world.names(TaskState.FAILED)).isEmpty();
        assertThat(end.path("processed").intValue()).isGreaterThanOrEqualTo(20).isLessThan(160);
        assertThat(mine).isGreaterThanOrEqualTo(20);
        for (Task task : tasks) {
            String id = task.id().orElseThrow().value();
            String worker = world.queue
                    .read(world.queue.find(id).get(0))
                    .orElseThrow()
                    .value("worker_name")
                    .textValue();
            if (id.startsWith("py")) assertThat(worker).isEqualTo("python-worker");
            if (id.startsWith("java")) assertThat(worker).isEqualTo("ours");
        }
    }

    @Test
    void a_task_that_python_finished_reads_back_through_our_queue() throws Exception {
        String stem = world.queue
                .submit(Task.ofDefaultKind()
                        .id("t")
                        .plan(Json.tree(List.of(1, 2)))
                        .with("own", Map.of("kept", true)))
                .stem();
        output(python("agilab_worker.py", "py", "0", "--max-tasks", "1", "--idle-exit", "20"));
        TaskRecord record =
                world.queue.read(world.queue.locate(stem).orElseThrow()).orElseThrow();
        assertThat(record.view().state()).isEqualTo(TaskState.DONE);
        assertThat(record.result().path("plan")).isEqualTo(Json.tree(List.of(1, 2)));
        assertThat(record.result().path("metadata")).isEqualTo(Json.tree(List.of()));
        assertThat(record.value("own").path("kept").booleanValue()).isTrue();
        assertThat(record.runtimeSeconds()).isPresent();
    }

    @Test
    void a_task_that_failed_in_python_says_why() throws Exception {
        world.submit("t");
        output(python("agilab_worker.py", "py", "0", "--fail", "--max-tasks", "1", "--idle-exit", "20"));
        TaskRecord record = world.queue.read(world.queue.find("t").get(0)).orElseThrow();
        assertThat(record.view().state()).isEqualTo(TaskState.FAILED);
        assertThat(record.error()).contains("told to fail");
    }

    @Test
    void python_dialect_survives_our_worker_byte_for_byte() throws Exception {
        String name = output(python("agilab_submit.py", "--worker", "ours", "--nan", "--surrogate", "--huge"));
        byte[] before = Files.readAllBytes(world.folder(TaskState.PENDING).resolve(name));
        Claim claim = ours.claim();
        assertThat(claim.document().args().path("nan").isNumber()).isTrue();
        assertThat(claim.document().args().path("lone").textValue()).isEqualTo("a\ud800b");
        assertThat(claim.document().args().path("huge").bigIntegerValue().toString())
                .hasSize(401);
        ours.done(claim, "ok");
        byte[] after = Files.readAllBytes(world.folder(TaskState.DONE).resolve(name));
        int brace = new String(before, StandardCharsets.US_ASCII).lastIndexOf('}');
        assertThat(Arrays.copyOf(after, brace)).isEqualTo(Arrays.copyOf(before, brace));
        assertThat(after[brace]).isEqualTo((byte) ',');
        expectPythonReads(world.folder(TaskState.DONE).resolve(name));
        TaskRecord record =
                world.queue.read(world.queue.list(TaskFilter.all()).get(0)).orElseThrow();
        assertThat(record.result().textValue()).isEqualTo("ok");
    }

    /** Other readers than ours must be able to read what we wrote behind it. */
    private static void expectPythonReads(Path file) throws Exception {
        String check = """
                import json, math, sys
                d = json.load(open(sys.argv[1], encoding='utf-8'))
                a = d['args']
                assert math.isnan(a['nan']) and a['inf'] == math.inf and a['minus'] == -math.inf
                assert a['lone'] == 'a\\ud800b' and a['huge'] == 10 ** 400 + 7 and a['exact'] == 1795225087.166985
                assert a['tiny'] == 5e-324 and a['negative'] == -10 ** 30
                assert d['status'] == 'done' and d['logs'] == 'ok' and len(d['claim']['worker_incarnation']) == 32
                assert d['claim']['task_filename'] == sys.argv[1].split('/')[-1]
                """;
        output(new ProcessBuilder("python3", "-c", check, file.toString())
                .redirectErrorStream(true)
                .start());
    }

    @Test
    void plans_go_out_in_shares_and_are_expanded_for_the_handler() throws Exception {
        output(python(
                "agilab_submit.py",
                "--worker",
                "tcp://127.0.0.1:1",
                "--worker",
                "ours",
                "--plan",
                "[[1], [2, 3]]",
                "--metadata",
                "[{\"a\": 1}, {\"b\": 2}]"));
        assertThat(world.names(TaskState.PENDING).get(0)).endsWith("-000-tcp-127.0.0.1-1.task.json");
        Claim claim = ours.claim();
        assertThat(ChunkWrapper.expand(claim.document().plan()))
                .isEqualTo(Json.parse("[[], [2, 3]]".getBytes(StandardCharsets.UTF_8)));
        assertThat(ChunkWrapper.expand(claim.document().metadata()))
                .isEqualTo(Json.parse("[{}, {\"b\": 2}]".getBytes(StandardCharsets.UTF_8)));
        assertThat(ours.queue().claim()).isEmpty();
    }

    @Test
    void a_whole_plan_goes_out_as_it_is() throws Exception {
        output(python("agilab_submit.py", "--worker", "ours", "--plan", "{\"a\": [1]}", "--any"));
        Claim claim = ours.claim();
        assertThat(ChunkWrapper.expand(claim.document().plan())).isEqualTo(Json.tree(Map.of("a", List.of(1))));
    }

    @Test
    void a_pickled_task_is_quarantined_unread_by_both() throws Exception {
        String name = output(python("agilab_submit.py", "--worker", "ours", "--pickle"));
        assertThat(ours.queue().claim()).isEmpty();
        assertThat(world.whyQuarantined(name)).contains("pickled");
        output(python("agilab_submit.py", "--worker", "ours", "--pickle", "--task-id", "second"));
        output(python("agilab_worker.py", "py", "0", "--idle-exit", "0.2"));
        assertThat(world.names(TaskState.FAILED).stream().filter(n -> n.endsWith(".pkl")))
                .hasSize(2);
    }

    @Test
    void a_task_id_that_is_used_again_after_a_restart_of_its_producer_loses_no_result() throws Exception {
        for (int night = 1; night <= 3; night++) {
            output(python(
                    "agilab_submit.py",
                    "--worker",
                    "ours",
                    "--task-id",
                    "nightly",
                    "--plan",
                    "{\"n\": " + night + "}"));
            world.passPoll();
            ours.done(ours.claim(), "night " + night);
        }
        assertThat(world.names(TaskState.DONE)).hasSize(3);
    }

    private String pythonsIncarnation() throws IOException {
        return Heartbeats.readAll(Disk.local(), world.layout().heartbeats()).values().stream()
                .filter(beat -> beat.worker().equals("py"))
                .map(Heartbeat::incarnation)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_task_whose_python_worker_was_killed_while_it_ran_is_rescued_and_run_again() throws Exception {
        String stem = world.submit("t").stem();
        awaitDeath(python("agilab_worker.py", "py", "0", "--die-before-terminal"));
        String incarnation = pythonsIncarnation();
        assertThat(ours.rescue(Set.of()::contains)).as("nobody is dead").isZero();
        assertThat(ours.rescue(unknown -> !unknown.equals(incarnation)))
                .as("the others are dead")
                .isZero();
        assertThat(ours.rescue(incarnation::equals)).isEqualTo(1);
        world.drain(ours);
        ObjectNode end = world.terminal(stem);
        assertThat(end.path("worker_name").textValue()).isEqualTo("ours");
        assertThat(end.path("attempt").intValue()).isEqualTo(2);
        assertThat(end.path("claim").path("worker").textValue()).isEqualTo("ours");
        assertThat(world.placesOf(stem)).hasSize(1);
    }

    @Test
    void a_task_whose_python_worker_was_killed_after_its_end_is_not_run_again() throws Exception {
        String stem = world.submit("t").stem();
        awaitDeath(python("agilab_worker.py", "py", "0", "--die-after-terminal"));
        assertThat(world.names(TaskState.RUNNING)).hasSize(1);
        world.untilQuiet(ours, Set.of(pythonsIncarnation()));
        assertThat(world.drain(ours)).isEmpty();
        assertThat(world.terminal(stem).path("worker_name").textValue()).isEqualTo("py");
        assertThat(world.placesOf(stem)).hasSize(1);
    }

    @Test
    void nor_is_one_with_a_result_of_megabytes() throws Exception {
        String stem = world.submit("t").stem();
        awaitDeath(python("agilab_worker.py", "py", "0", "--die-after-terminal", "--result-bytes", "3000000"));
        world.untilQuiet(ours, Set.of(pythonsIncarnation()));
        assertThat(world.drain(ours)).isEmpty();
        assertThat(world.placesOf(stem)).hasSize(1);
    }

    @Test
    void nor_is_one_that_had_been_tried_before() throws Exception {
        String stem = world.submit("t").stem();
        ours.queue().settle(ours.claim(), QueueWorld.retry(Duration.ZERO));
        awaitDeath(python("agilab_worker.py", "py", "0", "--die-after-terminal"));
        world.untilQuiet(ours, Set.of(pythonsIncarnation()));
        assertThat(world.drain(ours)).isEmpty();
        assertThat(soleTerminal(TaskState.DONE).path("worker_name").textValue()).isEqualTo("py");
        assertThat(world.queue.locate(stem).map(TaskView::state)).contains(TaskState.DONE);
        assertThat(world.queue.find("t")).hasSize(1);
    }

    @Test
    void a_claim_that_never_said_whose_it_is_comes_back_after_a_while() throws Exception {
        String stem = world.submit("t").stem();
        awaitDeath(python("agilab_worker.py", "py", "0", "--die-before-claim-is-written"));
        assertThat(ours.rescue(incarnation -> true))
                .as("its worker may be about to write it")
                .isZero();
        world.time.advance(Duration.ofSeconds(20));
        assertThat(ours.rescue(incarnation -> true)).isZero();
        world.time.advance(Duration.ofSeconds(60));
        assertThat(ours.rescue(incarnation -> true)).isEqualTo(1);
        assertThat(world.stateOf(stem)).isEqualTo(TaskState.PENDING);
    }

    @Test
    void a_living_python_worker_keeps_its_task() throws Exception {
        String stem = world.submit("t").stem();
        Process python = python("agilab_worker.py", "py", "0", "--task-seconds", "1", "--max-tasks", "1");
        await().atMost(PATIENCE).until(() -> !world.names(TaskState.RUNNING).isEmpty());
        for (int i = 0; i < 20; i++) ours.rescue(Set.of("0".repeat(32))::contains);
        output(python);
        assertThat(world.terminal(stem).path("worker_name").textValue()).isEqualTo("py");
        assertThat(world.names(TaskState.RUNNING)).isEmpty();
    }
}
