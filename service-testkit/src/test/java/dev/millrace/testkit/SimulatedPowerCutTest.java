package dev.millrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each promise of the model, and each loss that it permits. */
class SimulatedPowerCutTest {
    private static final Path A = Path.of("/q/a");
    private static final Path B = Path.of("/q/b");

    private final SimulatedDisk disk = SimulatedDisk.empty(SteppedTime.create());

    @BeforeEach
    void folders() throws IOException {
        disk.createFolders(A);
        disk.createFolders(B);
        disk.forceFileSystem(A);
    }

    private void create(String name, String content, Durability durability) throws IOException {
        disk.create(A.resolve(name), content.getBytes(UTF_8), durability);
    }

    private void forced(String name, String content) throws IOException {
        create(name, content, Durability.FSYNC);
        disk.forceFolder(A);
    }

    private void rename(Path from, Path to) throws IOException {
        disk.rename(from, to);
    }

    /** Every outcome as text: the files of both folders with what is in them, zeros as 0. */
    private Set<String> outcomes() throws IOException {
        SimulatedDisk.Survivors survivors = disk.survivors(10_000);
        assertThat(survivors.complete()).isTrue();
        Set<String> all = new TreeSet<>();
        for (SimulatedDisk survivor : survivors.disks()) all.add(text(survivor));
        assertThat(survivors.disks()).as("each once").hasSameSizeAs(all);
        return all;
    }

    private static String text(Disk on) throws IOException {
        List<String> files = new ArrayList<>();
        for (Path folder : List.of(A, B))
            for (String name : on.sortedNames(folder))
                files.add(folder.getFileName() + "/" + name + "="
                        + new String(on.read(folder.resolve(name), 99), UTF_8).replace('\0', '0'));
        return String.join(" ", files);
    }

    @Test
    void an_unforced_file_may_be_missing_empty_zeros_torn_or_whole() throws IOException {
        create("f", "1234", Durability.OS);
        assertThat(outcomes())
                .containsExactlyInAnyOrder(
                        "",
                        "a/f=",
                        "a/f=1",
                        "a/f=12",
                        "a/f=123",
                        "a/f=1234",
                        "a/f=0000",
                        "a/f=1000",
                        "a/f=1200",
                        "a/f=1230");
    }

    @Test
    void an_unforced_file_that_is_empty_may_be_missing() throws IOException {
        disk.append(A.resolve("log")).close();
        assertThat(outcomes()).containsExactlyInAnyOrder("", "a/log=");
    }

    @Test
    void to_force_a_file_does_not_force_its_name_and_to_force_a_folder_not_the_bytes() throws IOException {
        create("f", "12", Durability.FSYNC);
        assertThat(outcomes()).containsExactlyInAnyOrder("", "a/f=12");
        disk.forceFolder(A);
        assertThat(outcomes()).containsExactly("a/f=12");
        create("g", "1", Durability.OS);
        disk.forceFolder(A);
        assertThat(outcomes()).containsExactlyInAnyOrder("a/f=12 a/g=", "a/f=12 a/g=0", "a/f=12 a/g=1");
        disk.forceFile(A.resolve("g"));
        assertThat(outcomes()).containsExactly("a/f=12 a/g=1");
    }

    @Test
    void a_rename_is_done_or_undone_and_durable_when_either_folder_was_forced() throws IOException {
        for (Path side : List.of(A, B)) {
            forced("f", "1");
            rename(A.resolve("f"), B.resolve("f"));
            assertThat(outcomes()).containsExactlyInAnyOrder("a/f=1", "b/f=1");
            disk.forceFolder(side);
            assertThat(outcomes()).containsExactly("b/f=1");
            disk.delete(B.resolve("f"));
            disk.forceFolder(B);
        }
    }

    @Test
    void the_renames_of_one_file_survive_in_their_order() throws IOException {
        forced("f", "1");
        rename(A.resolve("f"), A.resolve("g"));
        rename(A.resolve("g"), B.resolve("h"));
        rename(B.resolve("h"), A.resolve("i"));
        assertThat(outcomes()).containsExactlyInAnyOrder("a/f=1", "a/g=1", "b/h=1", "a/i=1");
    }

    @Test
    void what_is_forced_takes_along_what_it_needs_and_nothing_else() throws IOException {
        forced("f", "1");
        rename(A.resolve("f"), A.resolve("g"));
        rename(A.resolve("g"), B.resolve("g"));
        create("other", "2", Durability.FSYNC);
        disk.forceFolder(B);
        assertThat(outcomes()).containsExactlyInAnyOrder("b/g=1", "a/other=2 b/g=1");
    }

    @Test
    void renames_of_two_files_survive_each_for_itself() throws IOException {
        forced("f", "1");
        forced("g", "2");
        rename(A.resolve("f"), B.resolve("f"));
        rename(A.resolve("g"), B.resolve("g"));
        assertThat(outcomes()).containsExactlyInAnyOrder("a/f=1 a/g=2", "a/g=2 b/f=1", "a/f=1 b/g=2", "b/f=1 b/g=2");
    }

    @Test
    void a_rename_over_another_file_takes_it_away_only_when_it_survives() throws IOException {
        forced("f", "old");
        create("draft", "new", Durability.FSYNC);
        rename(A.resolve("draft"), A.resolve("f"));
        assertThat(outcomes()).containsExactlyInAnyOrder("a/f=old", "a/draft=new a/f=old", "a/f=new");
    }

    @Test
    void a_name_is_never_given_to_two() throws IOException {
        forced("f", "1");
        forced("g", "2");
        rename(A.resolve("f"), B.resolve("f"));
        rename(A.resolve("g"), A.resolve("f"));
        assertThat(outcomes())
                .as("g becomes f only when f has left")
                .containsExactlyInAnyOrder("a/f=1 a/g=2", "a/g=2 b/f=1", "a/f=2 b/f=1");
    }

    @Test
    void a_deleted_file_may_come_back_until_its_folder_is_forced() throws IOException {
        forced("f", "1");
        disk.delete(A.resolve("f"));
        assertThat(outcomes()).containsExactlyInAnyOrder("", "a/f=1");
        disk.forceFolder(A);
        assertThat(outcomes()).containsExactly("");
    }

    @Test
    void unforced_writes_survive_in_any_order_and_forced_bytes_stay() throws IOException {
        Disk.AppendFile log = disk.append(A.resolve("log"));
        log.append("F".getBytes(UTF_8));
        log.force();
        disk.forceFolder(A);
        log.append("1".getBytes(UTF_8));
        log.append("2".getBytes(UTF_8));
        assertThat(outcomes())
                .containsExactlyInAnyOrder(
                        "a/log=F", "a/log=F0", "a/log=F1", "a/log=F00", "a/log=F10", "a/log=F02", "a/log=F12");
        log.force();
        assertThat(outcomes()).containsExactly("a/log=F12");
    }

    @Test
    void bytes_in_place_are_the_old_ones_or_the_new_ones() throws IOException {
        forced("f", "{}");
        disk.writeAt(A.resolve("f"), 1, ",}".getBytes(UTF_8));
        assertThat(outcomes()).containsExactlyInAnyOrder("a/f={}", "a/f={,", "a/f={,0", "a/f={}0", "a/f={,}");
        disk.forceFile(A.resolve("f"));
        disk.truncate(A.resolve("f"));
        assertThat(outcomes()).containsExactlyInAnyOrder("a/f=", "a/f={,}");
    }

    @Test
    void bytes_survive_wherever_the_name_is_found() throws IOException {
        forced("f", "1");
        rename(A.resolve("f"), B.resolve("f"));
        disk.writeAt(B.resolve("f"), 0, "2".getBytes(UTF_8));
        assertThat(outcomes()).containsExactlyInAnyOrder("a/f=1", "a/f=2", "b/f=1", "b/f=2");
    }

    @Test
    void a_new_folder_is_there_before_what_is_in_it_and_is_forced_with_itself() throws IOException {
        Path fresh = A.resolve("x");
        disk.createFolders(fresh);
        disk.create(fresh.resolve("f"), new byte[0], Durability.FSYNC);
        assertThat(folderOutcomes(fresh)).containsExactlyInAnyOrder("none", "[]", "[f]");
        disk.forceFolder(fresh);
        assertThat(folderOutcomes(fresh)).containsExactly("[f]");
        disk.delete(fresh.resolve("f"));
        disk.delete(fresh);
        assertThat(folderOutcomes(fresh)).containsExactlyInAnyOrder("[f]", "[]", "none");
    }

    private Set<String> folderOutcomes(Path folder) throws IOException {
        Set<String> all = new TreeSet<>();
        for (SimulatedDisk survivor : disk.survivors(100).disks())
            all.add(survivor.exists(folder) ? survivor.sortedNames(folder).toString() : "none");
        return all;
    }

    @Test
    void a_whole_file_system_is_forced_at_once() throws IOException {
        forced("f", "1");
        rename(A.resolve("f"), B.resolve("f"));
        disk.writeAt(B.resolve("f"), 0, "2".getBytes(UTF_8));
        create("g", "3", Durability.OS);
        disk.forceFileSystem(B);
        assertThat(outcomes()).containsExactly("a/g=3 b/f=2");
    }

    @Test
    void a_random_cut_leaves_one_of_the_outcomes_and_each_comes() throws IOException {
        forced("f", "old");
        create("g", "n", Durability.OS);
        rename(A.resolve("g"), B.resolve("g"));
        rename(A.resolve("f"), B.resolve("f"));
        Set<String> possible = outcomes();
        Set<String> met = new TreeSet<>();
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 500; i++) {
            SimulatedDisk cut = disk.copy();
            cut.powerCut(random);
            met.add(text(cut));
            assertThat(cut.survivors(2).disks()).as("what is left is durable").hasSize(1);
        }
        assertThat(met).isEqualTo(possible);
    }

    @Test
    void more_outcomes_than_asked_for_are_drawn_with_the_corners_first_and_said_to_be_some() throws IOException {
        for (int i = 0; i < 12; i++) create("f" + i, "content", Durability.OS);
        SimulatedDisk.Survivors some = disk.survivors(40);
        assertThat(some.complete()).isFalse();
        assertThat(some.disks()).hasSize(40);
        List<String> texts = new ArrayList<>();
        for (SimulatedDisk survivor : some.disks()) texts.add(text(survivor));
        assertThat(texts).doesNotHaveDuplicates().contains("", text(disk));
        assertThat(disk.survivors(40).disks())
                .extracting(SimulatedDisk::stateHash)
                .isEqualTo(some.disks().stream().map(SimulatedDisk::stateHash).toList());
        assertThatThrownBy(() -> disk.survivors(1)).hasMessageContaining("at least 2");
    }

    @Test
    void of_two_survivors_one_has_everything_and_the_other_nothing_that_was_not_forced() throws IOException {
        forced("f", "old");
        for (int i = 0; i < 12; i++) create("g" + i, "content", Durability.OS);
        rename(A.resolve("f"), B.resolve("f"));
        List<String> texts = new ArrayList<>();
        for (int most : new int[] {2, 4}) {
            texts.clear();
            for (SimulatedDisk survivor : disk.survivors(most).disks()) texts.add(text(survivor));
            assertThat(texts).hasSize(most).startsWith(text(disk), "a/f=old");
        }
    }

    @Test
    void survivors_live_on_their_own() throws IOException {
        forced("f", "1");
        rename(A.resolve("f"), B.resolve("f"));
        SimulatedDisk first = disk.survivors(10).disks().get(0);
        first.delete(B.resolve("f"));
        assertThat(disk.exists(B.resolve("f"))).isTrue();
        assertThat(first.survivors(10).disks()).hasSize(2);
    }
}
