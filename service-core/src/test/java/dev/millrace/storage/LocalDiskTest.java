package dev.millrace.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real file system is more than every disk, for which there is DiskContract in the test kit. */
class LocalDiskTest {
    private final Disk disk = Disk.local();

    @TempDir
    private Path folder;

    private Path file(String name) {
        return folder.resolve(name);
    }

    private Path written(String name, String content) throws IOException {
        return Files.writeString(file(name), content);
    }

    @Test
    void a_file_is_created_for_its_owner_to_write_alone_and_never_over_another() throws IOException {
        disk.create(file("a"), "x".getBytes(UTF_8), Durability.FSYNC);
        assertThat(file("a")).hasContent("x");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("a"))))
                .startsWith("rw-")
                .doesNotContain("x")
                .matches("rw-(.--){2}");
        assertThatThrownBy(() -> disk.create(file("a"), "y".getBytes(UTF_8), Durability.OS))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file("a")).hasContent("x");
    }

    @Test
    void what_is_no_regular_file_is_not_held_and_nobody_waits_for_it() throws Exception {
        Files.createDirectory(file("folder"));
        Files.createSymbolicLink(file("link"), written("target", "x"));
        assumeTrue(new ProcessBuilder("mkfifo", file("pipe").toString()).start().waitFor() == 0, "no mkfifo here");
        for (String name : List.of("folder", "link", "pipe"))
            assertTimeoutPreemptively(
                    Duration.ofSeconds(10),
                    () -> assertThatThrownBy(() -> disk.hold(file(name), 10))
                            .as(name)
                            .isInstanceOf(NotARegularFileException.class));
        assertThatThrownBy(() -> disk.hold(written("large", "12345678901"), 10))
                .isInstanceOf(FileTooLargeException.class);
        assertThat(disk.hold(written("empty", ""), 10).content()).isEmpty();
    }

    @Test
    void only_regular_files_are_read_and_links_are_not_followed() throws Exception {
        Files.createSymbolicLink(file("link"), written("a", "x"));
        Files.createDirectory(file("dir"));
        assertThatThrownBy(() -> disk.read(file("link"), 10)).isInstanceOf(NotARegularFileException.class);
        assertThatThrownBy(() -> disk.read(file("dir"), 10)).isInstanceOf(NotARegularFileException.class);
        Process mkfifo = new ProcessBuilder("mkfifo", file("pipe").toString()).start();
        assumeTrue(mkfifo.waitFor(10, TimeUnit.SECONDS) && mkfifo.exitValue() == 0, "mkfifo does not work here");
        assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThatThrownBy(() -> disk.read(file("pipe"), 10))
                        .isInstanceOf(NotARegularFileException.class));
    }

    @Test
    void nothing_is_written_through_a_link() throws IOException {
        Files.createSymbolicLink(file("link"), written("a", "x"));
        assertThatThrownBy(() -> disk.writeAt(file("link"), 0, "y".getBytes(UTF_8)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.append(file("link"))).isInstanceOf(IOException.class);
        assertThat(file("a")).hasContent("x");
        assertThat(disk.facts(file("link")).orElseThrow().kind()).isEqualTo(FileFacts.Kind.LINK);
        disk.rename(file("link"), file("moved"));
        assertThat(Files.isSymbolicLink(file("moved"))).isTrue();
        disk.delete(file("moved"));
        assertThat(file("a")).exists();
    }

    @Test
    void to_ask_again_for_a_lock_that_this_process_holds_does_not_give_it_to_another_process() throws Exception {
        try (Disk.DiskLock held = disk.tryLock(file("lock")).orElseThrow()) {
            assertThat(held).isNotNull();
            assertThat(disk.tryLock(file("lock"))).isEmpty();
            assertThat(askedElsewhere()).isEqualTo("taken");
        }
        assertThat(askedElsewhere()).isEqualTo("free");
    }

    private String askedElsewhere() throws IOException {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockAsker.class.getName(),
                        file("lock").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new String(other.getInputStream().readAllBytes(), UTF_8).strip();
    }

    /** Another process that says whether it could have a lock. */
    static final class LockAsker {
        private LockAsker() {}

        public static void main(String[] args) throws IOException {
            System.out.println(Disk.local().tryLock(Path.of(args[0])).isPresent() ? "free" : "taken");
        }
    }

    /** Such as one of another encoding: Java cannot spell it, and resolving it would lead to another file or to an error. */
    @Test
    void a_name_that_cannot_be_spelled_is_left_out() throws Exception {
        assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")), "this locale cannot spell the names");
        written("good", "x");
        written("\ufffd", "x");
        Process touch = new ProcessBuilder("sh", "-c", "touch \"$(printf 'bad\\377')\"")
                .directory(folder.toFile())
                .start();
        assumeTrue(touch.waitFor(10, TimeUnit.SECONDS) && touch.exitValue() == 0, "sh does not work here");
        assertThat(folder.toFile().list()).hasSize(3);
        assertThat(disk.sortedNames(folder)).containsExactly("good", "\ufffd");
    }

    @Test
    void folders_are_made_for_their_owner_alone() throws IOException {
        disk.createFolders(file("x/y"));
        disk.createFolders(file("x/y"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("x/y"))))
                .isEqualTo("rwx------");
        assertThat(disk.isWritableByOthers(file("x/y"))).isFalse();
        Files.setPosixFilePermissions(file("x/y"), PosixFilePermissions.fromString("rwx-w----"));
        assertThat(disk.isWritableByOthers(file("x/y"))).isTrue();
    }

    @Test
    void the_file_system_can_be_forced_and_says_what_room_it_has() throws IOException {
        written("a", "x");
        disk.forceFile(file("a"));
        disk.forceFolder(folder);
        disk.forceFileSystem(folder);
        assertThatThrownBy(() -> disk.forceFileSystem(file("missing"))).isInstanceOf(IOException.class);
        assertThat(disk.usableSpace(folder)).isPositive();
    }
}
