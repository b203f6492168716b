package dev.millrace.house.offenders.queue;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Each goes past the disk in its own way. */
public interface TouchesFiles {
    record ByFiles(Path path) {
        void remove() throws IOException {
            Files.delete(path);
        }
    }

    record ByStream(FileOutputStream stream) {}

    record ByChannel(FileChannel channel) {}

    record ByPath(Path path) {
        Object file() {
            return path.toFile();
        }
    }
}
