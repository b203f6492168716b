package dev.millrace.storage;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The port to the file system. Nothing else in the house touches a file of a queue.
 *
 * <p>The operations are the ones whose crash behaviour the task protocol reasons about: creating, forcing, renaming,
 * appending and writing in place. No operation follows a symbolic link in the last component of a path, and none falls
 * back to copying: {@link #rename} is atomic or fails.
 *
 * <p>A missing file is always reported as {@link java.nio.file.NoSuchFileException}; it is how a lost race looks.
 */
public interface Disk {

    /** The file system of this machine. */
    static Disk local() {
        return LocalDisk.INSTANCE;
    }

    /**
     * Hands over the names in a folder, in no order. Names that appear or vanish meanwhile may or may not be seen. Names
     * that this process cannot spell, because its locale lacks their encoding, are left out.
     */
    void forEachName(Path folder, Consumer<String> visitor) throws IOException;

    /** The names in a folder, sorted by code point; an absent folder counts as empty. */
    List<String> sortedNames(Path folder) throws IOException;

    /**
     * Reads a whole regular file.
     *
     * @param limit the most bytes to accept
     * @throws FileTooLargeException when the file is larger than {@code limit}; nothing is read then
     * @throws NotARegularFileException for folders, symbolic links, pipes and devices
     */
    byte[] read(Path file, int limit) throws IOException;

    /**
     * Reads a whole regular file, as {@link #read} does, and keeps it open to be written in place later, under whatever
     * name it has by then.
     *
     * @throws java.nio.file.AccessDeniedException when it may not be both read and written
     */
    HeldFile hold(Path file, int limit) throws IOException;

    /** The last bytes of a file, at most so many. */
    byte[] readEnd(Path file, int most) throws IOException;

    /** Empties a file that others may be appending to. */
    void truncate(Path file) throws IOException;

    /** Creates a file that must not exist yet (readable for those who may enter its folder), and forces it when asked to. */
    void create(Path file, byte[] content, Durability durability) throws IOException;

    /** Writes bytes into an existing file at a position; the file grows if need be. Not forced. */
    void writeAt(Path file, long position, byte[] bytes) throws IOException;

    /** Opens a file for appending and creates it if it is missing. */
    AppendFile append(Path file) throws IOException;

    /** Moves a file within its file system in one atomic step, replacing what is there. Not durable until the folder is forced. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file; false when there was none. */
    boolean delete(Path file) throws IOException;

    /** What a path is, or empty when there is nothing. Looks at a link itself, not through it. */
    Optional<FileFacts> facts(Path path) throws IOException;

    /** Creates a folder and its parents; those that are new belong to their owner alone (0700). */
    void createFolders(Path folder) throws IOException;

    /** Makes the entries of a folder (names added, renamed, removed) durable. */
    void forceFolder(Path folder) throws IOException;

    /** Makes one file's content durable. */
    void forceFile(Path file) throws IOException;

    /** Makes everything on the file system that holds a path durable, or fails; one call for any number of files. */
    void forceFileSystem(Path anyPath) throws IOException;

    /** Sets a file's time of last modification. */
    void touch(Path file, Instant modified) throws IOException;

    /** Takes the machine-wide exclusive lock on a file, or nothing when another holds it. The system frees it when the holder dies. */
    Optional<DiskLock> tryLock(Path file) throws IOException;

    /** Starts telling of new names in folders. Watching never replaces listing: it misses other hosts and overflows. */
    FolderWatch watch(List<Path> folders) throws IOException;

    /** True when users other than the owner may write; false where the file system knows no such permissions. */
    boolean isWritableByOthers(Path path) throws IOException;

    /** Free bytes for this user on the file system that holds a path. */
    long usableSpace(Path anyPath) throws IOException;

    /**
     * Replaces a small file as a whole: draft beside it, optional force, rename. A reader sees the old or the new
     * content, never a mixture.
     */
    default void replace(Path file, byte[] content, Durability durability) throws IOException {
        Path draft = draftOf(file);
        create(draft, content, durability);
        try {
            rename(draft, file);
        } catch (NoSuchFileException reportedAsLost) {
            // A network file system may carry a rename out and deny it.
            if (!holds(file, content)) throw reportedAsLost;
        } catch (IOException e) {
            delete(draft);
            throw e;
        }
        if (durability == Durability.FSYNC) forceFolder(parentOf(file));
    }

    private boolean holds(Path file, byte[] content) {
        try {
            return Arrays.equals(read(file, content.length), content);
        } catch (IOException noneOrAnother) {
            return false;
        }
    }

    /** Where a file's next content is written: a name beside it that nobody else on this host uses. */
    default Path draftOf(Path file) {
        return file.resolveSibling(".draft-" + Long.toHexString(DraftNumbers.next()) + "-" + file.getFileName());
    }

    /** True when something, link or not, bears this name. */
    default boolean exists(Path path) throws IOException {
        return facts(path).isPresent();
    }

    /** The folder that holds a file; every path in the house has one. */
    static Path parentOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) throw new IllegalArgumentException(file + " has no parent folder");
        return parent;
    }

    /** Waiting for changes in folders, see {@link #watch}. */
    interface FolderWatch extends AutoCloseable {
        /**
         * Waits until something was added to a watched folder, at most the given time, and returns what.
         *
         * @return the new names, or {@link Changes#overflow} when some were missed and the folders must be listed
         */
        Changes await(Duration atMost) throws InterruptedException;

        @Override
        void close();
    }

    /** One answer of a {@link FolderWatch}. */
    record Changes(List<Path> added, boolean overflow) {
        public Changes {
            added = List.copyOf(added);
        }
    }

    /** A held lock; closing it frees it. */
    interface DiskLock extends AutoCloseable {
        @Override
        void close();
    }

    /** An open file and what it held when it was opened. Not safe for use by several threads at once. */
    interface HeldFile extends AutoCloseable {
        byte[] content();

        /** Writes in place; the file grows if need be. Not forced. */
        void writeAt(long position, byte[] bytes) throws IOException;

        @Override
        void close();
    }

    /** A file that only grows. Not safe for use by several threads at once. */
    interface AppendFile extends AutoCloseable {
        void append(byte[] bytes) throws IOException;

        /** Makes all appended bytes durable. */
        void force() throws IOException;

        long size() throws IOException;

        @Override
        void close() throws IOException;
    }
}
