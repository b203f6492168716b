package dev.millrace.testkit;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What a {@link FaultyDisk} throws, in the form in which Java's own file system throws it. */
@FunctionalInterface
public interface DiskTrouble {
    IOException about(Path path);

    /** The disk is full. */
    static DiskTrouble noSpace() {
        return path -> new FileSystemException(path.toString(), null, "No space left on device");
    }

    /** The process has used up its file descriptors. */
    static DiskTrouble tooManyOpenFiles() {
        return path -> new FileSystemException(path.toString(), null, "Too many open files");
    }

    /** The device failed. */
    static DiskTrouble inputOutput() {
        return path -> new IOException("Input/output error");
    }

    /** Permissions forbid it. */
    static DiskTrouble accessDenied() {
        return path -> new AccessDeniedException(path.toString());
    }

    /** There is no such file; what a network file system says of a rename that it carried out twice. */
    static DiskTrouble noSuchFile() {
        return path -> new NoSuchFileException(path.toString());
    }
}
