package dev.millrace.rpc;

/** Something that can be called by its name: a method with one answer, or a stream. */
public sealed interface RpcHandler permits RpcMethod, RpcStream {
    /** What callers write into {@code method}, such as {@code job.submit}. */
    String name();
}
