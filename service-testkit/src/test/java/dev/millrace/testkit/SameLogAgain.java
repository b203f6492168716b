package dev.millrace.testkit;

import static dev.millrace.testkit.WrongWays.isIn;

import dev.millrace.storage.Disk;
import dev.millrace.storage.FileFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whoever has written half a line of an outcome log goes on behind it, although he asks for a new file. */
final class SameLogAgain extends PlantedDisk {
    private final Map<Path, AppendFile> open = new HashMap<>();

    /** The files that are really written to, by those that were asked for. */
    private final Map<Path, Path> really = new HashMap<>();

    private @Nullable Path half;

    SameLogAgain(Disk disk) {
        super(disk);
    }

    @Override
    public AppendFile append(Path file) throws IOException {
        Path before = half;
        AppendFile again = before == null || !isIn(file, "outcomes") ? null : open.get(before);
        if (before == null || again == null) {
            AppendFile out = super.append(file);
            open.put(file, out);
            return out;
        }
        half = null;
        really.put(file, before);
        return again;
    }

    @Override
    void notAppended(Path file) {
        if (isIn(file, "outcomes")) half = file;
    }

    /** Somebody may still go on in it. */
    @Override
    void close(AppendFile out) {}

    @Override
    public Optional<FileFacts> facts(Path path) throws IOException {
        return super.facts(really.getOrDefault(path, path));
    }

    @Override
    public boolean delete(Path file) throws IOException {
        return really.containsValue(file) || super.delete(really.getOrDefault(file, file));
    }
}
