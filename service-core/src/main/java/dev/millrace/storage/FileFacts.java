package dev.millrace.storage;

import java.time.Instant;

/**
 * What the file system says of a path.
 *
 * @param kind what it is, without following a link
 * @param size bytes
 * @param modified time of last modification, by the file system's clock
 */
public record FileFacts(Kind kind, long size, Instant modified) {

    /** Kinds of directory entries. */
    public enum Kind {
        FILE,
        FOLDER,
        LINK,
        OTHER
    }
}
