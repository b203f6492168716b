package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.settings.ServeOptions;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service on a machine whose clock is set, whose disk is full for a moment, and whose memory ends. */
class FaultsTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final ServeOptions NOTHING = ServeOptions.defaults();
    private static final String FIRST = "127.0.0.1:1";

    @TempDir
    Path home;

    private record SetClock(AtomicLong seconds) implements Time {
        @Override
        public Instant instant() {
            return Time.system().instant().plusSeconds(seconds.get());
        }

        @Override
        public long nanos() {
            return Time.system().nanos();
        }

        @Override
        public void sleep(Duration length) throws InterruptedException {
            Time.system().sleep(length);
        }
    }

    private static Set<String> incarnations(TestApp app) throws IOException {
        return app.beats().values().stream().map(Heartbeat::incarnation).collect(Collectors.toSet());
    }

    private static boolean works(TestApp app, String worker) throws IOException {
        Heartbeat beat = app.beats().get(worker);
        return beat != null && beat.state() == Heartbeat.State.RUNNING;
    }

    @Test
    void a_clock_that_is_set_an_hour_either_way_keeps_nothing_from_being_started_again() throws Exception {
        AtomicLong offset = new AtomicLong();
        ThreadLauncher launcher = new ThreadLauncher();
        try (TestApp app = TestApp.in(home, "launcher = \"in-process\"");
                Service service = Service.open(
                        app.env, launcher.alone(ServicePorts.system().withTime(new SetClock(offset))))) {
            service.serve(Action.START, TestApp.workers(2));
            for (long set : new long[] {-3_600, 3_600}) {
                String before = app.beats().get(FIRST).incarnation();
                launcher.end(FIRST);
                offset.set(set);
                await().atMost(SOON)
                        .until(() -> works(app, FIRST)
                                && !app.beats().get(FIRST).incarnation().equals(before));
                assertThat(service.submit(Task.of("echo").worker(FIRST))
                                .await(SOON)
                                .isDone())
                        .isTrue();
            }
            offset.set(-7_200);
            assertThat(service.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
            assertThat(service.serve(Action.START, TestApp.workers(2)).status()).isEqualTo("running");
            assertThat(service.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
        } finally {
            launcher.endAll();
        }
    }

    @Test
    void a_disk_that_is_full_for_a_moment_leaves_no_lock_behind() throws Exception {
        AtomicBoolean full = new AtomicBoolean();
        AtomicBoolean struck = new AtomicBoolean();
        ThreadLauncher launcher = new ThreadLauncher();
        Disk disk = WatchedDisk.with((method, arguments) -> {
            if (!full.get()
                    || !method.equals("replace")
                    || !arguments[0].toString().endsWith("operation.json")) return;
            struck.set(true);
            throw new FileSystemException(arguments[0].toString(), null, "No space left on device");
        });
        try (TestApp app = TestApp.in(home, "launcher = \"in-process\"");
                Service service = Service.open(
                        app.env, launcher.alone(ServicePorts.system().withDisk(disk)))) {
            service.serve(Action.START, TestApp.workers(2));
            full.set(true);
            launcher.end(FIRST);
            await().atMost(SOON).untilTrue(struck);
            full.set(false);
            await().atMost(SOON).until(() -> works(app, FIRST));
            assertThat(service.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
        } finally {
            launcher.endAll();
        }
    }

    @Test
    void dead_workers_are_started_again_although_the_logs_of_outcomes_cannot_be_listed() throws Exception {
        AtomicBoolean refuses = new AtomicBoolean();
        AtomicBoolean struck = new AtomicBoolean();
        ThreadLauncher launcher = new ThreadLauncher();
        Disk disk = WatchedDisk.with((method, arguments) -> {
            if (!refuses.get()
                    || !method.equals("sortedNames")
                    || !arguments[0].toString().endsWith("outcomes")) return;
            struck.set(true);
            throw new IOException("Input/output error");
        });
        try (TestApp app = TestApp.in(home, "launcher = \"in-process\"");
                Service service = Service.open(
                        app.env, launcher.alone(ServicePorts.system().withDisk(disk)))) {
            service.serve(Action.START, TestApp.workers(2));
            String before = app.beats().get(FIRST).incarnation();
            refuses.set(true);
            launcher.end(FIRST);
            await().atMost(SOON)
                    .until(() -> works(app, FIRST)
                            && !app.beats().get(FIRST).incarnation().equals(before));
            await().atMost(SOON).untilTrue(struck);
            refuses.set(false);
            assertThat(service.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
        } finally {
            launcher.endAll();
        }
    }

    @Test
    void a_worker_claims_nothing_before_its_first_heartbeat_is_there() throws Exception {
        AtomicBoolean refuses = new AtomicBoolean();
        AtomicInteger struck = new AtomicInteger();
        ThreadLauncher launcher = new ThreadLauncher();
        try (TestApp app = TestApp.in(home, "launcher = \"in-process\"");
                Service service = Service.open(
                        app.env,
                        launcher.alone(ServicePorts.system().withDisk(withoutBeatsOf(FIRST, refuses, struck))))) {
            service.serve(Action.START, TestApp.workers(2));
            String before = app.beats().get(FIRST).incarnation();
            refuses.set(true);
            launcher.end(FIRST);
            TaskReceipt task = service.submit(Task.of("echo").worker(FIRST));
            struck.set(0);
            await().atMost(SOON).until(() -> struck.get() >= 5);
            assertThat(task.peek()).isEmpty();
            assertThat(app.names(app.layout().folder(TaskState.RUNNING))).isEmpty();
            refuses.set(false);
            assertThat(task.await(SOON).isDone()).isTrue();
            assertThat(app.beats().get(FIRST).incarnation()).isNotEqualTo(before);
        } finally {
            launcher.endAll();
        }
    }

    @Test
    void a_steward_whose_heartbeat_the_disk_refuses_does_not_take_itself_for_dead() throws Exception {
        AtomicBoolean refuses = new AtomicBoolean();
        AtomicInteger struck = new AtomicInteger();
        ThreadLauncher launcher = new ThreadLauncher();
        try (TestApp app = TestApp.in(home, "launcher = \"in-process\"", "heartbeat_timeout = 1.0");
                Service service = Service.open(
                        app.env,
                        launcher.alone(ServicePorts.system().withDisk(withoutBeatsOf(FIRST, refuses, struck))))) {
            service.serve(Action.START, TestApp.workers(1));
            String before = app.beats().get(FIRST).incarnation();
            long began = app.beats().get(FIRST).sequence();
            refuses.set(true);
            await().during(Duration.ofSeconds(3))
                    .atMost(SOON)
                    .until(() -> app.beats().get(FIRST).incarnation().equals(before));
            assertThat(struck).hasPositiveValue();
            refuses.set(false);
            await().atMost(SOON).until(() -> app.beats().get(FIRST).sequence() > began);
            assertThat(app.beats().get(FIRST).incarnation()).isEqualTo(before);
        } finally {
            launcher.endAll();
        }
    }

    /** A disk that refuses one worker's heartbeats for a while. */
    private static Disk withoutBeatsOf(String worker, AtomicBoolean refuses, AtomicInteger struck) {
        String file = worker.replace(':', '-') + ".json";
        return WatchedDisk.with((method, arguments) -> {
            if (!refuses.get()
                    || !method.equals("replace")
                    || !arguments[0].toString().contains("/heartbeats/")
                    || !arguments[0].toString().endsWith(file)) return;
            struck.incrementAndGet();
            throw new FileSystemException(arguments[0].toString(), null, "Read-only file system");
        });
    }

    @Test
    void a_steward_that_runs_out_of_memory_ends_with_its_worker_and_another_keeps_the_house() throws Exception {
        AtomicBoolean strike = new AtomicBoolean();
        ThreadLauncher launcher = new ThreadLauncher();
        Disk disk = WatchedDisk.with((method, arguments) -> {
            boolean stewards = Thread.currentThread().getName().startsWith("millrace-steward");
            if (stewards && strike.getAndSet(false)) throw new OutOfMemoryError("made up by the test");
        });
        try (TestApp app = TestApp.in(home, "launcher = \"in-process\"");
                Service service = Service.open(
                        app.env, launcher.alone(ServicePorts.system().withDisk(disk)))) {
            service.serve(Action.START, TestApp.workers(2));
            Set<String> before = incarnations(app);
            strike.set(true);
            await().atMost(SOON).until(() -> !strike.get());
            await().atMost(SOON).until(() -> !incarnations(app).equals(before));
            await().atMost(SOON).until(() -> works(app, FIRST) && works(app, "127.0.0.1:2"));
        } finally {
            launcher.endAll();
        }
    }

    @Test
    void a_worker_that_has_nothing_to_do_forces_nothing() throws Exception {
        Queue<String> forced = new ConcurrentLinkedQueue<>();
        ThreadLauncher launcher = new ThreadLauncher();
        Disk disk = WatchedDisk.with((method, arguments) -> {
            if (method.startsWith("force") || Arrays.asList(arguments).contains(Durability.FSYNC))
                forced.add(method + " " + arguments[0]);
        });
        try (TestApp app = TestApp.in(home, "launcher = \"in-process\"");
                Service service = Service.open(
                        app.env, launcher.alone(ServicePorts.system().withDisk(disk)))) {
            service.serve(Action.START, TestApp.workers(1));
            assertThat(service.submit(Task.of("echo")).await(SOON).isDone()).isTrue();
            assertThat(forced).as("while it had something to do").isNotEmpty();
            awaitBeats(app, 2);
            forced.clear();
            awaitBeats(app, 3);
            assertThat(forced).isEmpty();
        } finally {
            launcher.endAll();
        }
    }

    private static void awaitBeats(TestApp app, int more) throws IOException {
        long before = app.beats().get(FIRST).sequence();
        await().atMost(SOON).until(() -> app.beats().get(FIRST).sequence() >= before + more);
    }

    @Test
    void a_drained_worker_that_dies_comes_back_drained() throws Exception {
        ThreadLauncher launcher = new ThreadLauncher();
        try (TestApp app = TestApp.in(home, "launcher = \"in-process\"");
                Service service = Service.open(app.env, launcher.alone(ServicePorts.system()))) {
            service.serve(Action.START, TestApp.workers(2));
            service.drain(List.of(FIRST), false);
            await().atMost(SOON).until(() -> app.beats().get(FIRST).state() == Heartbeat.State.DRAINING);
            String before = app.beats().get(FIRST).incarnation();
            launcher.end(FIRST);
            await().atMost(SOON)
                    .until(() -> !app.beats().get(FIRST).incarnation().equals(before)
                            && app.beats().get(FIRST).state() == Heartbeat.State.DRAINING);
            ServeReport stopped = service.serve(Action.STOP, NOTHING);
            assertThat(stopped.status()).isEqualTo("stopped");
        } finally {
            launcher.endAll();
        }
    }
}
