package dev.millrace.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.storage.Disk;
import dev.millrace.testkit.SteppedTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is alive, judged by somebody whose clock may be anywhere. */
class LivenessWatchTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    private final SteppedTime time = SteppedTime.startingAt(Instant.parse("2026-11-21T12:00:00Z"));
    private final FakeProcesses processes = new FakeProcesses();
    private LivenessWatch watch;
    private long sequence;

    @BeforeEach
    void start() {
        watch = LivenessWatch.over(Disk.local(), folder, processes, time, TIMEOUT);
    }

    /** Processes that exist as the test says. */
    private static final class FakeProcesses implements Processes {
        private final Map<Long, Existence> existing = new HashMap<>();

        @Override
        public ProcessIdentity self() {
            return new ProcessIdentity(1, "s", "here", "here");
        }

        @Override
        public Existence look(ProcessIdentity process) {
            return existing.getOrDefault(process.pid(), Existence.UNKNOWN);
        }

        @Override
        public ProcessIdentity start(List<String> command, Map<String, String> environment, Path home, Path output) {
            throw new IllegalStateException("nothing is started here");
        }

        @Override
        public Finished run(List<String> command, Duration limit) {
            throw new IllegalStateException("nothing is run here");
        }

        @Override
        public void terminate(ProcessIdentity process) {
            existing.put(process.pid(), Existence.GONE);
        }

        @Override
        public void kill(ProcessIdentity process) {
            existing.put(process.pid(), Existence.GONE);
        }
    }

    private void beat(String worker, long pid, double at, Heartbeat.State state) throws IOException {
        beat(worker, pid, at, state, "a".repeat(32));
    }

    private void beat(String worker, long pid, double at, Heartbeat.State state, String incarnation)
            throws IOException {
        Heartbeats.write(
                Disk.local(),
                folder,
                new Heartbeat(
                        0,
                        worker,
                        new ProcessIdentity(pid, "s", "there", "there"),
                        incarnation,
                        at,
                        state,
                        ++sequence,
                        at,
                        1,
                        List.of(),
                        Optional.empty(),
                        Optional.empty()));
    }

    private static Judgement of(Map<String, Judgement> judged) {
        return Objects.requireNonNull(judged.get("w"));
    }

    private Standing standing() throws IOException {
        return of(watch.look()).standing();
    }

    @Test
    void a_worker_is_silent_when_its_beat_has_not_moved_for_the_timeout_on_the_observers_own_clock() throws Exception {
        beat("w", 7, time.epochSeconds(), Heartbeat.State.RUNNING);
        assertThat(standing()).isEqualTo(Standing.ALIVE);
        time.advance(TIMEOUT);
        assertThat(standing()).isEqualTo(Standing.ALIVE);
        time.advance(Duration.ofMillis(1));
        assertThat(standing()).isEqualTo(Standing.SILENT);
        beat("w", 7, time.epochSeconds(), Heartbeat.State.RUNNING);
        assertThat(standing()).isEqualTo(Standing.ALIVE);
    }

    @Test
    void a_clock_that_jumps_an_hour_either_way_kills_nobody() throws Exception {
        for (Duration jump : List.of(Duration.ofHours(1), Duration.ofHours(-2))) {
            beat("w", 7, time.epochSeconds(), Heartbeat.State.RUNNING);
            assertThat(standing()).isEqualTo(Standing.ALIVE);
            time.jumpWallClock(jump);
            time.advance(Duration.ofSeconds(1));
            assertThat(standing()).isEqualTo(Standing.ALIVE);
        }
    }

    @Test
    void a_host_whose_clock_is_off_is_judged_by_its_movement() throws Exception {
        for (int i = 0; i < 10; i++) {
            beat("w", 7, 5_000 + i, Heartbeat.State.RUNNING);
            time.advance(Duration.ofSeconds(1));
            assertThat(standing()).isEqualTo(Standing.ALIVE);
        }
        time.advance(TIMEOUT.plusMillis(1));
        assertThat(standing()).isEqualTo(Standing.SILENT);
    }

    @Test
    void a_process_that_has_ended_is_gone_at_once_whatever_its_beat_says() throws Exception {
        beat("w", 7, time.epochSeconds() + 3_600, Heartbeat.State.PROCESSING);
        processes.existing.put(7L, Processes.Existence.ALIVE);
        assertThat(standing()).isEqualTo(Standing.ALIVE);
        processes.existing.put(7L, Processes.Existence.GONE);
        assertThat(standing()).isEqualTo(Standing.GONE);
    }

    @Test
    void a_worker_that_says_it_has_ended_is_believed() throws Exception {
        beat("w", 7, time.epochSeconds(), Heartbeat.State.STOPPED);
        assertThat(standing()).isEqualTo(Standing.ENDED);
        beat("w", 7, time.epochSeconds(), Heartbeat.State.FAILED);
        assertThat(standing()).isEqualTo(Standing.ENDED);
    }

    @Test
    void a_single_look_believes_a_plausible_time_and_waits_for_a_movement_otherwise() throws Exception {
        beat("w", 7, time.epochSeconds() - 1, Heartbeat.State.RUNNING);
        Judgement fresh = of(watch.lookOnce(Duration.ofSeconds(2)));
        assertThat(fresh.standing()).isEqualTo(Standing.ALIVE);
        assertThat(fresh.age()).isEqualTo(Duration.ofSeconds(1));
        for (double off : new double[] {-60, 3_600}) {
            start();
            beat("w", 7, time.epochSeconds() + off, Heartbeat.State.RUNNING);
            long before = time.nanos();
            assertThat(of(watch.lookOnce(Duration.ofSeconds(2))).standing())
                    .as("off by %s", off)
                    .isEqualTo(Standing.SILENT);
            assertThat(Duration.ofNanos(time.nanos() - before)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(3));
        }
    }

    @Test
    void an_incarnation_that_no_heartbeat_names_is_dead_only_after_the_timeout() throws Exception {
        String unknown = "b".repeat(32);
        beat("w", 7, time.epochSeconds(), Heartbeat.State.RUNNING);
        watch.look();
        assertThat(watch.isDead("a".repeat(32))).isFalse();
        assertThat(watch.isDead(unknown)).isFalse();
        time.advance(TIMEOUT.plusMillis(1));
        watch.look();
        assertThat(watch.isDead(unknown)).isTrue();
    }

    @Test
    void a_replaced_worker_is_judged_by_its_new_incarnation() throws Exception {
        beat("w", 7, time.epochSeconds(), Heartbeat.State.RUNNING);
        watch.look();
        time.advance(TIMEOUT.plusMillis(1));
        assertThat(standing()).isEqualTo(Standing.SILENT);
        beat("w", 8, time.epochSeconds(), Heartbeat.State.RUNNING, "c".repeat(32));
        assertThat(standing()).isEqualTo(Standing.ALIVE);
        assertThat(watch.isDead("c".repeat(32))).isFalse();
    }

    @Test
    void bad_heartbeat_files_are_skipped_and_of_two_the_newest_counts() throws Exception {
        Files.writeString(folder.resolve("000-torn.json"), "{\"worker\": \"to");
        Files.writeString(folder.resolve("001-list.json"), "[1]");
        Files.writeString(folder.resolve("002-zero.json"), "{\"worker\": \"z\", \"timestamp\": 0}");
        Files.writeString(folder.resolve("003-nobody.json"), "{\"worker\": \"\", \"timestamp\": 5}");
        Files.createDirectory(folder.resolve("004-folder.json"));
        Files.writeString(
                folder.resolve("005-old.json"), "{\"worker\": \"w\", \"timestamp\": 5, \"state\": \"stopped\"}");
        Files.writeString(
                folder.resolve("006-new.json"), "{\"worker\": \"w\", \"timestamp\": 6, \"state\": \"running\"}");
        Map<String, Judgement> judged = watch.look();
        assertThat(judged.keySet()).containsExactly("w");
        assertThat(of(judged).standing()).isEqualTo(Standing.ALIVE);
    }

    @Test
    void names_are_spelled_in_files_as_agilab_spells_them() {
        assertThat(WorkerName.safe("tcp://127.0.0.1:8786")).isEqualTo("tcp-127.0.0.1-8786");
        assertThat(WorkerName.safe(":::")).isEqualTo("worker");
        assertThat(WorkerName.safe("-a-")).isEqualTo("a");
        assertThat(WorkerName.heartbeatFile(3, "a b")).isEqualTo("003-a-b.json");
        assertThat(WorkerName.heartbeatFile(12, " ")).isEqualTo("012-12.json");
    }
}
