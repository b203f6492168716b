package dev.millrace.soak;

import dev.millrace.liveness.Processes;
import dev.millrace.liveness.Processes.Finished;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A small file system of its own, which can be filled: ext4 in a file, else memory. Needs the right to mount. */
final class OwnDisk implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int BLOCK = 4096;
    private static final String FOR_EACH_FILE = "4096";
    private static final long LEFT = 1 << 20;

    private final Processes processes;
    private final Path at;
    private final String kind;
    private final Path filling;

    private OwnDisk(Processes processes, Path at, String kind) {
        this.processes = processes;
        this.at = at;
        this.kind = kind;
        this.filling = at.resolve("filling");
    }

    /**
     * Mounts one.
     *
     * @throws IOException when that is not possible here; the message says why
     */
    static OwnDisk at(Path folder, Path image, long bytes, Processes processes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        // Most tasks are files of a few hundred bytes, which stay: the usual number of them ends long before the room
        // does.
        String trouble =
                tell(processes, List.of("mkfs.ext4", "-q", "-F", "-m", "0", "-i", FOR_EACH_FILE, image.toString()));
        if (trouble.isEmpty())
            trouble = tell(processes, List.of("mount", "-o", "loop", image.toString(), folder.toString()));
        if (trouble.isEmpty()) return new OwnDisk(processes, folder, "ext4 in a file");
        Files.delete(image);
        String memory = tell(
                processes, List.of("mount", "-t", "tmpfs", "-o", "mode=0700,size=" + bytes, "none", folder.toString()));
        if (memory.isEmpty()) return new OwnDisk(processes, folder, "memory");
        throw new IOException("no file system can be mounted here (" + trouble + "; " + memory + ")");
    }

    /** What a command had to say when it failed; empty when it did its work. */
    private static String tell(Processes processes, List<String> command) {
        try {
            Finished finished = processes.run(command, LIMIT);
            return finished.exitCode() == 0 ? "" : command.get(0) + ": " + finished.output();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    String kind() {
        return kind;
    }

    /** Leaves room for nothing; again, when something has been freed since. */
    void fill() throws IOException {
        long free = Files.getFileStore(at).getUsableSpace() - LEFT;
        if (free > 0 && !Files.exists(filling))
            tell(processes, List.of("fallocate", "-l", Long.toString(free), filling.toString()));
        try (RandomAccessFile file =
                new RandomAccessFile(at.resolve("filling-more").toFile(), "rw")) {
            file.seek(file.length());
            while (true) file.write(new byte[BLOCK]);
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space left")) throw full;
        }
    }

    void free() throws IOException {
        Files.deleteIfExists(filling);
        Files.deleteIfExists(at.resolve("filling-more"));
    }

    @Override
    public void close() throws IOException {
        String trouble = tell(processes, List.of("umount", at.toString()));
        if (!trouble.isEmpty()) trouble = tell(processes, List.of("umount", "--lazy", at.toString()));
        if (!trouble.isEmpty()) throw new IOException(at + " stays mounted: " + trouble);
    }
}
