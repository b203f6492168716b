package dev.millrace.storage;

import java.io.IOException;
import java.nio.file.Path;

/** Others held a lock for longer than whoever needs it could wait. What was to be done under it was not begun. */
public final class LockHeldException extends IOException {
    private static final long serialVersionUID = 1L;

    public LockHeldException(Path lock) {
        super("somebody else has been holding " + lock + " for seconds; try again");
    }
}
