package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.launch.ProcessLauncher;
import dev.millrace.launch.SshLauncher;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.liveness.Processes;
import dev.millrace.settings.ServeOptions;
import dev.millrace.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers on another host, which is this one by another name, through a real OpenSSH server. */
class SshWorkerTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path home;

    @BeforeEach
    void needsOpenSsh() {
        assumeTrue(Files.isExecutable(SshServer.SSHD), "no OpenSSH server here: install openssh-server to run this");
    }

    private static Service open(TestApp app, SshServer server) {
        List<String> ssh = List.of("ssh", "-F", server.clientConfig.toString());
        return Service.open(
                app.env,
                ServicePorts.system()
                        .withLaunchers(List.of(new ProcessLauncher(), new SshLauncher(ssh, Processes.local()))));
    }

    private static ServeOptions here(int here, int there) {
        Map<String, Integer> workers = new LinkedHashMap<>();
        if (here > 0) workers.put("127.0.0.1", here);
        workers.put(SshServer.ALIAS, there);
        return ServeOptions.defaults().withWorkers(workers);
    }

    @Test
    void workers_here_and_there_serve_one_queue_and_stop() throws Exception {
        try (SshServer server = SshServer.in(home.resolve("ssh"));
                TestApp app = TestApp.in(home);
                Service service = open(app, server)) {
            ServeReport started = service.serve(Action.START, here(1, 1));
            assertThat(started.workers()).containsExactly("127.0.0.1:1", "far-away:1");
            TaskReceipt there = service.submit(Task.of("echo").worker("far-away:1"));
            assertThat(there.await(SOON).result().path("worker").asText()).isEqualTo("far-away:1");
            assertThat(service.serve(Action.STATUS, ServeOptions.defaults()).status())
                    .isEqualTo("running");
            assertThat(service.serve(Action.STOP, ServeOptions.defaults()).status())
                    .isEqualTo("stopped");
            assertThat(app.processes()).isEmpty();
        }
    }

    @Test
    void a_worker_there_that_does_not_stop_is_killed_by_force_and_its_task_comes_back() throws Exception {
        try (SshServer server = SshServer.in(home.resolve("ssh"));
                TestApp app = TestApp.in(home);
                Service service = open(app, server)) {
            service.serve(Action.START, here(0, 1));
            Path folder = Files.createDirectories(home.resolve("gate"));
            TaskReceipt receipt = service.submit(Task.of("gate").args(Map.of("folder", folder.toString())));
            await().atMost(SOON).until(() -> Files.exists(folder.resolve("began-" + receipt.id() + "-1")));
            ServeReport stopped = service.serve(
                    Action.STOP,
                    ServeOptions.defaults()
                            .withStopTimeout(Duration.ofSeconds(1))
                            .withForce(true));
            assertThat(stopped.status()).isEqualTo("stopped");
            assertThat(app.processes()).isEmpty();
            assertThat(service.queue()
                            .locate(receipt.stem())
                            .orElseThrow()
                            .state()
                            .word())
                    .isEqualTo("pending");
        }
    }

    @Test
    void a_host_that_cannot_be_reached_fails_the_start_and_leaves_nothing_here() throws Exception {
        try (SshServer server = SshServer.in(home.resolve("ssh"));
                TestApp app = TestApp.in(home);
                Service service = open(app, server)) {
            ServeOptions options = ServeOptions.defaults().withWorkers(Map.of("no-such-host.invalid", 1));
            assertThatThrownBy(() -> service.serve(Action.START, options))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no-such-host.invalid")
                    .hasMessageContaining("by hand");
            assertThat(app.processes()).isEmpty();
        }
    }
}
