package dev.millrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.event.Event;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultyDiskTest {
    @TempDir
    private Path folder;

    private final FaultyDisk disk = FaultyDisk.over(Disk.local());

    private Path file(String name) {
        return folder.resolve(name);
    }

    private void create(String name) throws IOException {
        disk.create(file(name), "12345678".getBytes(UTF_8), Durability.OS);
    }

    @Test
    void without_plans_it_does_what_the_disk_below_does_and_counts_it() throws IOException {
        create("a");
        disk.rename(file("a"), file("b"));
        assertThat(disk.sortedNames(folder)).containsExactly("b");
        assertThat(disk.read(file("b"), 100)).asString().isEqualTo("12345678");
        assertThat(disk.delete(file("b"))).isTrue();
        assertThat(disk.count(Operation.RENAME)).isEqualTo(1);
        assertThat(disk.changes()).isEqualTo(3);
        assertThat(disk.calls()).extracting(DiskCall::operation).endsWith(Operation.READ, Operation.DELETE);
        disk.forget();
        assertThat(disk.calls()).isEmpty();
    }

    @Test
    void a_replace_whose_draft_was_taken_away_says_so_whatever_lies_there() throws IOException {
        for (String name : List.of("none", "longer")) {
            if (name.equals("longer")) create(name);
            disk.faultOnce(call -> call.is(Operation.RENAME), Moment.BEFORE, DiskTrouble.noSuchFile());
            assertThatThrownBy(() -> disk.replace(file(name), new byte[] {1}, Durability.OS))
                    .isInstanceOf(NoSuchFileException.class)
                    .hasMessageContaining(".draft-");
        }
    }

    @Test
    void a_crash_before_a_change_leaves_it_undone_and_everything_after_it_too() throws IOException {
        disk.crash(2, Moment.BEFORE);
        create("a");
        assertThatThrownBy(() -> create("b")).isInstanceOf(CrashException.class);
        assertThatThrownBy(() -> disk.read(file("a"), 10)).isInstanceOf(CrashException.class);
        assertThat(disk.isCrashed()).isTrue();
        disk.restart();
        assertThat(disk.sortedNames(folder)).containsExactly("a");
    }

    @Test
    void a_crash_after_a_change_leaves_it_done() {
        disk.crash(1, Moment.AFTER);
        assertThatThrownBy(() -> create("a")).isInstanceOf(CrashException.class);
        assertThat(file("a")).exists();
    }

    @Test
    void a_crash_halfway_leaves_half_the_bytes() throws IOException {
        disk.crash(1, Moment.HALFWAY);
        assertThatThrownBy(() -> create("a")).isInstanceOf(CrashException.class);
        assertThat(file("a")).hasContent("1234");
        disk.restart();
        try (Disk.AppendFile out = disk.append(file("b"))) {
            disk.crash(1, Moment.HALFWAY);
            assertThatThrownBy(() -> out.append("abcd".getBytes(UTF_8))).isInstanceOf(CrashException.class);
        }
        assertThat(file("b")).hasContent("ab");
    }

    @Test
    void somebody_else_can_act_in_the_middle() throws IOException {
        create("a");
        List<String> seen = new ArrayList<>();
        disk.interpose(1, Moment.BEFORE, () -> seen.add("before " + Files.exists(file("b"))));
        disk.rename(file("a"), file("b"));
        disk.interpose(1, Moment.AFTER, () -> seen.add("after " + Files.exists(file("c"))));
        disk.rename(file("b"), file("c"));
        disk.interpose(1, Moment.HALFWAY, () -> seen.add("halfway " + contentOf("c")));
        disk.writeAt(file("c"), 0, "abcd".getBytes(UTF_8));
        assertThat(seen).containsExactly("before false", "after true", "halfway ab345678");
        assertThat(file("c")).hasContent("abcd5678");
    }

    private String contentOf(String name) {
        try {
            return Files.readString(file(name));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void a_fault_strikes_until_it_is_taken_away() throws IOException {
        try (FaultyDisk.Fault full =
                disk.fault(call -> call.is(Operation.CREATE), Moment.BEFORE, DiskTrouble.noSpace())) {
            assertThatThrownBy(() -> create("a"))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("No space");
            assertThatThrownBy(() -> create("a")).isInstanceOf(FileSystemException.class);
            assertThat(full.strikes()).isEqualTo(2);
        }
        create("a");
        assertThat(file("a")).exists();
    }

    @Test
    void a_fault_for_once_strikes_once() throws IOException {
        FaultyDisk.Fault fault = disk.faultOnce(call -> true, Moment.BEFORE, DiskTrouble.inputOutput());
        assertThatThrownBy(() -> create("a")).isInstanceOf(IOException.class);
        create("a");
        assertThat(fault.strikes()).isEqualTo(1);
    }

    @Test
    void a_rename_can_succeed_and_be_reported_as_lost() throws IOException {
        create("a");
        disk.fault(call -> call.is(Operation.RENAME), Moment.AFTER, DiskTrouble.noSuchFile());
        assertThatThrownBy(() -> disk.rename(file("a"), file("b"))).isInstanceOf(NoSuchFileException.class);
        assertThat(file("b")).exists();
    }

    @Test
    void a_fault_can_leave_half_the_bytes() {
        disk.fault(call -> call.path().endsWith("a"), Moment.HALFWAY, DiskTrouble.noSpace());
        assertThatThrownBy(() -> create("a")).isInstanceOf(FileSystemException.class);
        assertThat(file("a")).hasContent("1234");
    }

    @Test
    void events_are_kept_and_can_be_asked_for() {
        RecordingEvents events = RecordingEvents.create();
        events.accept(new Event.Note("a"));
        events.accept(new Event.Fenced("t", "i"));
        assertThat(events.all()).hasSize(2);
        assertThat(events.of(Event.Note.class)).containsExactly(new Event.Note("a"));
        events.clear();
        assertThat(events.all()).isEmpty();
    }
}
