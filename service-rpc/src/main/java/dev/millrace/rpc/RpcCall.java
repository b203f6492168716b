package dev.millrace.rpc;

/** Who calls, and how. */
public interface RpcCall {
    /** The name that was called. */
    String method();

    /** The name of the user at the other end, as the operating system says. */
    String user();

    /** True when the caller wants no answer; whatever comes of it is dropped. */
    boolean isNotification();

    /** True when the caller has gone, as far as is known. The method may go on: its answer goes nowhere. */
    boolean isAbandoned();
}
