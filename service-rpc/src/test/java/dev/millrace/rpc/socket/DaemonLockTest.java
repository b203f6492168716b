package dev.millrace.rpc.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.storage.Disk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DaemonLockTest {
    @TempDir
    private Path root;

    private final Disk disk = Disk.local();

    private DaemonLock take(long pid) throws Exception {
        return DaemonLock.take(root.resolve("share"), pid, disk);
    }

    @Test
    void the_second_daemon_is_refused_with_the_pid_of_the_first() throws Exception {
        try (DaemonLock first = take(4711)) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> take(4712))
                    .isInstanceOfSatisfying(
                            DaemonRunningException.class,
                            e -> assertThat(e.pid()).hasValue(4711))
                    .hasMessageContaining("already running (PID 4711)");
            assertThat(DaemonLock.pidIn(root.resolve("share"), disk)).hasValue(4711);
        }
        assertThat(DaemonLock.pidIn(root.resolve("share"), disk)).isEmpty();
        take(4712).close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "-5", "99999999999999999999", " 12345 \n"})
    void what_a_dead_daemon_left_is_written_over(String text) throws Exception {
        Path file = Files.createDirectories(root.resolve("share")).resolve("daemon.pid");
        Files.writeString(file, text);

        try (DaemonLock lock = take(8)) {
            assertThat(lock).isNotNull();
            assertThat(file).hasContent("8\n");
        }
    }

    @Test
    void the_pid_file_may_be_replaced_and_removed_without_freeing_the_lock() throws Exception {
        try (DaemonLock first = take(1)) {
            assertThat(first).isNotNull();
            Path file = root.resolve("share/daemon.pid");
            Files.move(file, root.resolve("share/elsewhere"));
            assertThatThrownBy(() -> take(2))
                    .isInstanceOfSatisfying(
                            DaemonRunningException.class,
                            e -> assertThat(e.pid()).isEqualTo(OptionalLong.empty()));
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void a_link_in_place_of_the_pid_file_is_refused_and_the_lock_freed() throws Exception {
        Path target = Files.writeString(root.resolve("target"), "precious");
        Files.createSymbolicLink(Files.createDirectories(root.resolve("share")).resolve("daemon.pid"), target);

        assertThatThrownBy(() -> take(1)).isInstanceOf(SocketRefusedException.class);
        assertThat(target).hasContent("precious");
        Files.delete(root.resolve("share/daemon.pid"));
        take(1).close();
    }
}
