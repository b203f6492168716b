package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.settings.ServeOptions;
import dev.millrace.task.Task;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a service is to others than the process that started it, and after that process has died. */
@Order(1)
class RecoveryTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path home;

    private Process controller() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Controller.class.getName(),
                        home.toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine())
            if (line.equals("running")) return process;
        throw new IOException("the controller did not start the service");
    }

    @Test
    void while_the_controller_lives_others_look_submit_and_are_refused_a_start() throws Exception {
        try (TestApp app = TestApp.in(home);
                Service other = app.open()) {
            Process controller = controller();
            try {
                assertThat(other.serve(Action.HEALTH, ServeOptions.defaults()).status())
                        .isEqualTo("running");
                assertThat(other.submit(Task.of("echo")).await(SOON).isDone()).isTrue();
                assertThatThrownBy(() -> other.serve(Action.START, TestApp.workers(2)))
                        .isInstanceOf(ServiceException.AlreadyRunning.class)
                        .hasMessageContaining("process " + controller.pid());
            } finally {
                controller.destroyForcibly();
            }
        }
    }

    @Test
    void after_the_controller_was_killed_others_look_submit_take_it_up_and_stop_it() throws Exception {
        try (TestApp app = TestApp.in(home);
                Service looker = app.open();
                Service starter = app.open();
                Service stopper = app.open()) {
            Process controller = controller();
            controller.destroyForcibly();
            controller.waitFor();
            assertThat(app.processes()).hasSize(2);
            assertThat(looker.serve(Action.STATUS, ServeOptions.defaults()).workers())
                    .hasSize(2);
            assertThat(looker.submit(Task.of("echo")).await(SOON).isDone()).isTrue();
            ServeReport taken =
                    starter.serve(Action.START, ServeOptions.defaults().withCleanupDoneMaxFiles(7));
            assertThat(taken.status()).isEqualTo("running");
            assertThat(taken.has(ServeReport.Flag.RECOVERED)).isTrue();
            assertThat(taken.toJson().path("recovered").asBoolean()).isTrue();
            assertThat(Files.readString(app.env.serviceFolder().resolve("service_record.json")))
                    .contains("\"cleanup_done_max_files\": 7");
            assertThat(stopper.serve(Action.STOP, ServeOptions.defaults()).status())
                    .isEqualTo("stopped");
            assertThat(app.processes()).isEmpty();
        }
    }

    @Test
    void observing_leaves_the_disk_as_it_is_byte_for_byte() throws Exception {
        try (TestApp app = TestApp.in(home, "heartbeat_timeout = 60", "heartbeat_interval = 20", "poll_interval = 10");
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(1));
            app.killAll();
            Map<String, String> before = tree(app.env.share());
            ServeReport look =
                    service.serve(Action.HEALTH, ServeOptions.defaults().withObserve(true));
            assertThat(look.status()).isEqualTo("stopped");
            assertThat(look.workerHealth().get(0).reason()).isEqualTo("loop-error");
            assertThat(look.healthPath()).isEmpty();
            assertThat(tree(app.env.share())).isEqualTo(before);
            assertThat(app.processes()).isEmpty();
        }
    }

    private static Map<String, String> tree(Path root) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                FileTime modified = Files.getLastModifiedTime(path);
                String content = Files.isRegularFile(path) ? Files.readString(path) : "";
                tree.put(root.relativize(path).toString(), modified + " " + content);
            }
        }
        return tree;
    }

    @Test
    void a_look_starts_a_dead_worker_again_and_tells_it_once() throws Exception {
        try (TestApp app = TestApp.in(home);
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(1));
            app.killAll();
            ServeReport mended = service.serve(Action.STATUS, ServeOptions.defaults());
            assertThat(mended.restarted()).containsExactly("127.0.0.1:1");
            assertThat(mended.restartReasons()).containsEntry("127.0.0.1:1", "loop-error");
            assertThat(mended.status()).isEqualTo("running");
            assertThat(mended.workerHealth().get(0).healthy()).isTrue();
            assertThat(service.serve(Action.STATUS, ServeOptions.defaults()).restarted())
                    .isEmpty();
            assertThat(service.submit(Task.of("echo")).await(SOON).isDone()).isTrue();
        }
    }

    @Test
    void a_record_that_cannot_be_read_is_never_taken_for_absent() throws Exception {
        try (TestApp app = TestApp.in(home);
                Service service = app.open();
                Service other = app.open()) {
            service.serve(Action.START, TestApp.workers(2));
            Path record = app.env.serviceFolder().resolve("service_record.json");
            Files.writeString(record, "{ torn");
            ServeReport look = other.serve(Action.STATUS, ServeOptions.defaults());
            assertThat(look.status()).isEqualTo("error");
            assertThat(look.has(ServeReport.Flag.RECOVERY_REQUIRED)).isTrue();
            assertThat(look.message()).contains(record.toString()).contains("stop");
            assertThatThrownBy(() -> other.serve(Action.START, TestApp.workers(1)))
                    .isInstanceOf(ServiceException.OwnershipUnknown.class);
            ServeReport stopped = other.serve(Action.STOP, ServeOptions.defaults());
            assertThat(stopped.status()).isEqualTo("stopped");
            assertThat(stopped.has(ServeReport.Flag.LEGACY_FULL_SHUTDOWN)).isTrue();
            assertThat(stopped.workers()).hasSize(2);
            assertThat(app.processes()).isEmpty();
        }
    }

    @Test
    void a_worker_that_was_frozen_is_replaced_and_the_zombie_changes_nothing() throws Exception {
        try (TestApp app = TestApp.in(home, "heartbeat_timeout = 1.5", "heartbeat_interval = 0.3", "slots = 1");
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(2));
            Path folder = Files.createDirectories(home.resolve("gate"));
            TaskReceipt receipt = service.submit(Task.of("gate").args(Map.of("folder", folder.toString())));
            Path began = folder.resolve("began-" + receipt.id() + "-1");
            await().atMost(SOON).until(() -> Files.exists(began) && Files.size(began) > 0);
            long frozen = Long.parseLong(Files.readString(began));
            signal("STOP", frozen);
            await().atMost(SOON).until(() -> Files.exists(folder.resolve("began-" + receipt.id() + "-2")));
            Files.createFile(folder.resolve("open"));
            assertThat(receipt.await(SOON)
                            .document()
                            .orElseThrow()
                            .path("attempt")
                            .intValue())
                    .isEqualTo(2);
            // The steward ends what it replaces.
            await().atMost(SOON)
                    .until(() -> ProcessHandle.of(frozen)
                            .map(process -> !process.isAlive())
                            .orElse(true));
            await().atMost(SOON).untilAsserted(() -> assertThat(app.processes()).hasSize(2));
        }
    }

    private static void signal(String name, long pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(List.of("kill", "-" + name, Long.toString(pid)))
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void parked_workers_stay_warm_take_nothing_and_run_again_after_start() throws Exception {
        try (TestApp app = TestApp.in(home);
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(1));
            long pid = app.processes().get(0).pid();
            assertThat(service.drain(List.of(), false)).containsExactly("127.0.0.1:1");
            await().atMost(SOON)
                    .until(() -> app.beats().get("127.0.0.1:1").state().word().equals("draining"));
            TaskReceipt receipt = service.submit(Task.of("echo"));
            service.drain(List.of(), true);
            assertThat(receipt.await(SOON).isDone()).isTrue();
            ServeReport parked =
                    service.serve(Action.STOP, ServeOptions.defaults().withShutdownOnStop(false));
            assertThat(parked.status()).isEqualTo("stopped");
            assertThat(app.processes()).hasSize(1);
            assertThat(service.serve(Action.STATUS, ServeOptions.defaults()).status())
                    .isEqualTo("stopped");
            assertThatThrownBy(() -> service.submit(Task.of("echo"))).isInstanceOf(ServiceException.NotRunning.class);
            assertThat(service.serve(Action.START, ServeOptions.defaults()).has(ServeReport.Flag.RECOVERED))
                    .isTrue();
            assertThat(service.submit(Task.of("echo")).await(SOON).isDone()).isTrue();
            assertThat(app.processes().get(0).pid()).isEqualTo(pid);
        }
    }

    @Test
    void a_worker_that_cannot_begin_fails_the_start_shows_its_output_and_leaves_nothing() throws Exception {
        try (TestApp app = TestApp.in(home, "default_kind = \"no-such\"");
                Service service = app.open()) {
            assertThatThrownBy(() -> service.serve(Action.START, TestApp.workers(2)))
                    .isInstanceOf(ServiceException.class)
                    .hasMessageContaining("no-such");
            assertThat(app.processes()).isEmpty();
            assertThat(service.serve(Action.STATUS, ServeOptions.defaults()).status())
                    .isEqualTo("idle");
        }
    }

    @Test
    void in_process_workers_run_tasks_and_end_with_their_service() throws Exception {
        try (TestApp app = TestApp.in(home, "launcher = \"in-process\"")) {
            try (Service service = app.open()) {
                assertThat(service.serve(Action.START, TestApp.workers(2)).workers())
                        .hasSize(2);
                assertThat(service.submit(Task.of("echo")).await(SOON).isDone()).isTrue();
                assertThat(service.serve(Action.STATUS, ServeOptions.defaults()).status())
                        .isEqualTo("running");
                assertThat(app.processes()).isEmpty();
                ServeReport stopped = service.serve(Action.STOP, ServeOptions.defaults());
                assertThat(stopped.status()).isEqualTo("stopped");
            }
        }
    }
}
