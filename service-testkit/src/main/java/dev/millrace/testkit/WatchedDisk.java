package dev.millrace.testkit;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileFacts;
import dev.millrace.testkit.DiskCall.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Another disk, each operation of which goes through {@link #run}, those of its open files too. */
abstract class WatchedDisk implements Disk {

    /** The operation itself; {@code half} says that only the first half of its bytes are to be written. */
    interface Work<T> {
        T run(boolean half) throws IOException;
    }

    /** A {@link Work} without an answer. */
    interface Deed {
        void run(boolean half) throws IOException;
    }

    /** The disk that does the work. */
    abstract Disk below();

    /** Carries an operation out, or not. */
    abstract <T> T run(DiskCall call, Work<T> work) throws IOException;

    /** @throws CrashException when the process that uses this disk is dead */
    abstract void requireAlive();

    /** True for operations that can be done by half. */
    static boolean hasBytes(DiskCall call) {
        return call.is(Operation.CREATE) || call.is(Operation.APPEND) || call.is(Operation.WRITE_AT);
    }

    private static DiskCall call(Operation operation, Path path) {
        return new DiskCall(operation, path, Optional.empty());
    }

    private void act(DiskCall call, Deed deed) throws IOException {
        run(call, half -> {
            deed.run(half);
            return true;
        });
    }

    private static byte[] part(byte[] bytes, boolean half) {
        return half ? Arrays.copyOf(bytes, bytes.length / 2) : bytes;
    }

    @Override
    public void forEachName(Path folder, Consumer<String> visitor) throws IOException {
        act(call(Operation.LIST, folder), half -> below().forEachName(folder, visitor));
    }

    @Override
    public List<String> sortedNames(Path folder) throws IOException {
        return run(call(Operation.LIST, folder), half -> below().sortedNames(folder));
    }

    @Override
    public byte[] read(Path file, int limit) throws IOException {
        return run(call(Operation.READ, file), half -> below().read(file, limit));
    }

    @Override
    public HeldFile hold(Path file, int limit) throws IOException {
        return run(call(Operation.READ, file), half -> new Held(file, below().hold(file, limit)));
    }

    @Override
    public byte[] readEnd(Path file, int most) throws IOException {
        return run(call(Operation.READ, file), half -> below().readEnd(file, most));
    }

    @Override
    public void truncate(Path file) throws IOException {
        act(call(Operation.TRUNCATE, file), half -> below().truncate(file));
    }

    @Override
    public void create(Path file, byte[] content, Durability durability) throws IOException {
        act(call(Operation.CREATE, file), half -> below().create(file, part(content, half), durability));
    }

    @Override
    public void writeAt(Path file, long position, byte[] bytes) throws IOException {
        act(call(Operation.WRITE_AT, file), half -> below().writeAt(file, position, part(bytes, half)));
    }

    @Override
    public AppendFile append(Path file) throws IOException {
        return run(call(Operation.OPEN_APPEND, file), half -> new Appended(file, below().append(file)));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        act(new DiskCall(Operation.RENAME, from, Optional.of(to)), half -> below().rename(from, to));
    }

    @Override
    public boolean delete(Path file) throws IOException {
        return run(call(Operation.DELETE, file), half -> below().delete(file));
    }

    @Override
    public Optional<FileFacts> facts(Path path) throws IOException {
        return run(call(Operation.FACTS, path), half -> below().facts(path));
    }

    @Override
    public void createFolders(Path folder) throws IOException {
        act(call(Operation.CREATE_FOLDERS, folder), half -> below().createFolders(folder));
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        act(call(Operation.FORCE_FOLDER, folder), half -> below().forceFolder(folder));
    }

    @Override
    public void forceFile(Path file) throws IOException {
        act(call(Operation.FORCE_FILE, file), half -> below().forceFile(file));
    }

    @Override
    public void forceFileSystem(Path anyPath) throws IOException {
        act(call(Operation.FORCE_FILE_SYSTEM, anyPath), half -> below().forceFileSystem(anyPath));
    }

    @Override
    public void touch(Path file, Instant modified) throws IOException {
        act(call(Operation.TOUCH, file), half -> below().touch(file, modified));
    }

    @Override
    public Optional<DiskLock> tryLock(Path file) throws IOException {
        return run(call(Operation.LOCK, file), half -> below().tryLock(file));
    }

    @Override
    public FolderWatch watch(List<Path> folders) throws IOException {
        return run(call(Operation.WATCH, folders.get(0)), half -> below().watch(folders));
    }

    @Override
    public boolean isWritableByOthers(Path path) throws IOException {
        return run(call(Operation.FACTS, path), half -> below().isWritableByOthers(path));
    }

    @Override
    public long usableSpace(Path anyPath) throws IOException {
        return run(call(Operation.SPACE, anyPath), half -> below().usableSpace(anyPath));
    }

    @Override
    public Path draftOf(Path file) {
        return below().draftOf(file);
    }

    private final class Held implements HeldFile {
        private final Path file;
        private final HeldFile held;

        private Held(Path file, HeldFile held) {
            this.file = file;
            this.held = held;
        }

        @Override
        public byte[] content() {
            return held.content();
        }

        @Override
        public void writeAt(long position, byte[] bytes) throws IOException {
            act(call(Operation.WRITE_AT, file), half -> held.writeAt(position, part(bytes, half)));
        }

        /** Closing gives back what the dead process held, as the operating system does. */
        @Override
        public void close() {
            held.close();
        }
    }

    private final class Appended implements AppendFile {
        private final Path file;
        private final AppendFile out;

        private Appended(Path file, AppendFile out) {
            this.file = file;
            this.out = out;
        }

        @Override
        public void append(byte[] bytes) throws IOException {
            act(call(Operation.APPEND, file), half -> out.append(part(bytes, half)));
        }

        @Override
        public void force() throws IOException {
            act(call(Operation.FORCE_APPENDED, file), half -> out.force());
        }

        @Override
        public long size() throws IOException {
            requireAlive();
            return out.size();
        }

        /** Closing gives back what the dead process held, as the operating system does. */
        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
