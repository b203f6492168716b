package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.health.WorkerHealth;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.queue.SubmitException;
import dev.millrace.settings.ServeOptions;
import dev.millrace.storage.Disk;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The share fails under a running service: nothing that was accepted is lost, and it goes on by itself. */
@Order(1)
@Tag("once")
class RunningOnBadSharesTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final ServeOptions NOTHING = ServeOptions.defaults();

    @TempDir
    Path home;

    private TaskReceipt gated(Service service, String id) throws IOException {
        Path gate = Files.createDirectories(home.resolve("gate-" + id));
        TaskReceipt receipt = service.submit(Task.of("gate").id(id).args(Map.of("folder", gate.toString())));
        await().atMost(SOON).until(() -> Files.exists(gate.resolve("began-" + id + "-1")));
        return receipt;
    }

    private void open(String id) throws IOException {
        Files.createFile(home.resolve("gate-" + id).resolve("open"));
    }

    @Test
    void worker_processes_on_a_full_share_keep_what_they_did_and_go_on_when_there_is_room() throws Exception {
        try (TestMount mount = TestMount.at(home.resolve("share"), "size=16m");
                TestApp app = TestApp.in(home, "heartbeat_timeout = 60");
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(2));
            TaskReceipt under = gated(service, "under-way");
            Map<String, Long> before = sequences(app);
            mount.fillForGood();
            // It removes what the start left behind, and whoever comes first could have that page.
            assertThat(service.serve(Action.STATUS, NOTHING).status()).isEqualTo("running");
            mount.fillForGood();
            open("under-way");
            assertThatThrownBy(() -> service.submit(Task.of("echo").id("refused")))
                    .isInstanceOf(SubmitException.class)
                    .hasMessageContaining(app.layout().folder(TaskState.PENDING).toString())
                    .hasMessageContaining("No space left on device");
            assertThatThrownBy(() -> service.serve(Action.STOP, NOTHING))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(app.env.serviceFolder().toString())
                    .hasMessageContaining("No space left on device");
            assertThat(app.names(app.layout().folder(TaskState.DONE))).isEmpty();
            mount.free();
            assertThat(under.await(SOON).isDone()).isTrue();
            assertThat(under.await(SOON).result().intValue()).as("the attempt").isEqualTo(1);
            assertThat(service.submit(Task.of("echo")).await(SOON).isDone()).isTrue();
            await().atMost(SOON).until(() -> moved(before, sequences(app)));
            assertThat(service.queue().find("refused")).isEmpty();
            assertThat(service.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
            assertThat(app.names(app.layout().folder(TaskState.DONE))).hasSize(2);
        }
    }

    private static Map<String, Long> sequences(TestApp app) throws IOException {
        Map<String, Long> sequences = new java.util.TreeMap<>();
        app.beats().forEach((worker, beat) -> sequences.put(worker, beat.sequence()));
        return sequences;
    }

    private static boolean moved(Map<String, Long> before, Map<String, Long> now) {
        return before.keySet().stream().allMatch(worker -> now.getOrDefault(worker, 0L) > before.get(worker));
    }

    /** Changes are refused as the system refuses them; reading works. */
    private static Disk readOnlyWhile(AtomicBoolean readOnly, AtomicInteger refusals) {
        Disk real = Disk.local();
        Set<String> changes = Set.of(
                "create", "append", "rename", "delete", "writeAt", "truncate", "createFolders", "tryLock", "touch");
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    if (readOnly.get() && changes.contains(method.getName())) {
                        refusals.incrementAndGet();
                        throw new FileSystemException(arguments[0].toString(), null, "Read-only file system");
                    }
                    if (method.isDefault()) return InvocationHandler.invokeDefault(proxy, method, arguments);
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void a_service_on_a_share_that_becomes_read_only_and_writable_again_goes_on_by_itself() throws Exception {
        AtomicBoolean readOnly = new AtomicBoolean();
        AtomicInteger refusals = new AtomicInteger();
        ThreadLauncher launcher = new ThreadLauncher();
        ServicePorts ports = ServicePorts.system()
                .withDisk(readOnlyWhile(readOnly, refusals))
                .withLaunchers(List.of(launcher));
        launcher.in(ports);
        try (TestApp app = TestApp.in(home, "launcher = \"in-process\"", "heartbeat_timeout = 60");
                Service service = Service.open(app.env, ports)) {
            service.serve(Action.START, TestApp.workers(2));
            TaskReceipt under = gated(service, "under-way");
            TaskReceipt later = service.submit(Task.of("echo")
                    .id("due-meanwhile")
                    .notBefore(java.time.Instant.now().plusMillis(300)));
            readOnly.set(true);
            open("under-way");
            assertThatThrownBy(() -> service.submit(Task.of("echo")))
                    .isInstanceOf(SubmitException.class)
                    .hasMessageContaining(app.layout().folder(TaskState.PENDING).toString())
                    .hasMessageContaining("Read-only file system");
            for (Action action : new Action[] {Action.START, Action.STOP})
                assertThatThrownBy(() -> service.serve(action, NOTHING))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(app.env.serviceFolder().toString())
                        .hasMessageContaining("Read-only file system");
            assertThat(service.serve(Action.STATUS, NOTHING.withObserve(true)).status())
                    .isEqualTo("running");
            int until = refusals.get() + 20;
            await().atMost(SOON).until(() -> refusals.get() > until);
            readOnly.set(false);
            assertThat(under.await(SOON).isDone()).isTrue();
            assertThat(later.await(SOON).isDone()).isTrue();
            assertThat(service.submit(Task.of("echo")).await(SOON).isDone()).isTrue();
            assertThat(service.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
            assertThat(app.names(app.layout().folder(TaskState.DONE))).hasSize(3);
        } finally {
            launcher.endAll();
        }
    }

    @Test
    void workers_whose_share_is_gone_end_and_the_first_look_after_its_return_brings_them_back() throws Exception {
        try (TestApp app = TestApp.in(home);
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(1));
            TaskReceipt waits = service.submit(
                    Task.of("echo").notBefore(java.time.Instant.now().plusSeconds(2)));
            Path share = home.resolve("share");
            Path away = Files.move(share, home.resolve("away"));
            assertThatThrownBy(() -> service.submit(Task.of("echo")))
                    .hasMessageContaining("not running")
                    .hasMessageContaining("start it first");
            await().atMost(SOON).until(() -> app.processes().isEmpty());
            assertThat(share).as("nobody makes a new share in its place").doesNotExist();
            Files.move(away, share);
            service.serve(Action.STATUS, NOTHING);
            assertThat(waits.await(SOON).isDone()).isTrue();
            assertThat(service.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
        }
    }

    @Test
    void an_outage_longer_than_the_heartbeat_timeout_costs_no_task() throws Exception {
        try (TestMount mount = TestMount.at(home.resolve("share"), "size=16m");
                TestApp app = TestApp.in(home, "heartbeat_interval = 0.2", "heartbeat_timeout = 1");
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(2));
            List<TaskReceipt> underWay = List.of(gated(service, "one"), gated(service, "two"));
            // Whoever ends or removes a draft frees a little, which does for a heartbeat, or for one of them to be
            // restarted.
            Set<String> out = new HashSet<>();
            await().atMost(SOON).until(() -> {
                mount.fill();
                for (WorkerHealth worker : observed(service))
                    if (!worker.healthy() || worker.restarts() > 0) out.add(worker.worker());
                return out.size() == 2;
            });
            mount.free();
            await().atMost(SOON).until(() -> observed(service).stream().allMatch(WorkerHealth::healthy));
            open("one");
            open("two");
            for (TaskReceipt receipt : underWay)
                assertThat(receipt.await(SOON).isDone())
                        .as("%s", receipt.await(SOON))
                        .isTrue();
            assertThat(service.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
            assertThat(app.names(app.layout().folder(TaskState.DONE))).hasSize(2);
        }
    }

    private static List<WorkerHealth> observed(Service service) throws Exception {
        return service.serve(Action.STATUS, NOTHING.withObserve(true)).workerHealth();
    }
}
