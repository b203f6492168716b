package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.json.Json;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.queue.RetentionLimits.Limit;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    private static final Limit NONE = new Limit(Optional.empty(), Optional.empty());
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private Path folder;

    private QueueWorld world;
    private Actor steward;

    @BeforeEach
    void start() throws IOException {
        world = QueueWorld.in(folder);
        steward = world.actor("steward");
    }

    private Path file(Path where, String name, Duration age) throws IOException {
        Path file = Files.writeString(where.resolve(name), "{\"status\": \"done\"}");
        Instant modified = world.time.instant().minus(age);
        Files.setLastModifiedTime(file, FileTime.from(modified));
        return file;
    }

    private Path done(int number, Duration age) throws IOException {
        return file(world.folder(TaskState.DONE), String.format("%05d.task.json", number), age);
    }

    private static RetentionLimits limits(Limit done, Limit failed, Limit heartbeats) {
        return new RetentionLimits(done, failed, heartbeats);
    }

    private RetentionReport sweep(RetentionLimits limits) throws IOException {
        return steward.queue().sweep(limits);
    }

    @Test
    void what_is_older_than_the_limit_goes_and_the_rest_stays() throws IOException {
        done(1, Duration.ofDays(8));
        done(2, Duration.ofDays(6));
        done(3, Duration.ZERO);
        assertThat(sweep(limits(Limit.of(Duration.ofDays(7), 0), NONE, NONE))).isEqualTo(new RetentionReport(1, 0, 0));
        assertThat(world.names(TaskState.DONE)).containsExactly("00002.task.json", "00003.task.json");
    }

    @Test
    void of_too_many_the_oldest_go() throws IOException {
        for (int i = 0; i < 10; i++) done(i, Duration.ofHours(i + 1));
        assertThat(sweep(limits(Limit.of(Duration.ZERO, 4), NONE, NONE)).done()).isEqualTo(6);
        assertThat(world.names(TaskState.DONE))
                .containsExactly("00000.task.json", "00001.task.json", "00002.task.json", "00003.task.json");
    }

    @Test
    void zero_is_no_limit() throws IOException {
        for (int i = 0; i < 10; i++) done(i, Duration.ofDays(1_000 + i));
        file(world.folder(TaskState.FAILED), "f.task.json", Duration.ofDays(999));
        assertThat(sweep(limits(Limit.of(Duration.ZERO, 0), Limit.of(Duration.ZERO, 0), Limit.of(Duration.ZERO, 0)))
                        .total())
                .isZero();
        assertThat(world.names(TaskState.DONE)).hasSize(10);
        assertThatThrownBy(() -> new Limit(Optional.empty(), Optional.of(0L)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_young_file_is_not_removed_for_being_one_too_many() throws IOException {
        for (int i = 0; i < 5; i++) done(i, Duration.ofSeconds(30));
        done(9, Duration.ofMinutes(5));
        assertThat(sweep(limits(Limit.of(Duration.ZERO, 2), NONE, NONE)).done()).isEqualTo(1);
        assertThat(world.names(TaskState.DONE)).hasSize(5).doesNotContain("00009.task.json");
    }

    @Test
    void cancelled_tasks_go_by_the_limit_of_finished_ones_where_they_have_none() throws IOException {
        file(world.folder(TaskState.CANCELLED), "c.task.json", Duration.ofDays(8));
        assertThat(sweep(limits(Limit.of(Duration.ofDays(7), 0), NONE, NONE)).done())
                .isEqualTo(1);
    }

    @Test
    void each_state_has_limits_of_its_own() throws IOException {
        for (TaskState state : List.of(TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED))
            for (int age = 1; age <= 9; age++)
                file(
                        world.folder(state),
                        age + ".task.json",
                        Duration.ofDays(age).minusHours(1));
        sweep(new RetentionLimits(
                Limit.of(Duration.ofDays(6), 0), Limit.of(Duration.ZERO, 8), Limit.of(Duration.ofDays(4), 3), NONE));
        assertThat(world.names(TaskState.DONE)).hasSize(6);
        assertThat(world.names(TaskState.FAILED)).hasSize(8);
        assertThat(world.names(TaskState.CANCELLED)).containsExactly("1.task.json", "2.task.json", "3.task.json");
    }

    @Test
    void a_log_is_kept_as_long_as_any_of_the_three_may_be() throws IOException {
        file(world.layout().logs(), "old.log", Duration.ofDays(8));
        Limit week = Limit.of(Duration.ofDays(7), 0);
        sweep(new RetentionLimits(week, week, Limit.of(Duration.ofDays(9), 0), NONE));
        sweep(new RetentionLimits(week, week, NONE, NONE));
        assertThat(world.names(world.layout().logs())).containsExactly("old.log");
        sweep(limits(week, week, NONE));
        assertThat(world.names(world.layout().logs())).isEmpty();
    }

    @Test
    void other_files_are_not_touched() throws IOException {
        file(world.folder(TaskState.DONE), "notes.txt", Duration.ofDays(100));
        done(1, Duration.ofDays(100));
        sweep(RetentionLimits.defaults());
        assertThat(world.names(TaskState.DONE)).containsExactly("notes.txt");
    }

    @Test
    void a_quarantined_file_takes_its_sidecar_along() throws IOException {
        world.pendingFile("bad.task.json", "x");
        world.pendingFile("old.task.pkl", "x");
        world.pendingFile("n".repeat(245) + ".task.json", "x");
        steward.queue().claim();
        assertThat(world.names(TaskState.FAILED)).hasSize(6);
        for (String name : world.names(TaskState.FAILED))
            Files.setLastModifiedTime(
                    world.folder(TaskState.FAILED).resolve(name),
                    FileTime.from(world.time.instant().minus(Duration.ofDays(15))));
        assertThat(sweep(RetentionLimits.defaults()).failed()).isEqualTo(3);
        assertThat(world.names(TaskState.FAILED)).isEmpty();
    }

    @Test
    void a_quarantined_folder_that_holds_files_stays_and_holds_nothing_up() throws IOException {
        Path directory = Files.createDirectory(world.folder(TaskState.FAILED).resolve("0.task.json"));
        Files.writeString(directory.resolve("inside"), "kept");
        Files.setLastModifiedTime(directory, FileTime.from(world.time.instant().minus(Duration.ofDays(100))));
        file(world.folder(TaskState.FAILED), "1.task.json", Duration.ofDays(100));
        heartbeat("000-a.json", Heartbeat.State.STOPPED, Duration.ofDays(100));
        sweep(RetentionLimits.defaults());
        assertThat(world.names(TaskState.FAILED)).containsExactly("0.task.json");
        assertThat(world.names(world.layout().heartbeats())).isEmpty();
        assertThat(directory.resolve("inside")).exists();
    }

    @Test
    void one_file_that_cannot_be_deleted_does_not_keep_the_others() throws IOException {
        for (int i = 0; i < 3; i++) done(i, Duration.ofDays(100));
        steward.disk()
                .fault(
                        call -> call.is(Operation.DELETE) && call.path().endsWith("00000.task.json"),
                        Moment.BEFORE,
                        DiskTrouble.inputOutput());
        sweep(RetentionLimits.defaults());
        assertThat(world.names(TaskState.DONE)).containsExactly("00000.task.json");
    }

    @Test
    void logs_and_old_drafts_go_and_young_ones_stay() throws IOException {
        Files.createDirectories(world.layout().groups());
        Files.writeString(world.layout().groups().resolve("put-there-by-hand"), "no group");
        file(world.layout().logs(), "old.log", Duration.ofDays(15));
        file(world.layout().logs(), "young.log", Duration.ofDays(13));
        file(world.folder(TaskState.PENDING), ".draft-old.tmp", Duration.ofHours(2));
        file(world.folder(TaskState.PENDING), ".draft-young.tmp", Duration.ofMinutes(30));
        file(world.layout().heartbeats(), ".draft-old", Duration.ofHours(2));
        sweep(RetentionLimits.defaults());
        assertThat(world.names(world.layout().logs())).containsExactly("young.log");
        assertThat(world.names(TaskState.PENDING)).containsExactly(".draft-young.tmp");
        assertThat(world.names(world.layout().heartbeats())).isEmpty();
    }

    private void heartbeat(String name, Heartbeat.State state, Duration age) throws IOException {
        Heartbeat beat = new Heartbeat(
                0,
                name,
                ProcessIdentity.unknown(),
                "0".repeat(32),
                1.0,
                state,
                1,
                1.0,
                1,
                List.of(),
                Optional.empty(),
                Optional.empty());
        Path file = Files.write(world.layout().heartbeats().resolve(name), Json.bytes(beat.toJson()));
        Files.setLastModifiedTime(file, FileTime.from(world.time.instant().minus(age)));
    }

    @Test
    void heartbeats_of_workers_that_may_live_are_kept_however_many_they_are() throws IOException {
        for (int i = 0; i < 5; i++) heartbeat("live-" + i + ".json", Heartbeat.State.RUNNING, Duration.ofHours(2));
        for (int i = 0; i < 5; i++) heartbeat("ended-" + i + ".json", Heartbeat.State.STOPPED, Duration.ofHours(3));
        heartbeat("silent.json", Heartbeat.State.PROCESSING, Duration.ofDays(2));
        sweep(limits(NONE, NONE, Limit.of(DAY, 2)));
        assertThat(world.names(world.layout().heartbeats()))
                .containsExactly("live-0.json", "live-1.json", "live-2.json", "live-3.json", "live-4.json");
    }

    @Test
    void a_file_that_somebody_else_removed_meanwhile_is_ignored() throws IOException {
        for (int i = 0; i < 3; i++) done(i, Duration.ofDays(8));
        steward.disk().interpose(1, Moment.BEFORE, () -> {
            try {
                Files.delete(world.folder(TaskState.DONE).resolve("00000.task.json"));
                Files.delete(world.folder(TaskState.DONE).resolve("00001.task.json"));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(sweep(RetentionLimits.defaults()).done()).isEqualTo(1);
        assertThat(world.names(TaskState.DONE)).isEmpty();
    }

    @Test
    void much_is_removed_in_slices_with_one_listing() throws IOException {
        for (int i = 0; i < 2_500; i++) done(i, Duration.ofDays(8));
        RetentionLimits limits = limits(Limit.of(Duration.ofDays(7), 0), NONE, NONE);
        assertThat(sweep(limits).done()).isEqualTo(1_000);
        assertThat(sweep(limits).done()).isEqualTo(1_000);
        assertThat(sweep(limits).done()).isEqualTo(500);
        assertThat(world.names(TaskState.DONE)).isEmpty();
        long stats = steward.disk().calls().stream()
                .filter(call -> call.is(Operation.FACTS) && call.isIn("done"))
                .count();
        assertThat(stats)
                .as("each when it is listed, and again when it goes in a later step")
                .isEqualTo(2_500 + 1_500);
    }

    @Test
    void a_clock_that_jumps_an_hour_either_way_removes_nothing_that_is_days_from_its_limit() throws IOException {
        done(1, Duration.ofDays(6));
        done(2, Duration.ZERO);
        heartbeat("live.json", Heartbeat.State.RUNNING, Duration.ofSeconds(1));
        for (int hours : new int[] {1, -2, 1}) {
            world.time.jumpWallClock(Duration.ofHours(hours));
            assertThat(sweep(RetentionLimits.defaults()).total()).isZero();
        }
        assertThat(world.names(TaskState.DONE)).hasSize(2);
        assertThat(world.names(world.layout().heartbeats())).hasSize(1);
    }

    @Test
    void unfinished_tasks_are_never_swept() throws IOException {
        world.submit("pending");
        steward.claim();
        world.submit("waiting");
        world.time.advance(Duration.ofDays(3_000));
        sweep(limits(Limit.of(DAY, 1), Limit.of(DAY, 1), Limit.of(DAY, 1)));
        assertThat(world.names(TaskState.RUNNING)).hasSize(1);
        assertThat(world.names(TaskState.PENDING)).hasSize(1);
    }

    @Test
    void what_belongs_to_a_task_stays_as_long_as_the_task_however_old_it_is() throws IOException {
        List<String> stems = new ArrayList<>();
        stems.add(world.submit("ended").stem());
        steward.done(steward.claim(), "x");
        world.passPoll();
        stems.add(world.submit("put-off").stem());
        steward.queue().settle(steward.claim(), QueueWorld.retry(Duration.ofDays(9_000)));
        world.passPoll();
        stems.add(world.submit("running").stem());
        steward.claim();
        stems.add(world.submit("pending").stem());
        world.pendingFile("many.batch.jsonl", QueueWorld.foreign("{}"));
        stems.add("many+0");
        for (String stem : stems) beside(stem, Duration.ofDays(8));
        beside("gone", Duration.ofDays(8));
        beside("gone+7", Duration.ofDays(8));
        Limit week = Limit.of(Duration.ofDays(7), 0);
        sweep(limits(week, week, NONE));
        assertThat(world.names(world.layout().logs()))
                .containsExactlyInAnyOrderElementsOf(
                        stems.stream().map(stem -> stem + ".log").toList());
        assertThat(world.names(world.layout().attempts()))
                .containsExactlyInAnyOrderElementsOf(
                        stems.stream().map(stem -> stem + ".jsonl").toList());
    }

    private void beside(String stem, Duration age) throws IOException {
        file(world.layout().logs(), stem + ".log", age);
        file(world.layout().attempts(), stem + ".jsonl", age);
    }

    /** AGILAB's submit lists and sweeps three folders each time, so it gets slower the more is done. */
    @Test
    void a_submit_lists_and_removes_nothing_however_much_lies_there() throws IOException {
        for (int i = 0; i < 50; i++) done(i, Duration.ofDays(100));
        FaultyDisk disk = FaultyDisk.over(QuickDisk.local());
        TaskQueue another = TaskQueue.inDirectory(world.layout(), QueueWorld.OPTIONS, world.ports(disk));
        for (int i = 0; i < 3; i++) another.submit(Task.of("k"));
        another.submitAll(List.of(Task.of("k"), Task.of("other")));
        assertThat(disk.calls().stream().filter(call -> call.is(Operation.RENAME) && call.isIn("pending")))
                .as("it went through here")
                .hasSize(5);
        assertThat(disk.count(Operation.LIST)).isZero();
        assertThat(disk.count(Operation.DELETE)).isZero();
        assertThat(world.names(TaskState.DONE)).hasSize(50);
    }

    /** Another steward may have removed the first one, and another program used its name again. */
    @Test
    void a_file_that_took_the_name_of_an_old_one_while_a_slice_was_removed_stays() throws IOException {
        RetentionSweep sweep = new RetentionSweep(world.layout(), world.ports(steward.disk()), 1);
        for (int i = 0; i < 3; i++) done(i, DAY.multipliedBy(9 - i));
        RetentionLimits week = limits(Limit.of(DAY, 0), NONE, NONE);
        assertThat(sweep.step(week).done()).isEqualTo(1);
        Path young = done(1, Duration.ZERO);
        assertThat(sweep.step(week).done()).isZero();
        assertThat(sweep.step(week).done()).isEqualTo(1);
        assertThat(world.names(TaskState.DONE)).containsExactly(String.valueOf(young.getFileName()));
    }

    @Test
    void a_heartbeat_that_came_to_life_again_while_a_slice_was_removed_stays() throws IOException {
        RetentionSweep sweep = new RetentionSweep(world.layout(), world.ports(steward.disk()), 1);
        for (int i = 0; i < 2; i++) file(world.layout().heartbeats(), "00" + i + "-w.json", DAY.multipliedBy(9 - i));
        RetentionLimits day = limits(NONE, NONE, Limit.of(DAY, 0));
        assertThat(sweep.step(day).heartbeats()).isEqualTo(1);
        Path beating = file(world.layout().heartbeats(), "001-w.json", Duration.ZERO);
        assertThat(sweep.step(day).heartbeats()).isZero();
        assertThat(beating).exists();
    }
}
