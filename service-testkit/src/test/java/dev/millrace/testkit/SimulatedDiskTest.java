package dev.millrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.testkit.DiskCall.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** One process on a simulated disk finds what the contract promises; several find what processes do to each other. */
class SimulatedDiskTest extends DiskContract {
    private final SteppedTime time = SteppedTime.create();
    private final SimulatedDisk simulated = SimulatedDisk.empty(time);

    @Override
    Disk createDisk() {
        return simulated.as("me");
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    private void create(Disk by, String name) throws IOException {
        by.create(file(name), "12345678".getBytes(UTF_8), Durability.OS);
    }

    @Test
    void a_killed_process_does_nothing_any_more_and_what_it_wrote_stays() throws IOException {
        Disk.AppendFile log = disk.append(file("log"));
        log.append("a".getBytes(UTF_8));
        create(disk, "held");
        Disk.HeldFile held = disk.hold(file("held"), 10);
        simulated.kill("me");
        assertThatThrownBy(() -> create(disk, "b")).isInstanceOf(CrashException.class);
        assertThatThrownBy(() -> log.append("b".getBytes(UTF_8))).isInstanceOf(CrashException.class);
        assertThatThrownBy(log::force).isInstanceOf(CrashException.class);
        assertThatThrownBy(log::size).isInstanceOf(CrashException.class);
        assertThatThrownBy(() -> held.writeAt(0, new byte[1])).isInstanceOf(CrashException.class);
        log.close();
        held.close();
        assertThat(simulated.as("me").sortedNames(folder)).containsExactly("held", "log");
        assertThat(simulated.read(file("log"), 9)).asString(UTF_8).isEqualTo("a");
    }

    @Test
    void a_lock_keeps_others_out_until_its_holder_dies_and_the_dead_free_nobody_elses() throws IOException {
        Disk.DiskLock mine = disk.tryLock(file("lock")).orElseThrow();
        assertThat(simulated.as("other").tryLock(file("lock"))).isEmpty();
        assertThat(simulated.describe()).contains("locked by me: " + file("lock"));
        simulated.kill("me");
        assertThat(simulated.as("other").tryLock(file("lock"))).isPresent();
        mine.close();
        assertThat(simulated.as("third").tryLock(file("lock"))).isEmpty();
    }

    @Test
    void a_power_cut_ends_everybody() throws IOException {
        Disk other = simulated.as("other");
        simulated.powerCut(new SplittableRandom(1));
        assertThatThrownBy(() -> create(disk, "a")).isInstanceOf(CrashException.class);
        assertThatThrownBy(() -> create(other, "a")).isInstanceOf(CrashException.class);
        simulated.as("me").createFolders(folder);
        create(simulated.as("me"), "a");
        assertThat(simulated.as("other").exists(file("a"))).isTrue();
    }

    @Test
    void an_observer_is_told_of_each_operation_before_it_happens_and_may_act_there() throws IOException {
        List<String> told = new ArrayList<>();
        SimulatedDisk.Watch watch = simulated.observe((process, call) -> {
            told.add(process + " " + call.operation() + " " + simulated.exists(file("a")));
            if (call.is(Operation.DELETE)) simulated.kill(process);
        });
        create(disk, "a");
        try (Disk.AppendFile log = simulated.as("other").append(file("log"))) {
            log.append(new byte[1]);
        }
        assertThatThrownBy(() -> disk.delete(file("a"))).isInstanceOf(CrashException.class);
        assertThat(told)
                .containsExactly("me CREATE false", "other OPEN_APPEND true", "other APPEND true", "me DELETE true");
        watch.close();
        create(simulated.as("me"), "b");
        assertThat(told).hasSize(4);
        assertThat(simulated.exists(file("a"))).isTrue();
    }

    @Test
    void an_observer_may_let_an_operation_fail() throws IOException {
        simulated.observe((process, call) -> {
            throw new IOException("not now");
        });
        assertThatThrownBy(() -> create(disk, "a")).hasMessage("not now");
        assertThat(simulated.facts(file("a"))).isEmpty();
    }

    @Test
    void a_watch_tells_of_what_others_do_and_dies_with_its_process() throws Exception {
        try (Disk.FolderWatch watch = disk.watch(List.of(folder))) {
            create(simulated.as("other"), "a");
            assertThat(watch.await(Duration.ZERO).added()).containsExactly(file("a"));
            simulated.kill("me");
            assertThatThrownBy(() -> watch.await(Duration.ZERO)).isInstanceOf(CrashException.class);
        }
    }

    @Test
    void a_copy_is_the_same_and_lives_on_its_own() throws IOException {
        disk.replace(file("a"), "old".getBytes(UTF_8), Durability.FSYNC);
        disk.replace(file("a"), "new".getBytes(UTF_8), Durability.OS);
        disk.delete(file("a"));
        disk.createFolders(file("x/y"));
        disk.delete(file("x/y"));
        create(disk, "b");
        SimulatedDisk copy = simulated.copy();
        assertThat(copy.describe()).isEqualTo(simulated.describe());
        assertThat(copy.stateHash()).isEqualTo(simulated.stateHash());
        assertThat(copy.survivors(1000).disks())
                .hasSameSizeAs(simulated.survivors(1000).disks());
        copy.delete(file("b"));
        assertThat(simulated.exists(file("b"))).isTrue();
        assertThat(copy.stateHash()).isNotEqualTo(simulated.stateHash());
    }

    @Test
    void the_hash_tells_states_apart_and_not_the_ways_to_them() throws IOException {
        SimulatedDisk twin = SimulatedDisk.empty(time);
        twin.createFolders(folder);
        simulated.forceFileSystem(folder);
        twin.forceFileSystem(folder);
        create(simulated, "a");
        create(simulated, "b");
        long unforced = simulated.stateHash();
        create(twin, "b");
        create(twin, "a");
        assertThat(twin.stateHash()).isEqualTo(unforced);
        twin.forceFolder(folder);
        assertThat(twin.stateHash()).as("names forced").isNotEqualTo(unforced);
        simulated.forceFile(file("a"));
        assertThat(simulated.stateHash()).as("bytes forced").isNotEqualTo(unforced);
        simulated.forceFileSystem(folder);
        twin.forceFileSystem(folder);
        assertThat(twin.stateHash()).isEqualTo(simulated.stateHash());
        twin.writeAt(file("a"), 7, "9".getBytes(UTF_8));
        assertThat(twin.stateHash()).isNotEqualTo(simulated.stateHash());
        twin.writeAt(file("a"), 7, "8".getBytes(UTF_8));
        twin.forceFile(file("a"));
        assertThat(twin.stateHash()).isEqualTo(simulated.stateHash());
        twin.as("p").tryLock(file("a"));
        assertThat(twin.stateHash()).as("locked").isNotEqualTo(simulated.stateHash());
        twin.kill("p");
        assertThat(twin.stateHash()).isEqualTo(simulated.stateHash());
    }

    @Test
    void what_is_not_durable_is_told() throws IOException {
        simulated.forceFileSystem(folder);
        create(simulated, "a");
        simulated.forceFolder(folder);
        create(simulated, "b");
        simulated.rename(file("b"), file("c"));
        simulated.forceFile(file("c"));
        assertThat(simulated.describe())
                .contains(folder + "/\n")
                .contains(file("a") + " 8 bytes, 8 at 0 (not forced)\n")
                .contains(file("c") + " 8 bytes, made as " + file("b") + " (not forced), moved from " + file("b")
                        + " (not forced)\n");
        simulated.forceFileSystem(folder);
        simulated.delete(file("a"));
        assertThat(simulated.describe())
                .contains(file("a") + " (gone or moved, not forced)\n")
                .contains(file("c") + " 8 bytes\n");
    }

    @Test
    void drafts_are_called_the_same_in_each_run() throws IOException {
        List<String> drafts = new ArrayList<>();
        simulated.observe((process, call) -> {
            if (call.is(Operation.CREATE)) drafts.add(String.valueOf(call.path().getFileName()));
        });
        disk.replace(file("a"), new byte[1], Durability.OS);
        simulated.as("other").replace(file("a"), new byte[1], Durability.OS);
        assertThat(drafts).containsExactly(".draft-1-a", ".draft-2-a");
    }
}
