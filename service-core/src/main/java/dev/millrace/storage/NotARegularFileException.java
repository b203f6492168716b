package dev.millrace.storage;

import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Locale;

/** A folder, symbolic link, pipe or device stands where a plain file was expected. */
public final class NotARegularFileException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    public NotARegularFileException(Path file, FileFacts.Kind kind) {
        super(file.toString(), null, "is a " + word(kind) + ", not a regular file");
    }

    private static String word(FileFacts.Kind kind) {
        return kind == FileFacts.Kind.OTHER ? "pipe or a device" : kind.name().toLowerCase(Locale.ROOT);
    }
}
