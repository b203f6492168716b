package dev.millrace.testkit;

import dev.millrace.storage.Durability;
import dev.millrace.storage.FileFacts;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.storage.NotARegularFileException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@link MemoryDisk}: a map of folders, each a sorted map of names. */
final class RememberedFiles implements MemoryDisk {
    private static final long ROOM = 1L << 40;

    private final InstantSource clock;
    private final Map<Path, Folder> folders = new HashMap<>();
    private final Set<Path> locks = new HashSet<>();
    private final List<RememberedNames> watches = new CopyOnWriteArrayList<>();
    private Instant last = Instant.MIN;

    RememberedFiles(InstantSource clock) {
        this.clock = clock;
    }

    /** What a folder holds. */
    private static final class Folder {
        private final TreeMap<String, RememberedContent> files = new TreeMap<>();
        private final Set<String> folders = new HashSet<>();
        private Instant modified;

        private Folder(Instant modified) {
            this.modified = modified;
        }

        private boolean isEmpty() {
            return files.isEmpty() && folders.isEmpty();
        }
    }

    // ------------------------------------------------------------------ finding

    private static Path clean(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private static String nameOf(Path path) {
        return String.valueOf(path.getFileName());
    }

    private @Nullable Folder folderAt(Path path) {
        Path key = clean(path);
        return key.getParent() == null
                ? folders.computeIfAbsent(key, root -> new Folder(Instant.EPOCH))
                : folders.get(key);
    }

    private Folder folder(Path path) throws IOException {
        Folder found = folderAt(path);
        if (found != null) return found;
        if (contentAt(path) != null) throw new NotDirectoryException(path.toString());
        throw new NoSuchFileException(path.toString());
    }

    private Folder parent(Path path) throws IOException {
        Path parent = clean(path).getParent();
        if (parent == null) throw new FileSystemException(path.toString(), null, "is the root");
        return folder(parent);
    }

    private @Nullable RememberedContent contentAt(Path path) {
        Path key = clean(path);
        Path parent = key.getParent();
        Folder holder = parent == null ? null : folderAt(parent);
        return holder == null ? null : holder.files.get(nameOf(key));
    }

    private RememberedContent content(Path path) throws IOException {
        RememberedContent found = contentAt(path);
        if (found != null) return found;
        if (folderAt(path) != null) throw new NotARegularFileException(path, FileFacts.Kind.FOLDER);
        throw new NoSuchFileException(path.toString());
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

    // ------------------------------------------------------------------ reading

    @Override
    public void forEachName(Path folder, Consumer<String> visitor) throws IOException {
        names(folder).forEach(visitor);
    }

    private synchronized List<String> names(Path folder) throws IOException {
        Folder found = folder(folder);
        List<String> names = new ArrayList<>(found.files.keySet());
        names.addAll(found.folders);
        return names;
    }

    @Override
    public synchronized List<String> sortedNames(Path folder) throws IOException {
        if (folderAt(folder) == null && contentAt(folder) == null) return new ArrayList<>();
        List<String> names = names(folder);
        names.sort(null);
        return names;
    }

    @Override
    public synchronized byte[] read(Path file, int limit) throws IOException {
        RememberedContent found = content(file);
        if (found.size() > limit) throw new FileTooLargeException(file, found.size(), limit);
        return found.bytes();
    }

    @Override
    public synchronized HeldFile hold(Path file, int limit) throws IOException {
        byte[] bytes = read(file, limit);
        return new Held(content(file), bytes);
    }

    @Override
    public synchronized byte[] readEnd(Path file, int most) throws IOException {
        return content(file).end(most);
    }

    @Override
    public synchronized Optional<FileFacts> facts(Path path) {
        Folder folder = folderAt(path);
        if (folder != null) return Optional.of(new FileFacts(FileFacts.Kind.FOLDER, 0, folder.modified));
        return Optional.ofNullable(contentAt(path))
                .map(found -> new FileFacts(FileFacts.Kind.FILE, found.size(), found.modified()));
    }

    // ------------------------------------------------------------------ writing

    @Override
    public synchronized void create(Path file, byte[] bytes, Durability durability) throws IOException {
        Folder parent = parent(file);
        if (facts(file).isPresent()) throw new FileAlreadyExistsException(file.toString());
        RememberedContent fresh = new RememberedContent(tick());
        fresh.write(0, bytes, fresh.modified());
        parent.files.put(nameOf(file), fresh);
        changed(parent, file);
    }

    @Override
    public synchronized void writeAt(Path file, long position, byte[] bytes) throws IOException {
        content(file).write(position, bytes, tick());
    }

    @Override
    public synchronized void truncate(Path file) throws IOException {
        content(file).truncate(tick());
    }

    @Override
    public synchronized AppendFile append(Path file) throws IOException {
        Folder parent = parent(file);
        if (folderAt(file) != null) throw new NotARegularFileException(file, FileFacts.Kind.FOLDER);
        RememberedContent found = parent.files.get(nameOf(file));
        if (found == null) {
            create(file, new byte[0], Durability.OS);
            found = content(file);
        }
        return new Appended(found);
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        if (folderAt(from) != null)
            throw new FileSystemException(from.toString(), null, "folders are not renamed here");
        RememberedContent moved = content(from);
        Folder target = parent(to);
        if (folderAt(to) != null) throw new FileSystemException(to.toString(), null, "is a folder");
        Folder source = parent(from);
        source.files.remove(nameOf(from));
        source.modified = tick();
        target.files.put(nameOf(to), moved);
        changed(target, to);
    }

    @Override
    public synchronized boolean delete(Path file) throws IOException {
        Path key = clean(file);
        Folder folder = folderAt(key);
        if (folder != null && !folder.isEmpty()) throw new DirectoryNotEmptyException(file.toString());
        if (folder == null && contentAt(key) == null) return false;
        folders.remove(key);
        Folder parent = parent(key);
        parent.files.remove(nameOf(key));
        parent.folders.remove(nameOf(key));
        parent.modified = tick();
        return true;
    }

    @Override
    public synchronized void createFolders(Path folder) throws IOException {
        Path key = clean(folder);
        if (folderAt(key) != null) return;
        if (contentAt(key) != null) throw new FileAlreadyExistsException(folder.toString());
        Path parent = key.getParent();
        if (parent == null) return;
        createFolders(parent);
        folders.put(key, new Folder(tick()));
        Folder holder = folder(parent);
        holder.folders.add(nameOf(key));
        changed(holder, key);
    }

    @Override
    public synchronized void touch(Path file, Instant modified) throws IOException {
        Folder folder = folderAt(file);
        if (folder == null) content(file).touch(modified);
        else folder.modified = modified;
    }

    // ------------------------------------------------------------------ forcing, locks, watching

    @Override
    public synchronized void forceFolder(Path folder) throws IOException {
        folder(folder);
    }

    @Override
    public synchronized void forceFile(Path file) throws IOException {
        content(file);
    }

    @Override
    public synchronized void forceFileSystem(Path anyPath) throws IOException {
        if (facts(anyPath).isEmpty()) throw new NoSuchFileException(anyPath.toString());
    }

    @Override
    public synchronized Optional<DiskLock> tryLock(Path file) throws IOException {
        append(file).close();
        Path key = clean(file);
        return locks.add(key) ? Optional.of(() -> unlock(key)) : Optional.empty();
    }

    private synchronized void unlock(Path key) {
        locks.remove(key);
    }

    @Override
    public synchronized FolderWatch watch(List<Path> watched) throws IOException {
        Set<Path> keys = new HashSet<>();
        for (Path one : watched) {
            folder(one);
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
        for (Folder folder : folders.values()) for (RememberedContent file : folder.files.values()) sum += file.size();
        return sum;
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
        public void force() {}

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
