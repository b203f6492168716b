package dev.millrace.testkit;

/**
 * The process "died" at this point: what was done stays as it is, and its {@link FaultyDisk} does nothing any more. Not
 * an {@link java.io.IOException}, so that nothing mistakes it for trouble with the disk and mends it.
 */
public final class CrashException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CrashException(String where) {
        super(where);
    }
}
