package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.Event;
import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.lifecycle.StewardReport;
import dev.millrace.lifecycle.WorkerEntry;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.queue.Member;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.settings.AppSettings;
import dev.millrace.storage.Disk;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.RecordingEvents;
import dev.millrace.testkit.SteppedTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who keeps the house: workers that all beat, and of which the steward of one may hang. */
class StewardLeaseTest {
    private static final Duration STEP = Duration.ofMillis(400);

    @TempDir
    Path folder;

    private final SteppedTime time = SteppedTime.create();
    private final RecordingEvents events = RecordingEvents.create();
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    private final List<Keeper> keepers = new ArrayList<>();
    private ServiceRecord record;
    private QueueLayout layout;
    private Duration timeout;
    private long beats;

    /** A worker whose beat goes on, and whose steward is stepped by hand. */
    private record Keeper(Member member, Steward steward, FaultyDisk disk) {
        int step() throws IOException {
            return steward.step();
        }
    }

    @BeforeEach
    void prepare() throws IOException {
        layout = new QueueLayout(folder.resolve("queue"));
        record = new ServiceRecord(
                "app",
                "app",
                folder,
                layout.root(),
                ServiceRecord.Phase.RUNNING,
                time.epochSeconds(),
                ProcessIdentity.unknown(),
                "",
                AppSettings.defaults().service(),
                List.of(new WorkerEntry(0, "a", "far"), new WorkerEntry(1, "b", "far")));
        timeout = record.settings().timing().heartbeatTimeout();
        queue(Disk.local()).prepare();
        keepers.add(keeper("a"));
        keepers.add(keeper("b"));
    }

    private ServicePorts ports(Disk disk) {
        return new ServicePorts(disk, time, random, Processes.local(), List.of(), events);
    }

    private TaskQueue queue(Disk disk) {
        return TaskQueue.inDirectory(
                layout, QueueOptions.defaults(), ports(disk).queuePorts());
    }

    private Keeper keeper(String worker) {
        FaultyDisk disk = FaultyDisk.over(Disk.local());
        TaskQueue queue = queue(disk);
        WorkerQueue mine = queue.join(Member.newLife(keepers.size(), worker, random));
        ServiceFiles files = new ServiceFiles(disk, folder.resolve("service"));
        return new Keeper(mine.member(), new Steward(files, record, queue, mine, ports(disk)), disk);
    }

    private Keeper a() {
        return keepers.get(0);
    }

    private Keeper b() {
        return keepers.get(1);
    }

    /** Time passes, and every worker's beat goes on, whatever its steward does. */
    private void pass(Duration length) throws IOException {
        time.advance(length);
        beats++;
        for (Keeper keeper : keepers)
            Heartbeats.write(Disk.local(), layout.heartbeats(), beatOf(keeper.member(), Heartbeat.State.RUNNING));
    }

    private Heartbeat beatOf(Member member, Heartbeat.State state) {
        return new Heartbeat(
                member.workerId(),
                member.worker(),
                new ProcessIdentity(7, "s", "far", "far"),
                member.incarnation(),
                time.epochSeconds(),
                state,
                beats,
                1,
                1,
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** Steps of the given stewards until so much time has passed. */
    private void stepFor(Duration length, Keeper... stepped) throws IOException {
        for (Duration left = length; left.compareTo(Duration.ZERO) > 0; left = left.minus(STEP)) {
            pass(STEP);
            for (Keeper keeper : stepped) keeper.step();
        }
    }

    private StewardReport lease() throws IOException {
        return StewardReport.read(Disk.local(), layout).orElseThrow();
    }

    private List<String> notes() {
        return events.of(Event.Note.class).stream().map(Event::describe).toList();
    }

    @Test
    void the_lease_stays_with_a_steward_that_goes_round_however_long() throws Exception {
        stepFor(timeout.multipliedBy(10), a(), b());
        assertThat(lease().worker()).isEqualTo("a");
        assertThat(notes()).containsExactly("a is the steward now");
    }

    @Test
    void a_steward_that_hangs_while_its_worker_beats_on_loses_the_lease_after_the_timeout() throws Exception {
        stepFor(STEP.multipliedBy(5), a(), b());
        assertThat(lease().worker()).isEqualTo("a");
        // The last renewal may be a second old when the hanging begins.
        stepFor(timeout.minus(Duration.ofSeconds(2)), b());
        assertThat(lease().worker()).isEqualTo("a");
        stepFor(Duration.ofSeconds(3), b());
        assertThat(lease().worker()).isEqualTo("b");
        assertThat(notes().get(1)).startsWith("b is the steward now; a beats, but has not kept the house for");
    }

    @Test
    void the_house_is_kept_again_by_whoever_took_the_lease_of_a_hanging_steward() throws Exception {
        stepFor(STEP.multipliedBy(5), a(), b());
        queue(Disk.local()).submit(Task.of("k").notBefore(time.instant().plusSeconds(1)));
        stepFor(timeout.plus(STEP.multipliedBy(3)), b());
        assertThat(Disk.local().sortedNames(layout.folder(TaskState.PENDING))).hasSize(1);
    }

    @Test
    void a_steward_that_wakes_up_finds_anothers_name_and_leaves_the_lease_alone() throws Exception {
        stepFor(STEP.multipliedBy(5), a(), b());
        stepFor(timeout.plus(STEP.multipliedBy(3)), b());
        stepFor(timeout.multipliedBy(3), a(), b());
        assertThat(lease().worker()).isEqualTo("b");
        assertThat(notes()).hasSize(2);
    }

    @Test
    void a_clock_that_is_set_makes_nobody_lose_the_lease() throws Exception {
        stepFor(STEP.multipliedBy(5), a(), b());
        for (Duration jump : List.of(Duration.ofHours(1), Duration.ofHours(-2))) {
            time.jumpWallClock(jump);
            stepFor(STEP.multipliedBy(5), a(), b());
        }
        assertThat(lease().worker()).isEqualTo("a");
    }

    @Test
    void a_dead_stewards_lease_is_taken_at_the_next_step() throws Exception {
        stepFor(STEP.multipliedBy(5), a(), b());
        Keeper dead = keepers.remove(0);
        Heartbeats.write(Disk.local(), layout.heartbeats(), beatOf(dead.member(), Heartbeat.State.STOPPED));
        keepers.get(0).step();
        assertThat(lease().worker()).isEqualTo("b");
    }

    @Test
    void an_idle_steward_renews_every_other_second_and_forces_nothing_and_the_others_read_one_small_file()
            throws Exception {
        stepFor(Duration.ofSeconds(10), a(), b());
        a().disk().forget();
        b().disk().forget();
        stepFor(Duration.ofMinutes(1), a(), b());
        assertThat(leaseCalls(a(), Operation.RENAME)).isBetween(20L, 60L);
        assertThat(leaseCalls(b(), Operation.RENAME)).isZero();
        assertThat(leaseCalls(b(), Operation.READ))
                .isBetween(1L, Duration.ofMinutes(1).dividedBy(STEP));
        for (Operation force : List.of(Operation.FORCE_FILE, Operation.FORCE_FOLDER, Operation.FORCE_FILE_SYSTEM))
            assertThat(a().disk().count(force)).as("%s", force).isZero();
    }

    private long leaseCalls(Keeper keeper, Operation operation) {
        return keeper.disk().calls().stream()
                .filter(call -> call.is(operation) && isLease(call))
                .count();
    }

    private boolean isLease(DiskCall call) {
        Path file = layout.control().resolve("steward.json");
        return call.path().equals(file) || call.target().equals(Optional.of(file));
    }

    @Test
    void what_is_too_old_is_removed_by_the_steward_alone() throws Exception {
        stepFor(STEP.multipliedBy(5), a(), b());
        Path done = layout.folder(TaskState.DONE);
        terminal(done.resolve("old.task.json"), Duration.ofDays(8));
        terminal(done.resolve("young.task.json"), Duration.ofDays(6));
        stepFor(Duration.ofSeconds(11), a(), b());
        assertThat(Disk.local().sortedNames(done)).containsExactly("young.task.json");
        assertThat(removedFromDone(a())).isEqualTo(1);
        assertThat(removedFromDone(b())).as("it does not hold the lease").isZero();
    }

    private static long removedFromDone(Keeper keeper) {
        return keeper.disk().calls().stream()
                .filter(call -> call.is(Operation.DELETE) && call.isIn("done"))
                .count();
    }

    private void terminal(Path file, Duration age) throws IOException {
        Files.writeString(file, "{\"status\": \"done\"}");
        Files.setLastModifiedTime(file, FileTime.from(time.instant().minus(age)));
    }

    @Test
    void a_full_disk_keeps_no_steward_from_its_duties_and_is_told_once() throws Exception {
        stepFor(STEP.multipliedBy(5), a());
        queue(Disk.local()).submit(Task.of("k").notBefore(time.instant().plusSeconds(1)));
        try (FaultyDisk.Fault full = a().disk()
                .fault(
                        call -> call.is(Operation.CREATE) && call.isIn("control"),
                        FaultyDisk.Moment.BEFORE,
                        DiskTrouble.noSpace())) {
            stepFor(timeout, a());
            assertThat(full.strikes()).isGreaterThan(2);
        }
        assertThat(Disk.local().sortedNames(layout.folder(TaskState.PENDING))).hasSize(1);
        assertThat(events.of(Event.Trouble.class)).hasSize(1);
        long before = lease().sequence();
        stepFor(Duration.ofSeconds(2), a());
        assertThat(lease().sequence()).isGreaterThan(before);
    }
}
