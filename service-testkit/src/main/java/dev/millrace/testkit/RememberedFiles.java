package dev.millrace.testkit;

import static dev.millrace.testkit.FolderTree.clean;
import static dev.millrace.testkit.FolderTree.nameOf;

import dev.millrace.storage.Durability;
import dev.millrace.storage.FileFacts;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.storage.NotARegularFileException;
import dev.millrace.testkit.FolderTree.Folder;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@link MemoryDisk}, and what a {@link SimulatedDisk} keeps its files in. */
final class RememberedFiles implements MemoryDisk {
    private static final long ROOM = 1L << 40;

    private final InstantSource clock;
    /** Null where nothing has to be forced. */
    private final @Nullable Unforced unforced;

    private final FolderTree tree = new FolderTree();
    private final Map<Path, DiskLock> locks = new HashMap<>();
    private final List<RememberedNames> watches = new CopyOnWriteArrayList<>();
    private Instant last = Instant.MIN;

    RememberedFiles(InstantSource clock) {
        this(clock, null);
    }

    /** @param unforced keeps account of what a power cut would take away */
    RememberedFiles(InstantSource clock, @Nullable Unforced unforced) {
        this.clock = clock;
        this.unforced = unforced;
    }

    private Instant tick() {
        Instant now = clock.instant();
        last = now.isAfter(last) ? now : last.plusNanos(1);
        return last;
    }

    private void changed(Folder folder, Path added) {
        folder.modified = tick();
        for (RememberedNames watch : watches) watch.offer(clean(added));
    }

    // ------------------------------------------------------------------ as a whole

    /** What a power cut would take away; whoever uses it holds the lock of this object. */
    Unforced account() {
        if (unforced == null) throw new IllegalStateException("nothing has to be forced on this disk");
        return unforced;
    }

    /** A disk with the folders' times of this one. */
    synchronized RememberedFiles successor(Unforced account, NameChange.Names names) {
        RememberedFiles next = new RememberedFiles(clock, account);
        next.last = last;
        for (Path path : new TreeSet<>(names.folders())) {
            Folder same = tree.folderAt(path);
            next.tree.make(path, same == null ? last : same.modified);
        }
        names.files().forEach(next::put);
        return next;
    }

    private void put(Path path, RememberedContent file) {
        Folder folder = tree.folderAt(Objects.requireNonNull(path.getParent()));
        Objects.requireNonNull(folder).files.put(nameOf(path), file);
    }

    synchronized RememberedFiles copy() {
        Unforced account = account().copy();
        return successor(account, account.visible());
    }

    // ------------------------------------------------------------------ reading

    @Override
    public void forEachName(Path folder, Consumer<String> visitor) throws IOException {
        names(folder).forEach(visitor);
    }

    private synchronized List<String> names(Path folder) throws IOException {
        Folder found = tree.folder(folder);
        List<String> names = new ArrayList<>(found.files.keySet());
        names.addAll(found.folders);
        return names;
    }

    @Override
    public synchronized List<String> sortedNames(Path folder) throws IOException {
        if (tree.folderAt(folder) == null && tree.contentAt(folder) == null) return new ArrayList<>();
        List<String> names = names(folder);
        names.sort(null);
        return names;
    }

    @Override
    public synchronized byte[] read(Path file, int limit) throws IOException {
        RememberedContent found = tree.content(file);
        if (found.size() > limit) throw new FileTooLargeException(file, found.size(), limit);
        return found.bytes();
    }

    @Override
    public synchronized HeldFile hold(Path file, int limit) throws IOException {
        byte[] bytes = read(file, limit);
        return new Held(tree.content(file), bytes);
    }

    @Override
    public synchronized byte[] readEnd(Path file, int most) throws IOException {
        return tree.content(file).end(most);
    }

    @Override
    public synchronized Optional<FileFacts> facts(Path path) {
        Folder folder = tree.folderAt(path);
        if (folder != null) return Optional.of(new FileFacts(FileFacts.Kind.FOLDER, 0, folder.modified));
        return Optional.ofNullable(tree.contentAt(path))
                .map(found -> new FileFacts(FileFacts.Kind.FILE, found.size(), found.modified()));
    }

    // ------------------------------------------------------------------ writing

    @Override
    public synchronized void create(Path file, byte[] bytes, Durability durability) throws IOException {
        Folder parent = tree.parent(file);
        if (facts(file).isPresent()) throw new FileAlreadyExistsException(file.toString());
        RememberedContent fresh = new RememberedContent(tick(), unforced);
        fresh.write(0, bytes, fresh.modified());
        parent.files.put(nameOf(file), fresh);
        if (unforced != null) unforced.madeFile(clean(file), fresh);
        if (durability == Durability.FSYNC) fresh.force();
        changed(parent, file);
    }

    @Override
    public synchronized void writeAt(Path file, long position, byte[] bytes) throws IOException {
        tree.content(file).write(position, bytes, tick());
    }

    @Override
    public synchronized void truncate(Path file) throws IOException {
        tree.content(file).truncate(tick());
    }

    @Override
    public synchronized AppendFile append(Path file) throws IOException {
        Folder parent = tree.parent(file);
        if (tree.folderAt(file) != null) throw new NotARegularFileException(file, FileFacts.Kind.FOLDER);
        RememberedContent found = parent.files.get(nameOf(file));
        if (found == null) {
            create(file, new byte[0], Durability.OS);
            found = tree.content(file);
        }
        return new Appended(found);
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        if (tree.folderAt(from) != null)
            throw new FileSystemException(from.toString(), null, "folders are not renamed here");
        RememberedContent moved = tree.content(from);
        Folder target = tree.parent(to);
        if (tree.folderAt(to) != null) throw new FileSystemException(to.toString(), null, "is a folder");
        if (clean(from).equals(clean(to))) return;
        Folder source = tree.parent(from);
        source.files.remove(nameOf(from));
        source.modified = tick();
        target.files.put(nameOf(to), moved);
        if (unforced != null) unforced.moved(clean(from), clean(to), moved);
        changed(target, to);
    }

    @Override
    public synchronized boolean delete(Path file) throws IOException {
        Path key = clean(file);
        Folder folder = tree.folderAt(key);
        if (folder != null && !folder.isEmpty()) throw new DirectoryNotEmptyException(file.toString());
        RememberedContent content = tree.contentAt(key);
        if (folder == null && content == null) return false;
        tree.remove(key);
        Folder parent = tree.parent(key);
        parent.files.remove(nameOf(key));
        parent.folders.remove(nameOf(key));
        parent.modified = tick();
        if (unforced != null) {
            if (content == null) unforced.removedFolder(key);
            else unforced.removedFile(key, content);
        }
        return true;
    }

    @Override
    public synchronized void createFolders(Path folder) throws IOException {
        Path key = clean(folder);
        if (tree.folderAt(key) != null) return;
        if (tree.contentAt(key) != null) throw new FileAlreadyExistsException(folder.toString());
        Path parent = key.getParent();
        if (parent == null) return;
        createFolders(parent);
        tree.make(key, tick());
        if (unforced != null) unforced.madeFolder(key);
        changed(tree.folder(parent), key);
    }

    @Override
    public synchronized void touch(Path file, Instant modified) throws IOException {
        Folder folder = tree.folderAt(file);
        if (folder == null) tree.content(file).touch(modified);
        else folder.modified = modified;
    }

    // ------------------------------------------------------------------ forcing, locks, watching

    @Override
    public synchronized void forceFolder(Path folder) throws IOException {
        tree.folder(folder);
        if (unforced != null) unforced.forceFolder(clean(folder));
    }

    @Override
    public synchronized void forceFile(Path file) throws IOException {
        tree.content(file).force();
    }

    @Override
    public synchronized void forceFileSystem(Path anyPath) throws IOException {
        if (facts(anyPath).isEmpty()) throw new NoSuchFileException(anyPath.toString());
        if (unforced != null) unforced.forceAll();
    }

    @Override
    public synchronized Optional<DiskLock> tryLock(Path file) throws IOException {
        append(file).close();
        Path key = clean(file);
        DiskLock fresh = new Lock(key);
        return locks.putIfAbsent(key, fresh) == null ? Optional.of(fresh) : Optional.empty();
    }

    @Override
    public synchronized FolderWatch watch(List<Path> watched) throws IOException {
        Set<Path> keys = new HashSet<>();
        for (Path one : watched) {
            tree.folder(one);
            keys.add(clean(one));
        }
        RememberedNames watch = new RememberedNames(keys, watches::remove);
        watches.add(watch);
        return watch;
    }

    @Override
    public boolean isWritableByOthers(Path path) {
        return false;
    }

    @Override
    public long usableSpace(Path anyPath) {
        return ROOM - bytes();
    }

    @Override
    public synchronized long bytes() {
        long sum = 0;
        for (Folder folder : tree.all()) for (RememberedContent file : folder.files.values()) sum += file.size();
        return sum;
    }

    /** To close one that was taken away, because its holder died, frees nobody else's. */
    private final class Lock implements DiskLock {
        private final Path key;

        private Lock(Path key) {
            this.key = key;
        }

        @Override
        public void close() {
            synchronized (RememberedFiles.this) {
                locks.remove(key, this);
            }
        }
    }

    /** Open files keep what they opened, whatever becomes of its name. */
    private final class Held implements HeldFile {
        private final RememberedContent file;
        private final byte[] bytes;

        private Held(RememberedContent file, byte[] bytes) {
            this.file = file;
            this.bytes = bytes;
        }

        @Override
        public byte[] content() {
            return bytes;
        }

        @Override
        public void writeAt(long position, byte[] more) {
            synchronized (RememberedFiles.this) {
                file.write(position, more, tick());
            }
        }

        @Override
        public void close() {}
    }

    private final class Appended implements AppendFile {
        private final RememberedContent file;

        private Appended(RememberedContent file) {
            this.file = file;
        }

        @Override
        public void append(byte[] bytes) {
            synchronized (RememberedFiles.this) {
                file.write(file.size(), bytes, tick());
            }
        }

        @Override
        public void force() {
            synchronized (RememberedFiles.this) {
                file.force();
            }
        }

        @Override
        public long size() {
            synchronized (RememberedFiles.this) {
                return file.size();
            }
        }

        @Override
        public void close() {}
    }
}
