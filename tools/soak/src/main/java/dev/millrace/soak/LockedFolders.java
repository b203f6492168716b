package dev.millrace.soak;

import dev.millrace.liveness.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Folders in which nothing can be made, renamed or deleted for a while. Who is not root takes the right to write from
 * them; root is not bound by that and marks them as immutable. (A whole file system cannot be made read-only while a file
 * in it is open for writing.)
 */
record LockedFolders(Processes processes, List<Path> folders) {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Says why that is not possible here; empty when it is. */
    static String trouble(Processes processes, Path scratch) throws IOException {
        Path folder = Files.createDirectory(scratch);
        LockedFolders tried = new LockedFolders(processes, List.of(folder));
        try {
            tried.lock();
            return canWrite(folder) ? "folders of root stay writable here: chattr +i does not work" : "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } finally {
            tried.unlock();
            Files.deleteIfExists(folder.resolve("file"));
            Files.delete(folder);
        }
    }

    private static boolean canWrite(Path folder) {
        try {
            Files.createFile(folder.resolve("file"));
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    void lock() throws IOException {
        for (Path folder : folders) Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-x------"));
        if (isRoot()) chattr("+i");
    }

    void unlock() throws IOException {
        if (isRoot()) chattr("-i");
        for (Path folder : folders) Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    private void chattr(String change) throws IOException {
        List<String> command = new ArrayList<>(List.of("chattr", change));
        folders.forEach(folder -> command.add(folder.toString()));
        processes.run(command, LIMIT);
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }
}
