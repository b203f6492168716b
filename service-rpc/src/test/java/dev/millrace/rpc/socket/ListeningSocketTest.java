package dev.millrace.rpc.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.millrace.storage.Disk;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListeningSocketTest {
    @TempDir
    private Path root;

    private Path socket;

    @BeforeEach
    void choose() {
        socket = root.resolve("run/daemon.sock");
    }

    private ListeningSocket open(Path path) throws IOException {
        return ListeningSocket.open(path, SocketAccess.owner(), 8, Disk.local());
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static boolean canConnect(Path path) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(path));
        } catch (java.net.SocketException nobody) {
            return false;
        }
    }

    /** A socket as another program would make it. */
    private ServerSocketChannel foreign(Path path) throws IOException {
        Files.createDirectories(Disk.parentOf(path));
        Files.setPosixFilePermissions(Disk.parentOf(path), PosixFilePermissions.fromString("rwx------"));
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
    }

    @Test
    void a_socket_is_for_its_owner_in_a_folder_for_its_owner_and_goes_when_it_is_closed() throws Exception {
        ListeningSocket listening = open(socket);
        assertThat(mode(socket)).isEqualTo("rw-------");
        assertThat(mode(Disk.parentOf(socket))).isEqualTo("rwx------");
        assertThat(canConnect(socket)).isTrue();
        listening.close();
        listening.close();

        try (var left = Files.list(Disk.parentOf(socket))) {
            assertThat(left.map(file -> file.getFileName().toString())).containsExactly("daemon.sock.lock");
        }
    }

    /** Somebody who looks all the time, at every name that there is. */
    @Test
    void at_no_moment_could_anybody_else_reach_the_socket() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        AtomicBoolean done = new AtomicBoolean();
        Set<String> seen = new HashSet<>();
        try {
            Future<?> watching = other.submit(() -> {
                while (!done.get()) look(seen);
            });
            for (int i = 0; i < 60; i++) open(socket).close();
            done.set(true);
            watching.get();
        } finally {
            other.shutdown();
        }

        assertThat(seen).contains("daemon.sock rw-------", "run rwx------");
        assertThat(seen).filteredOn(one -> one.startsWith("daemon.sock ")).containsExactly("daemon.sock rw-------");
        assertThat(seen).filteredOn(one -> one.startsWith("run ")).containsExactly("run rwx------");
        String born = birthplace().getFileName() + " ";
        assertThat(seen).filteredOn(one -> one.startsWith(born)).allMatch(one -> one.equals(born + "rwx------"));
    }

    private Path birthplace() {
        return new SocketFolder(Disk.parentOf(socket), "daemon.sock", SocketAccess.owner()).birthplace();
    }

    private void look(Set<String> seen) {
        for (Path path : new Path[] {Disk.parentOf(socket), socket, birthplace()}) {
            try {
                seen.add(path.getFileName() + " " + mode(path));
            } catch (NoSuchFileException notNow) {
                // it comes and goes
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @Test
    void a_second_server_is_refused_and_the_first_not_disturbed() throws Exception {
        try (ListeningSocket first = open(socket)) {
            assertThatThrownBy(() -> open(socket))
                    .isInstanceOf(SocketInUseException.class)
                    .hasMessageContaining(socket.toString());
            assertThat(canConnect(socket)).isTrue();
            assertThat(first.channel().isOpen()).isTrue();
        }
    }

    @Test
    void a_server_of_another_program_is_never_displaced_even_when_it_is_too_busy_to_accept() throws Exception {
        Files.createDirectories(Disk.parentOf(socket));
        Files.setPosixFilePermissions(Disk.parentOf(socket), PosixFilePermissions.fromString("rwx------"));
        try (ServerSocketChannel busy = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            busy.bind(UnixDomainSocketAddress.of(socket), 1);
            assertThatThrownBy(() -> open(socket)).isInstanceOf(SocketInUseException.class);
            // The probes themselves fill its queue.
            for (int i = 0; i < 4; i++) assertThatThrownBy(() -> open(socket)).isInstanceOf(SocketInUseException.class);
        }
    }

    @Test
    void a_socket_that_nobody_listens_on_is_replaced() throws Exception {
        foreign(socket).close();
        assertThat(socket).exists();

        try (ListeningSocket listening = open(socket)) {
            assertThat(canConnect(socket)).isTrue();
            assertThat(listening.channel().isOpen()).isTrue();
        }
    }

    @Test
    void what_a_crash_left_in_the_birthplace_is_cleared_away() throws Exception {
        foreign(birthplace().resolve("s")).close();

        try (ListeningSocket listening = open(socket)) {
            assertThat(listening.channel().isOpen()).isTrue();
            assertThat(birthplace()).doesNotExist();
        }
    }

    @Test
    void a_file_a_folder_and_a_link_at_the_path_are_refused_and_not_touched() throws Exception {
        Path target = Files.writeString(root.resolve("target"), "precious");
        Files.createDirectory(
                root.resolve("run"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path file = Files.writeString(root.resolve("run/file"), "precious");
        Path folder = Files.createDirectory(root.resolve("run/folder"));
        Path link = Files.createSymbolicLink(root.resolve("run/link"), target);
        Path dangling = Files.createSymbolicLink(root.resolve("run/dangling"), root.resolve("nowhere"));

        for (Path path : new Path[] {file, folder, link, dangling})
            assertThatThrownBy(() -> open(path))
                    .isInstanceOf(SocketRefusedException.class)
                    .hasMessageContaining(path.toString());
        assertThat(target).hasContent("precious");
        assertThat(file).hasContent("precious");
        assertThat(link).isSymbolicLink();
        assertThat(folder).isDirectory();
    }

    @Test
    void a_folder_that_is_a_link_or_that_others_can_write_is_refused() throws Exception {
        Path wide = Files.createDirectory(root.resolve("wide"));
        Files.setPosixFilePermissions(wide, PosixFilePermissions.fromString("rwxrwx---"));
        Path real = Files.createDirectory(root.resolve("real"));
        Path link = Files.createSymbolicLink(root.resolve("link"), real);

        assertThatThrownBy(() -> open(wide.resolve("daemon.sock")))
                .isInstanceOf(SocketRefusedException.class)
                .hasMessageContaining("can be written by others")
                .hasMessageContaining("chmod go-w");
        assertThatThrownBy(() -> open(link.resolve("daemon.sock")))
                .isInstanceOf(SocketRefusedException.class)
                .hasMessageContaining("symbolic link");
        assertThat(real).isEmptyDirectory();
    }

    @Test
    void two_that_are_born_in_one_folder_at_once_do_not_meet() throws Exception {
        open(socket).close();
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<?> beside = other.submit(() -> {
                for (int i = 0; i < 50; i++)
                    open(socket.resolveSibling("other.sock")).close();
                return null;
            });
            for (int i = 0; i < 50; i++)
                try (ListeningSocket listening = open(socket)) {
                    assertThat(canConnect(socket)).isTrue();
                    assertThat(listening.channel().isOpen()).isTrue();
                }
            beside.get();
        } finally {
            other.shutdown();
        }
    }

    @Test
    void only_our_own_socket_is_removed() throws Exception {
        ListeningSocket ours = open(socket);
        Files.delete(socket);
        try (ServerSocketChannel others = foreign(socket)) {
            ours.close();
            assertThat(others.isOpen()).isTrue();
            assertThat(canConnect(socket)).isTrue();
        }
    }

    @Test
    void a_path_that_is_too_long_is_refused_with_the_limit_and_the_way_out() {
        Path path = root.resolve("x".repeat(100)).resolve("daemon.sock");

        assertThatThrownBy(() -> open(path))
                .isInstanceOf(SocketRefusedException.class)
                .hasMessageContaining("has " + path.toString().length() + " bytes")
                .hasMessageContaining(String.valueOf(SocketPath.LONGEST))
                .hasMessageContaining("$XDG_RUNTIME_DIR");
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void the_longest_path_that_is_allowed_works() throws Exception {
        int left = SocketPath.LONGEST - root.toString().length() - 2 - "daemon.sock".length();
        assumeThat(left).isPositive();
        Path path = root.resolve("y".repeat(left)).resolve("daemon.sock");

        try (ListeningSocket listening = open(path)) {
            assertThat(listening.channel().isOpen()).isTrue();
            assertThat(canConnect(path)).isTrue();
        }
    }

    @Test
    void a_group_is_let_in_only_when_it_is_asked_for() throws Exception {
        GroupPrincipal group =
                Files.readAttributes(root, PosixFileAttributes.class).group();
        SocketAccess access = SocketAccess.group(group.getName());
        try (ListeningSocket listening = ListeningSocket.open(socket, access, 8, Disk.local())) {
            assertThat(mode(socket)).isEqualTo("rw-rw----");
            assertThat(mode(Disk.parentOf(socket))).isEqualTo("rwx--x---");
            assertThat(Files.readAttributes(socket, PosixFileAttributes.class).group())
                    .isEqualTo(group);
            assertThat(listening.channel().isOpen()).isTrue();
        }
        Path other = root.resolve("other");
        assertThatThrownBy(() -> ListeningSocket.open(
                        other.resolve("daemon.sock"), SocketAccess.group("no-such-group"), 8, Disk.local()))
                .isInstanceOf(SocketRefusedException.class)
                .hasMessageContaining("no-such-group");
        Path closed = Files.createDirectory(
                root.resolve("closed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assertThatThrownBy(() -> ListeningSocket.open(closed.resolve("daemon.sock"), access, 8, Disk.local()))
                .isInstanceOf(SocketRefusedException.class)
                .hasMessageContaining("chmod it to 710");
    }
}
