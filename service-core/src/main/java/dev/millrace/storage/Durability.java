package dev.millrace.storage;

import java.util.Locale;

/** What an acknowledged write survives. */
public enum Durability {
    /** A power cut: bytes are forced to the device before anyone is told. */
    FSYNC,
    /** A killed process, not a power cut: bytes are handed to the operating system. */
    OS;

    /** The word used in settings and documents. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
