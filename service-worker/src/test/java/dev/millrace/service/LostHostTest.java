package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.launch.InProcessLauncher;
import dev.millrace.launch.SshLauncher;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.lifecycle.WorkerEntry;
import dev.millrace.lifecycle.WorkerLauncher;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.settings.Launcher;
import dev.millrace.settings.ServeOptions;
import dev.millrace.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers on a host of which nothing is known but their heartbeats, and that may not answer any more. */
@Tag("once")
@Order(1)
class LostHostTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final ServeOptions NOTHING = ServeOptions.defaults();
    private static final ServeOptions AT_ONCE = NOTHING.withStopTimeout(Duration.ofMillis(100));
    private static final String FAR = SshServer.ALIAS + ":1";

    @TempDir
    Path home;

    // ------------------------------------------------------------------ a real ssh, seen from afar

    @Test
    void a_kill_on_another_host_is_proven_there_and_the_task_comes_back() throws Exception {
        assumeTrue(Files.isExecutable(SshServer.SSHD), "no OpenSSH server here: install openssh-server to run this");
        try (SshServer server = SshServer.in(home.resolve("ssh"));
                TestApp app = TestApp.in(home);
                Service service = Service.open(app.env, fromAfar(server))) {
            service.serve(Action.START, NOTHING.withWorkers(Map.of(SshServer.ALIAS, 1)));
            Path folder = Files.createDirectories(home.resolve("gate"));
            TaskReceipt receipt = service.submit(Task.of("gate").args(Map.of("folder", folder.toString())));
            await().atMost(SOON).until(() -> Files.exists(folder.resolve("began-" + receipt.id() + "-1")));
            ServeReport stopped = service.serve(
                    Action.STOP, NOTHING.withStopTimeout(Duration.ofSeconds(1)).withForce(true));
            assertThat(stopped.status()).isEqualTo("stopped");
            assertThat(stopped.workers()).containsExactly(FAR);
            assertThat(app.processes()).isEmpty();
            assertThat(service.queue()
                            .locate(receipt.stem())
                            .orElseThrow()
                            .state()
                            .word())
                    .isEqualTo("pending");
        }
    }

    private static ServicePorts fromAfar(SshServer server) {
        List<String> ssh = List.of("ssh", "-F", server.clientConfig.toString());
        return ServicePorts.system()
                .withProcesses(FarHost.view())
                .withLaunchers(List.of(new SshLauncher(ssh, Processes.local())));
    }

    // ------------------------------------------------------------------ hosts that do not answer

    /** Workers here are threads; those elsewhere beat once and are then out of reach. */
    private static final class HalfLostLauncher implements WorkerLauncher {
        private final InProcessLauncher near = new InProcessLauncher();
        private final List<String> tried = Collections.synchronizedList(new ArrayList<>());
        private volatile boolean lost;

        @Override
        public boolean serves(Launcher launcher, String host) {
            return true;
        }

        @Override
        public boolean isRemote() {
            return true;
        }

        @Override
        public ProcessIdentity launch(ServiceFiles files, ServiceRecord record, WorkerEntry worker) throws IOException {
            tried.add("launch " + worker.name());
            if (worker.host().equals("127.0.0.1")) return near.launch(files, record, worker);
            requireFound(worker);
            double now = ServicePorts.system().time().epochSeconds();
            Heartbeats.write(files.disk(), record.queueDir().resolve("heartbeats"), FarHost.beat(worker.name(), now));
            return ProcessIdentity.unknown();
        }

        @Override
        public boolean kill(ServiceRecord record, WorkerEntry worker, ProcessIdentity process) throws IOException {
            tried.add("kill " + worker.name());
            if (worker.host().equals("127.0.0.1")) return near.kill(record, worker, process);
            requireFound(worker);
            return false;
        }

        private void requireFound(WorkerEntry worker) throws IOException {
            if (lost) throw new IOException("cannot reach " + worker.host() + ": no route");
        }

        long tries(String what) {
            return tried.stream().filter(what::equals).count();
        }
    }

    private static ServeOptions workers(String firstHost, String secondHost) {
        Map<String, Integer> workers = new LinkedHashMap<>();
        workers.put(firstHost, 1);
        workers.put(secondHost, 1);
        return NOTHING.withWorkers(workers);
    }

    private static Service open(TestApp app, WorkerLauncher launcher) {
        return Service.open(app.env, ServicePorts.system().withLaunchers(List.of(launcher)));
    }

    private TestApp quick() throws IOException {
        return TestApp.in(
                home,
                "launcher = \"in-process\"",
                "heartbeat_timeout = 1",
                "heartbeat_interval = 0.2",
                "start_timeout = 1");
    }

    @Test
    void a_host_that_cannot_be_reached_makes_a_stop_partial_names_it_and_the_others_are_stopped() throws Exception {
        HalfLostLauncher launcher = new HalfLostLauncher();
        try (TestApp app = quick();
                Service service = open(app, launcher)) {
            service.serve(Action.START, workers(SshServer.ALIAS, "127.0.0.1"));
            launcher.lost = true;
            ServeReport partial = service.serve(Action.STOP, AT_ONCE.withForce(true));
            assertThat(partial.status()).isEqualTo("partial");
            assertThat(partial.workers()).containsExactly("127.0.0.1:1");
            assertThat(partial.pending()).containsExactly(FAR);
            assertThat(partial.message()).contains("cannot reach far-away", "--abandon far-away");

            assertThatThrownBy(() -> service.serve(Action.STOP, AT_ONCE.withAbandon(List.of("far-awya"))))
                    .isInstanceOf(ServiceException.class)
                    .hasMessageContaining("far-awya")
                    .hasMessageContaining("far-away");
            ServeReport stopped = service.serve(Action.STOP, AT_ONCE.withAbandon(List.of("far-away")));
            assertThat(stopped.status()).isEqualTo("stopped");
            assertThat(stopped.workers()).isEmpty();
            assertThat(stopped.toJson().path("abandoned").asBoolean()).isTrue();
            assertThat(stopped.message()).contains(FAR, "beats fall silent");
            assertThat(service.serve(Action.STATUS, NOTHING).status()).isEqualTo("idle");
        }
    }

    @Test
    void giving_up_one_host_does_not_give_up_what_runs_elsewhere() throws Exception {
        HalfLostLauncher launcher = new HalfLostLauncher();
        try (TestApp app = quick();
                Service service = open(app, launcher)) {
            service.serve(Action.START, workers(SshServer.ALIAS, "127.0.0.1"));
            launcher.lost = true;
            Path folder = Files.createDirectories(home.resolve("gate"));
            TaskReceipt receipt =
                    service.submit(Task.of("gate").worker("127.0.0.1:1").args(Map.of("folder", folder.toString())));
            await().atMost(SOON).until(() -> Files.exists(folder.resolve("began-" + receipt.id() + "-1")));
            ServeReport partial = service.serve(Action.STOP, AT_ONCE.withAbandon(List.of("far-away")));
            assertThat(partial.status()).isEqualTo("partial");
            assertThat(partial.pending()).containsExactly("127.0.0.1:1");
            assertThat(partial.has(ServeReport.Flag.ABANDONED)).isTrue();
            Files.createFile(folder.resolve("open"));
            ServeReport stopped = service.serve(Action.STOP, NOTHING);
            assertThat(stopped.status()).isEqualTo("stopped");
            assertThat(stopped.workers()).containsExactly("127.0.0.1:1");
        }
    }

    @Test
    void a_lost_host_is_tried_less_and_less_and_does_not_hold_up_the_restarts_of_others() throws Exception {
        HalfLostLauncher launcher = new HalfLostLauncher();
        try (TestApp app = quick();
                Service service = open(app, launcher)) {
            service.serve(Action.START, workers(SshServer.ALIAS, "127.0.0.1"));
            launcher.lost = true;
            await().atMost(SOON).untilAsserted(() -> {
                ServeReport look = service.serve(Action.STATUS, NOTHING);
                assertThat(look.launchErrors()).containsKey(FAR);
                assertThat(look.launchErrors().get(FAR)).contains("cannot reach far-away");
            });
            launcher.near.close();
            ServeReport look = service.serve(Action.STATUS, NOTHING);
            assertThat(look.restarted()).containsExactly("127.0.0.1:1");
            assertThat(look.workers()).contains("127.0.0.1:1");
            // Half a second, one, two ...: many looks, few tries.
            for (int i = 0; i < 20; i++) service.serve(Action.STATUS, NOTHING);
            assertThat(launcher.tries("kill " + FAR)).isLessThan(6);
            assertThat(launcher.tries("launch " + FAR)).isEqualTo(1);
            service.serve(Action.STOP, AT_ONCE.withForce(true).withAbandon(List.of("far-away")));
        }
    }
}
