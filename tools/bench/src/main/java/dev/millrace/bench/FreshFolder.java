package dev.millrace.bench;

import dev.millrace.liveness.Processes;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Folders for runs. Each run gets a new one, which ext4 is asked to put far from the others ({@code chattr +T}): where
 * many files were deleted before, making files is several times slower for a while. For the same reason nothing is removed
 * before the last run has ended.
 */
final class FreshFolder {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final Processes processes;
    private final Path root;
    private int next;
    private boolean apart;

    private FreshFolder(Processes processes, Path root) {
        this.processes = processes;
        this.root = root;
    }

    static FreshFolder below(Path folder, Processes processes) throws IOException {
        Files.createDirectories(folder);
        FreshFolder fresh = new FreshFolder(processes, Files.createTempDirectory(folder, "millrace-bench-"));
        fresh.apart = fresh.succeeds(List.of("chattr", "+T", fresh.root.toString()));
        return fresh;
    }

    Path root() {
        return root;
    }

    /** True when the file system spreads the folders over the disk. */
    boolean isApart() {
        return apart;
    }

    /** The next one, when everything written so far is on disk, so that nobody pays for what others wrote. */
    Path next(String name) throws IOException {
        Path folder = root.resolve(String.format("%03d-%s", next++, name.replaceAll("[^A-Za-z0-9]+", "-")));
        Files.createDirectory(folder);
        sync(processes);
        return folder;
    }

    static void sync(Processes processes) throws IOException {
        processes.run(List.of("sync"), LIMIT);
    }

    private boolean succeeds(List<String> command) {
        try {
            return processes.run(command, LIMIT).exitCode() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    void remove() throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes facts) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException broken) throws IOException {
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
