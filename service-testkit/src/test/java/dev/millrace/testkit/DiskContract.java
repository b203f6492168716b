package dev.millrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileFacts;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.storage.NotARegularFileException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every disk does on which a queue can stand; all of it is seen through the port. */
abstract class DiskContract {
    @TempDir
    Path folder;

    Disk disk;

    abstract Disk createDisk() throws IOException;

    @BeforeEach
    void prepare() throws IOException {
        disk = createDisk();
        disk.createFolders(folder);
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    private Path written(String name, String content) throws IOException {
        disk.create(file(name), content.getBytes(UTF_8), Durability.FSYNC);
        return file(name);
    }

    private String contentOf(String name) throws IOException {
        return new String(disk.read(file(name), 1_000), UTF_8);
    }

    @Test
    void a_file_is_created_once_and_never_over_another() throws IOException {
        written("a", "x");
        assertThatThrownBy(() -> written("a", "y")).isInstanceOf(FileAlreadyExistsException.class);
        disk.createFolders(file("b"));
        assertThatThrownBy(() -> written("b", "y")).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> written("missing/c", "y")).isInstanceOf(NoSuchFileException.class);
        assertThat(contentOf("a")).isEqualTo("x");
    }

    @Test
    void a_missing_file_is_always_reported_as_such() {
        Path missing = file("missing");
        for (ThrowingCallable use : List.<ThrowingCallable>of(
                () -> disk.read(missing, 10),
                () -> disk.readEnd(missing, 10),
                () -> disk.hold(missing, 10),
                () -> disk.writeAt(missing, 0, new byte[1]),
                () -> disk.truncate(missing),
                () -> disk.rename(missing, file("x")),
                () -> disk.forceFile(missing),
                () -> disk.forceFolder(missing),
                () -> disk.forEachName(missing, name -> {}),
                () -> disk.append(missing.resolve("log")),
                () -> disk.touch(missing, Instant.EPOCH)))
            assertThatThrownBy(use).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void looking_at_a_missing_file_is_no_error() throws IOException {
        assertThat(disk.facts(file("missing"))).isEmpty();
        assertThat(disk.exists(file("missing"))).isFalse();
        assertThat(disk.delete(file("missing"))).isFalse();
        assertThat(disk.sortedNames(file("missing"))).isEmpty();
    }

    @Test
    void a_file_is_read_whole_up_to_the_limit_and_folders_are_not_read() throws IOException {
        written("a", "12345");
        assertThat(disk.read(file("a"), 5)).asString(UTF_8).isEqualTo("12345");
        assertThat(disk.readEnd(file("a"), 3)).asString(UTF_8).isEqualTo("345");
        assertThat(disk.readEnd(file("a"), 30)).asString(UTF_8).isEqualTo("12345");
        assertThatThrownBy(() -> disk.read(file("a"), 4)).isInstanceOf(FileTooLargeException.class);
        assertThatThrownBy(() -> disk.hold(file("a"), 4)).isInstanceOf(FileTooLargeException.class);
        disk.createFolders(file("b"));
        assertThatThrownBy(() -> disk.read(file("b"), 4)).isInstanceOf(NotARegularFileException.class);
        assertThatThrownBy(() -> disk.hold(file("b"), 4)).isInstanceOf(NotARegularFileException.class);
    }

    @Test
    void a_held_file_is_written_in_place_under_whatever_name_it_has() throws IOException {
        written("first", "{}");
        try (Disk.HeldFile held = disk.hold(file("first"), 10)) {
            assertThat(held.content()).asString(UTF_8).isEqualTo("{}");
            disk.rename(file("first"), file("second"));
            held.writeAt(1, ",1}".getBytes(UTF_8));
        }
        assertThat(contentOf("second")).isEqualTo("{,1}");
        assertThat(disk.exists(file("first"))).isFalse();
    }

    @Test
    void bytes_are_written_in_place_and_the_file_grows() throws IOException {
        written("a", "0123456789");
        disk.writeAt(file("a"), 8, "abcd".getBytes(UTF_8));
        assertThat(contentOf("a")).isEqualTo("01234567abcd");
        disk.truncate(file("a"));
        assertThat(contentOf("a")).isEmpty();
        disk.writeAt(file("a"), 2, "z".getBytes(UTF_8));
        assertThat(contentOf("a")).isEqualTo("\0\0z");
    }

    @Test
    void appending_adds_at_the_end_wherever_the_file_has_moved_to() throws IOException {
        try (Disk.AppendFile out = disk.append(file("log"))) {
            out.append("a".getBytes(UTF_8));
            disk.rename(file("log"), file("log.aside"));
            out.append("b".getBytes(UTF_8));
            out.force();
            assertThat(out.size()).isEqualTo(2);
        }
        assertThat(disk.exists(file("log"))).isFalse();
        assertThat(contentOf("log.aside")).isEqualTo("ab");
        try (Disk.AppendFile again = disk.append(file("log.aside"))) {
            again.append("c".getBytes(UTF_8));
        }
        assertThat(contentOf("log.aside")).isEqualTo("abc");
    }

    @Test
    void a_rename_replaces_what_is_there_and_deleting_takes_it_away() throws IOException {
        disk.rename(written("a", "new"), written("b", "old"));
        assertThat(contentOf("b")).isEqualTo("new");
        assertThat(disk.sortedNames(folder)).containsExactly("b");
        assertThat(disk.delete(file("b"))).isTrue();
        assertThat(disk.sortedNames(folder)).isEmpty();
    }

    @Test
    void a_folder_is_deleted_when_it_is_empty_and_is_no_place_for_a_file() throws IOException {
        disk.createFolders(file("x/y"));
        disk.createFolders(file("x/y"));
        written("a", "1");
        assertThatThrownBy(() -> disk.delete(file("x"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.replace(file("x"), new byte[1], Durability.OS))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.createFolders(file("a"))).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(disk.sortedNames(folder)).containsExactly("a", "x");
        assertThat(disk.delete(file("x/y"))).isTrue();
        assertThat(disk.delete(file("x"))).isTrue();
        assertThat(disk.sortedNames(folder)).containsExactly("a");
    }

    @Test
    void a_small_file_is_replaced_as_a_whole_and_leaves_no_draft() throws IOException {
        written("a", "old");
        disk.replace(file("a"), "new".getBytes(UTF_8), Durability.FSYNC);
        assertThat(contentOf("a")).isEqualTo("new");
        assertThat(disk.sortedNames(folder)).containsExactly("a");
    }

    @Test
    void a_lock_is_held_by_one_and_freed_by_closing() throws IOException {
        Disk.DiskLock held = disk.tryLock(file("lock")).orElseThrow();
        assertThat(disk.tryLock(file("lock"))).isEmpty();
        held.close();
        disk.tryLock(file("lock")).orElseThrow().close();
    }

    @Test
    void new_names_are_noticed_however_they_came() throws Exception {
        Path watched = file("watched");
        disk.createFolders(watched);
        List<Path> seen = new ArrayList<>();
        try (Disk.FolderWatch watch = disk.watch(List.of(watched))) {
            written("watched/created", "x");
            disk.rename(written("outside", "x"), watched.resolve("moved-in"));
            for (int rounds = 0; seen.size() < 2 && rounds < 20; rounds++)
                seen.addAll(watch.await(Duration.ofSeconds(1)).added());
        }
        assertThat(seen).containsExactlyInAnyOrder(watched.resolve("created"), watched.resolve("moved-in"));
    }

    @Test
    void facts_say_what_a_path_is() throws IOException {
        Instant when = Instant.parse("2026-01-01T00:00:00Z");
        disk.touch(written("a", "123"), when);
        assertThat(disk.facts(file("a"))).contains(new FileFacts(FileFacts.Kind.FILE, 3, when));
        assertThat(disk.facts(folder).orElseThrow().kind()).isEqualTo(FileFacts.Kind.FOLDER);
        disk.writeAt(file("a"), 0, new byte[1]);
        assertThat(disk.facts(file("a")).orElseThrow().modified()).isAfter(when);
        assertThat(disk.isWritableByOthers(folder)).isFalse();
        assertThat(disk.usableSpace(folder)).isPositive();
    }

    @Test
    void what_is_there_can_be_forced() throws IOException {
        disk.forceFile(written("a", "x"));
        disk.forceFolder(folder);
        disk.forceFileSystem(folder);
        assertThatThrownBy(() -> disk.forceFileSystem(file("missing"))).isInstanceOf(IOException.class);
    }
}
