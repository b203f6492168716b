package dev.millrace.queue;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A queue folder cannot be used as it is. The message names it and says what to do. */
public final class QueueFolderException extends IOException {
    private static final long serialVersionUID = 1L;

    public QueueFolderException(Path folder, String problem, @Nullable Throwable cause) {
        super("queue folder " + folder + " " + problem, cause);
    }
}
