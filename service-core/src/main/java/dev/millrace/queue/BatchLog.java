package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.AppendFile;
import dev.millrace.storage.Durability;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One owner's outcomes of one batch. A write that failed may have left half a line: the next one begins a new file. */
final class BatchLog implements AutoCloseable {
    private final Disk disk;
    private final Path folder;
    private final Durability durability;
    private BatchLogName name;
    private @Nullable AppendFile out;

    BatchLog(Disk disk, Path folder, Durability durability, BatchLogName name) {
        this.disk = disk;
        this.folder = folder;
        this.durability = durability;
        this.name = name;
    }

    /** Makes records durable. Called by one thread at a time. */
    void append(List<BatchRecord> records) throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream(256 * records.size());
        for (BatchRecord record : records) lines.writeBytes(record.toLine());
        boolean written = false;
        try {
            AppendFile file = opened();
            file.append(lines.toByteArray());
            if (durability == Durability.FSYNC) file.force();
            written = true;
        } finally {
            if (!written) abandon();
        }
    }

    private AppendFile opened() throws IOException {
        AppendFile open = out;
        if (open != null) return open;
        AppendFile fresh = disk.append(folder.resolve(name.fileName()));
        out = fresh;
        if (durability == Durability.FSYNC) disk.forceFolder(folder);
        return fresh;
    }

    private void abandon() throws IOException {
        close();
        name = name.nextPart();
    }

    @Override
    public void close() throws IOException {
        AppendFile open = out;
        out = null;
        if (open != null) open.close();
    }
}
