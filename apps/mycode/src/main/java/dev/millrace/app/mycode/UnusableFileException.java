package dev.millrace.app.mycode;

import java.io.IOException;

/** The file of a task cannot be profiled. The message names the file, the reason and the way out. */
public final class UnusableFileException extends IOException {
    private static final long serialVersionUID = 1L;

    UnusableFileException(String file, String problem) {
        super(message(file, problem));
    }

    UnusableFileException(String file, String problem, IOException cause) {
        super(message(file, problem), cause);
    }

    private static String message(String file, String problem) {
        return "file '" + file.replace('\0', '?') + "' " + problem;
    }
}
