package dev.millrace.testkit;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import java.io.IOException;
import java.nio.file.Path;

/** A disk that does some operations otherwise. */
class PlantedDisk extends WatchedDisk {
    private final Disk disk;

    PlantedDisk(Disk disk) {
        this.disk = disk;
    }

    @Override
    Disk below() {
        return disk;
    }

    @Override
    void requireAlive() {}

    /** Does something else; false when the operation is to be done as it should. */
    boolean instead(DiskCall call) throws IOException {
        return false;
    }

    /** What is appended instead. */
    byte[] appending(Path file, byte[] bytes) {
        return bytes;
    }

    /** Bytes were appended. */
    void appended(Path file, byte[] bytes) {}

    /** Bytes could not be appended, or only half of them. */
    void notAppended(Path file) {}

    void close(AppendFile out) throws IOException {
        out.close();
    }

    @Override
    <T> T run(DiskCall call, Work<T> work) throws IOException {
        return instead(call) ? done() : work.run(false);
    }

    /** The answer of operations that have none. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <T> T done() {
        Object answer = true;
        return (T) answer;
    }

    @Override
    public void replace(Path file, byte[] content, Durability durability) throws IOException {
        disk.replace(file, content, durability);
    }

    @Override
    public AppendFile append(Path file) throws IOException {
        AppendFile out = super.append(file);
        return new AppendFile() {
            @Override
            public void append(byte[] bytes) throws IOException {
                boolean over = false;
                try {
                    out.append(appending(file, bytes));
                    over = true;
                } finally {
                    if (!over) notAppended(file);
                }
                appended(file, bytes);
            }

            @Override
            public void force() throws IOException {
                out.force();
            }

            @Override
            public long size() throws IOException {
                return out.size();
            }

            @Override
            public void close() throws IOException {
                PlantedDisk.this.close(out);
            }
        };
    }
}
