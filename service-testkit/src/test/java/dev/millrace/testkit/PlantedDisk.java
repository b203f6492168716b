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

    /** Bytes were appended. */
    void appended(Path file, byte[] bytes) {}

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
                out.append(bytes);
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
                out.close();
            }
        };
    }
}
