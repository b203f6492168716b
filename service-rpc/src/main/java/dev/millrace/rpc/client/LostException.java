package dev.millrace.rpc.client;

import java.io.IOException;

/** The connection broke. Does not leave this package. */
final class LostException extends IOException {
    private static final long serialVersionUID = 1L;

    LostException(String message) {
        super(message);
    }

    LostException(String message, IOException cause) {
        super(message, cause);
    }
}
