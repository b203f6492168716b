package dev.millrace.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** {@link Disk} on the file system of this machine. */
final class LocalDisk implements Disk {
    static final LocalDisk INSTANCE = new LocalDisk();

    /** Readable for those whom an operator lets into the folder, which is closed to all but its owner at first. */
    private static final FileAttribute<Set<PosixFilePermission>> NEW_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> WRITE = Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> READ_AND_WRITE =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> CREATE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> APPEND =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> LOCK =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final char REPLACEMENT = '\ufffd';
    private static final long SYNC_TIMEOUT_SECONDS = 120;

    private LocalDisk() {}

    @Override
    public void forEachName(Path folder, Consumer<String> visitor) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (canBeSpelled(name, folder, entry)) visitor.accept(name);
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** Bytes that this locale's encoding does not know have become a replacement, which leads elsewhere or nowhere. */
    static boolean canBeSpelled(String name, Path folder, Path entry) {
        if (name.indexOf(REPLACEMENT) < 0) return true;
        try {
            return folder.resolve(name).equals(entry);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    @Override
    public List<String> sortedNames(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        try {
            forEachName(folder, names::add);
        } catch (NoSuchFileException absent) {
            return names;
        }
        Collections.sort(names);
        return names;
    }

    /** Looks first: opening a pipe would wait for somebody who writes into it. */
    @Override
    public byte[] read(Path file, int limit) throws IOException {
        requireRegular(file);
        try (FileChannel in = FileChannel.open(file, READ)) {
            return wholeContent(in, file, limit);
        } catch (NoSuchFileException | FileTooLargeException e) {
            throw e;
        } catch (IOException e) {
            requireRegular(file);
            throw e;
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static byte[] wholeContent(FileChannel in, Path file, int limit) throws IOException {
        long size = in.size();
        if (size > limit) throw new FileTooLargeException(file, size, limit);
        ByteBuffer content = ByteBuffer.allocate((int) size);
        while (content.hasRemaining() && in.read(content) >= 0) {
            // reads until the size seen at the start, or an earlier end
        }
        return content.hasRemaining() ? shortened(content) : content.array();
    }

    /**
     * Nobody waits when a pipe is opened for both reading and writing, so only what has no size, as pipes and devices do,
     * is looked at more closely: for a task that saves a call into the system.
     */
    @Override
    public HeldFile hold(Path file, int limit) throws IOException {
        FileChannel channel = openToHold(file);
        try {
            if (channel.size() == 0) requireRegular(file);
            return new ChannelHeldFile(channel, file, wholeContent(channel, file, limit));
        } catch (IOException e) {
            closeQuietly(channel);
            throw e;
        }
    }

    private FileChannel openToHold(Path file) throws IOException {
        try {
            return FileChannel.open(file, READ_AND_WRITE);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            requireRegular(file);
            throw e;
        }
    }

    private void requireRegular(Path file) throws IOException {
        FileFacts.Kind kind = facts(file)
                .orElseThrow(() -> new NoSuchFileException(file.toString()))
                .kind();
        if (kind != FileFacts.Kind.FILE) throw new NotARegularFileException(file, kind);
    }

    @Override
    public byte[] readEnd(Path file, int most) throws IOException {
        try (FileChannel in = FileChannel.open(file, READ)) {
            ByteBuffer content = ByteBuffer.allocate((int) Math.min(most, in.size()));
            in.position(in.size() - content.capacity());
            while (content.hasRemaining() && in.read(content) >= 0) {
                // reads until the end seen at the start
            }
            return shortened(content);
        }
    }

    @Override
    public void truncate(Path file) throws IOException {
        try (FileChannel out = FileChannel.open(file, WRITE)) {
            out.truncate(0);
        }
    }

    private static byte[] shortened(ByteBuffer content) {
        byte[] bytes = new byte[content.position()];
        content.flip().get(bytes);
        return bytes;
    }

    @Override
    public void create(Path file, byte[] content, Durability durability) throws IOException {
        try (FileChannel out = FileChannel.open(file, CREATE, NEW_FILE)) {
            writeFully(out, content);
            if (durability == Durability.FSYNC) out.force(true);
        } catch (NoSuchFileException | java.nio.file.FileAlreadyExistsException e) {
            throw e;
        } catch (IOException e) {
            discardAfter(e, file);
            throw named(e, file);
        }
    }

    /** What a write into an open file throws when the disk is full says neither which file nor where. */
    private static IOException named(IOException e, Path file) {
        if (e.getClass() != IOException.class) return e;
        FileSystemException named = new FileSystemException(file.toString(), null, e.getMessage());
        named.initCause(e);
        return named;
    }

    private void discardAfter(IOException failure, Path file) {
        try {
            delete(file);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static void writeFully(FileChannel out, byte[] content) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(content);
        while (rest.hasRemaining()) out.write(rest);
    }

    @Override
    public void writeAt(Path file, long position, byte[] bytes) throws IOException {
        try (FileChannel out = FileChannel.open(file, WRITE)) {
            writeFullyAt(out, position, bytes);
        } catch (IOException e) {
            throw named(e, file);
        }
    }

    private static void writeFullyAt(FileChannel out, long position, byte[] bytes) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        long at = position;
        while (rest.hasRemaining()) at += out.write(rest, at);
    }

    @Override
    public AppendFile append(Path file) throws IOException {
        return new ChannelAppendFile(FileChannel.open(file, APPEND, NEW_FILE), file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new FileSystemException(
                    from.toString(), to.toString(), "cannot be renamed atomically: both must lie on one file system");
        }
    }

    @Override
    public boolean delete(Path file) throws IOException {
        return Files.deleteIfExists(file);
    }

    @Override
    public Optional<FileFacts> facts(Path path) throws IOException {
        try {
            BasicFileAttributes found =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return Optional.of(new FileFacts(
                    kindOf(found), found.size(), found.lastModifiedTime().toInstant()));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    private static FileFacts.Kind kindOf(BasicFileAttributes found) {
        if (found.isRegularFile()) return FileFacts.Kind.FILE;
        if (found.isDirectory()) return FileFacts.Kind.FOLDER;
        return found.isSymbolicLink() ? FileFacts.Kind.LINK : FileFacts.Kind.OTHER;
    }

    @Override
    public void createFolders(Path folder) throws IOException {
        Files.createDirectories(folder, OWNER_FOLDER);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }

    @Override
    public void forceFile(Path file) throws IOException {
        try (FileChannel content = FileChannel.open(file, WRITE)) {
            content.force(true);
        }
    }

    /** Java has no call for syncfs(2); coreutils has a command for it. */
    @Override
    public void forceFileSystem(Path anyPath) throws IOException {
        Process sync = new ProcessBuilder("sync", "-f", anyPath.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!sync.waitFor(SYNC_TIMEOUT_SECONDS, TimeUnit.SECONDS) || sync.exitValue() != 0)
                throw new FileSystemException(anyPath.toString(), null, "'sync -f' failed or took too long");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FileSystemException(anyPath.toString(), null, "interrupted while forcing the file system");
        } finally {
            sync.destroyForcibly();
        }
    }

    @Override
    public void touch(Path file, Instant modified) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(modified));
    }

    @Override
    public Optional<DiskLock> tryLock(Path file) throws IOException {
        return LocalLock.tryTake(file, () -> FileChannel.open(file, LOCK, NEW_FILE));
    }

    @Override
    public FolderWatch watch(List<Path> folders) throws IOException {
        return LocalFolderWatch.over(folders);
    }

    @Override
    public boolean isWritableByOthers(Path path) throws IOException {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
            return permissions.contains(PosixFilePermission.OTHERS_WRITE)
                    || permissions.contains(PosixFilePermission.GROUP_WRITE);
        } catch (UnsupportedOperationException noSuchPermissions) {
            return false;
        }
    }

    @Override
    public long usableSpace(Path anyPath) throws IOException {
        return Files.getFileStore(anyPath).getUsableSpace();
    }

    private static final class ChannelHeldFile implements HeldFile {
        private final FileChannel channel;
        private final Path file;
        private final byte[] content;

        private ChannelHeldFile(FileChannel channel, Path file, byte[] content) {
            this.channel = channel;
            this.file = file;
            this.content = content;
        }

        @Override
        public byte[] content() {
            return content;
        }

        @Override
        public void writeAt(long position, byte[] bytes) throws IOException {
            try {
                writeFullyAt(channel, position, bytes);
            } catch (IOException e) {
                throw named(e, file);
            }
        }

        @Override
        public void close() {
            closeQuietly(channel);
        }
    }

    private record ChannelAppendFile(FileChannel channel, Path file) implements AppendFile {
        @Override
        public void append(byte[] bytes) throws IOException {
            try {
                writeFully(channel, bytes);
            } catch (IOException e) {
                throw named(e, file);
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
