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
    /** The files that are really written to, by those that were asked for. */
    private final Map<Path, Path> really = new HashMap<>();

    private @Nullable HalfWritten half;

    private record HalfWritten(Path file, AppendFile out) {}

    SameLogAgain(Disk disk) {
        super(disk);
    }

    @Override
    public AppendFile append(Path file) throws IOException {
        if (!isIn(file, "outcomes")) return super.append(file);
        HalfWritten before = half;
        if (before == null) return watched(file, super.append(file));
        half = null;
        really.put(file, before.file());
        return watched(before.file(), before.out());
    }

    private AppendFile watched(Path file, AppendFile out) {
        return new AppendFile() {
            @Override
            public void append(byte[] bytes) throws IOException {
                try {
                    out.append(bytes);
                } catch (IOException failed) {
                    half = new HalfWritten(file, out);
                    throw failed;
                }
            }

            @Override
            public void force() throws IOException {
                out.force();
            }

            @Override
            public long size() throws IOException {
                return out.size();
            }

            /** Somebody may still go on in it. */
            @Override
            public void close() {}
        };
    }

    @Override
    public Optional<FileFacts> facts(Path path) throws IOException {
        return super.facts(really.getOrDefault(path, path));
    }

    @Override
    public boolean delete(Path file) throws IOException {
        if (really.containsValue(file)) return true;
        return super.delete(really.getOrDefault(file, file));
    }
}
