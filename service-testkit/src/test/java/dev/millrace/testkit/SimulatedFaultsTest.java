package dev.millrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskFault.Kind;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulatedFaultsTest {
    private static final Path A = Path.of("/q/a");
    private static final Path B = Path.of("/q/b");

    private final SteppedTime time = SteppedTime.create();
    private final SimulatedDisk host = SimulatedDisk.empty(time);
    private final Disk disk = host.as("me");

    @BeforeEach
    void folders() throws IOException {
        host.createFolders(A);
        host.createFolders(B);
    }

    private void create(String name) throws IOException {
        disk.create(A.resolve(name), "1234".getBytes(UTF_8), Durability.OS);
    }

    private String content(String name) throws IOException {
        return new String(host.read(A.resolve(name), 99), UTF_8);
    }

    @Test
    void a_full_disk_takes_half_of_what_is_appended_and_none_of_a_new_file() throws IOException {
        create("log");
        try (Disk.AppendFile log = disk.append(A.resolve("log"));
                FaultyDisk.Fault full = host.fail(DiskFault.of(Kind.NO_SPACE))) {
            assertThatThrownBy(() -> log.append("ab".getBytes(UTF_8))).hasMessageContaining("No space left on device");
            assertThatThrownBy(() -> create("f")).isInstanceOf(FileSystemException.class);
            assertThat(content("log")).isEqualTo("1234a");
            assertThat(host.exists(A.resolve("f"))).isFalse();
            assertThat(disk.delete(A.resolve("log"))).as("deleting helps").isTrue();
            assertThat(full.strikes()).isEqualTo(2);
        }
        create("f");
    }

    @Test
    void a_broken_device_and_used_up_descriptors_let_operations_fail_undone() throws IOException {
        create("f");
        for (Kind kind : List.of(Kind.INPUT_OUTPUT, Kind.TOO_MANY_OPEN_FILES))
            try (FaultyDisk.Fault fault = host.fail(DiskFault.of(kind))) {
                for (ThrowingCallable use : List.<ThrowingCallable>of(
                        () -> disk.read(A.resolve("f"), 9),
                        () -> disk.sortedNames(A),
                        () -> disk.forEachName(A, name -> {}),
                        () -> disk.forceFolder(A),
                        () -> disk.append(A.resolve("log")),
                        () -> create("g"))) assertThatThrownBy(use).isInstanceOf(IOException.class);
                assertThat(fault.strikes()).isEqualTo(6);
            }
        assertThat(disk.sortedNames(A)).containsExactly("f");
    }

    @Test
    void what_a_force_that_failed_should_have_forced_may_be_lost() throws IOException {
        create("f");
        disk.forceFile(A.resolve("f"));
        host.forceFolder(Path.of("/q"));
        host.fail(DiskFault.of(Kind.INPUT_OUTPUT).on(call -> call.is(Operation.FORCE_FOLDER)));
        assertThatThrownBy(() -> disk.forceFolder(A)).isInstanceOf(IOException.class);
        assertThat(host.survivors(10).disks()).hasSize(2);
    }

    @Test
    void a_slow_operation_takes_time_on_the_stepped_clock_and_is_done() throws IOException {
        Instant before = time.instant();
        host.fail(DiskFault.slow(Duration.ofMinutes(2)).nth(2));
        create("f");
        create("g");
        create("h");
        assertThat(time.instant()).isEqualTo(before.plus(Duration.ofMinutes(2)));
        assertThat(host.sortedNames(A)).containsExactly("f", "g", "h");
    }

    @Test
    void a_rename_is_done_and_denied() throws IOException {
        create("f");
        host.fail(DiskFault.of(Kind.RENAME_REPORTED_AS_LOST));
        assertThatThrownBy(() -> disk.rename(A.resolve("f"), B.resolve("f"))).isInstanceOf(NoSuchFileException.class);
        assertThat(host.exists(B.resolve("f"))).isTrue();
    }

    @Test
    void a_stale_listing_is_the_one_before() throws IOException {
        create("f");
        assertThat(disk.sortedNames(A)).containsExactly("f");
        create("g");
        try (FaultyDisk.Fault stale = host.fail(DiskFault.of(Kind.STALE_LISTING))) {
            assertThat(disk.sortedNames(A)).containsExactly("f");
            List<String> names = new ArrayList<>();
            disk.forEachName(A, names::add);
            assertThat(names).containsExactly("f");
            assertThat(stale.strikes()).isEqualTo(2);
            assertThat(host.as("other").sortedNames(A)).as("nothing older").containsExactly("f", "g");
        }
        assertThat(disk.sortedNames(A)).containsExactly("f", "g");
    }

    @Test
    void faults_choose_process_folder_name_and_turn() throws IOException {
        host.fail(DiskFault.of(Kind.INPUT_OUTPUT)
                .by("me")
                .in("a")
                .named(Pattern.compile(".*\\.json"))
                .on(call -> call.is(Operation.CREATE))
                .nth(2));
        disk.create(A.resolve("1.json"), new byte[1], Durability.OS);
        host.as("other").create(A.resolve("2.json"), new byte[1], Durability.OS);
        disk.create(B.resolve("3.json"), new byte[1], Durability.OS);
        disk.create(A.resolve("4.txt"), new byte[1], Durability.OS);
        assertThatThrownBy(() -> disk.create(A.resolve("5.json"), new byte[1], Durability.OS))
                .isInstanceOf(IOException.class);
        disk.create(A.resolve("5.json"), new byte[1], Durability.OS);
    }

    @Test
    void a_chance_strikes_as_often_as_it_says_and_the_same_each_time() throws IOException {
        List<Integer> counts = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            try (FaultyDisk.Fault fault = host.fail(DiskFault.of(Kind.SLOW).chance(0.25, new SplittableRandom(3)))) {
                for (int i = 0; i < 400; i++) disk.exists(A);
                counts.add(fault.strikes());
            }
        }
        assertThat(counts.get(0)).isBetween(60, 140).isEqualTo(counts.get(1));
    }
}
