package dev.millrace.rpc.socket;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.DiskLock;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;

/**
 * Born in a folder that only we may enter, given its permissions there, and then renamed to its place: at no moment is
 * there a socket at the path that lets in more than it should, and a stale one is replaced in the same step.
 */
final class BoundSocket implements ListeningSocket {
    private final Path path;
    private final ServerSocketChannel channel;
    private final UserPrincipal owner;
    private final Stat born;
    private final DiskLock lock;
    private boolean closed;

    private BoundSocket(Path path, ServerSocketChannel channel, UserPrincipal owner, Stat born, DiskLock lock) {
        this.path = path;
        this.channel = channel;
        this.owner = owner;
        this.born = born;
        this.lock = lock;
    }

    static BoundSocket open(Path path, SocketAccess access, int backlog, Disk disk) throws IOException {
        SocketFolder folder = new SocketFolder(Disk.parentOf(path), String.valueOf(path.getFileName()), access);
        SocketPath.requireShort(path);
        SocketPath.requireShort(folder.birthplace().resolve("s"));
        folder.prepare(disk);
        Path lockFile = path.resolveSibling(path.getFileName() + ".lock");
        DiskLock lock = disk.tryLock(lockFile)
                .orElseThrow(() -> new SocketInUseException(path, "is held by another server, which has its lock"));
        try {
            return bind(path, folder, backlog, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static BoundSocket bind(Path path, SocketFolder folder, int backlog, DiskLock lock) throws IOException {
        Optional<Stat> there = Stat.of(path);
        UserPrincipal us = folder.enter();
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            if (there.isPresent()) requireStale(path, there.get(), us);
            Path newborn = folder.birthplace().resolve("s");
            channel.bind(SocketPath.address(newborn), backlog);
            folder.protect(newborn);
            Stat born = Stat.of(newborn).orElseThrow(() -> new SocketRefusedException(path, "vanished as it was made"));
            Files.move(newborn, path, StandardCopyOption.ATOMIC_MOVE);
            return new BoundSocket(path, channel, us, born, lock);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        } finally {
            folder.leave();
        }
    }

    private static void requireStale(Path path, Stat there, UserPrincipal us) throws IOException {
        if (there.isLink()) throw new SocketRefusedException(path, "is a symbolic link; remove it if it is not wanted");
        if (!there.isSocket())
            throw new SocketRefusedException(path, "is there and is no socket; remove it, or name another path");
        if (!there.owner().equals(us))
            throw new SocketRefusedException(
                    path,
                    "is a socket of user " + there.owner().getName() + "; it must remove it, or name another path");
        if (Probe.at(path) == Probe.ALIVE)
            throw new SocketInUseException(path, "is answered by another server; stop it, or name another path");
    }

    @Override
    public ServerSocketChannel channel() {
        return channel;
    }

    @Override
    public UserPrincipal owner() {
        return owner;
    }

    @Override
    public synchronized void close() throws IOException {
        if (closed) return;
        closed = true;
        try {
            channel.close();
            Optional<Stat> there = Stat.of(path);
            if (there.isPresent() && there.get().isSameFileAs(born)) Files.deleteIfExists(path);
        } finally {
            lock.close();
        }
    }
}
