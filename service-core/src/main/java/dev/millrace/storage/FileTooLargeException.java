package dev.millrace.storage;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A file is larger than its reader accepts. Nothing of it was read. */
public final class FileTooLargeException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    public FileTooLargeException(Path file, long size, long limit) {
        super(file.toString(), null, "is " + size + " bytes long; the limit is " + limit);
    }
}
