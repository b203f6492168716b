package dev.millrace.rpc;

import java.time.Duration;

/** Who calls, and how. */
public interface RpcCall {
    /** The name that was called. */
    String method();

    /** The name of the user at the other end, as the operating system says. */
    String user();

    /** True when the caller wants no answer; whatever comes of it is dropped. */
    boolean isNotification();

    /**
     * True when the caller has gone, as far as is known, or has closed its end for ten seconds by now: it may still read,
     * but mostly it does not. The method may go on: its answer goes to whoever is left to read it.
     */
    boolean isAbandoned();

    /** How long ago it came in; it may have waited for a slot. */
    Duration age();
}
