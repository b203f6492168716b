package dev.millrace.testkit;

import dev.millrace.storage.FileFacts;
import dev.millrace.storage.NotARegularFileException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The folders of a {@link RememberedFiles}, each a sorted map of names. */
final class FolderTree {
    private final Map<Path, Folder> folders = new HashMap<>();

    /** What a folder holds. */
    static final class Folder {
        final TreeMap<String, RememberedContent> files = new TreeMap<>();
        final Set<String> folders = new HashSet<>();
        Instant modified;

        private Folder(Instant modified) {
            this.modified = modified;
        }

        boolean isEmpty() {
            return files.isEmpty() && folders.isEmpty();
        }
    }

    static Path clean(Path path) {
        boolean clean = path.isAbsolute() && !path.toString().contains("/.");
        return clean ? path : path.toAbsolutePath().normalize();
    }

    static String nameOf(Path path) {
        return String.valueOf(path.getFileName());
    }

    Collection<Folder> all() {
        return folders.values();
    }

    Set<Path> paths() {
        return folders.keySet();
    }

    /** A new folder, whose parent is there. */
    Folder make(Path key, Instant modified) {
        Folder fresh = new Folder(modified);
        folders.put(key, fresh);
        Path parent = key.getParent();
        Folder holder = parent == null ? null : folderAt(parent);
        if (holder != null) holder.folders.add(nameOf(key));
        return fresh;
    }

    void remove(Path key) {
        folders.remove(key);
    }

    @Nullable
    Folder folderAt(Path path) {
        Path key = clean(path);
        return key.getParent() == null
                ? folders.computeIfAbsent(key, root -> new Folder(Instant.EPOCH))
                : folders.get(key);
    }

    Folder folder(Path path) throws IOException {
        Folder found = folderAt(path);
        if (found != null) return found;
        if (contentAt(path) != null) throw new NotDirectoryException(path.toString());
        throw new NoSuchFileException(path.toString());
    }

    Folder parent(Path path) throws IOException {
        Path given = path.getParent();
        Folder known = given == null ? null : folders.get(given);
        if (known != null && !path.endsWith("..") && !path.endsWith(".")) return known;
        Path parent = clean(path).getParent();
        if (parent == null) throw new FileSystemException(path.toString(), null, "is the root");
        return folder(parent);
    }

    @Nullable
    RememberedContent contentAt(Path path) {
        Path key = clean(path);
        Path parent = key.getParent();
        Folder holder = parent == null ? null : folderAt(parent);
        return holder == null ? null : holder.files.get(nameOf(key));
    }

    RememberedContent content(Path path) throws IOException {
        RememberedContent found = contentAt(path);
        if (found != null) return found;
        if (folderAt(path) != null) throw new NotARegularFileException(path, FileFacts.Kind.FOLDER);
        throw new NoSuchFileException(path.toString());
    }
}
