package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.rpc.server.RpcLoad;

/** The process that serves the methods. Its methods return at once. */
public interface DaemonHost {
    long pid();

    String version();

    /** What it was started with: socket, folders, limits of the transport; for people. */
    ObjectNode settings();

    /** What its socket has to do at this moment. */
    RpcLoad load();

    /**
     * Ends it soon, after this call has been answered. May be called twice.
     *
     * @param graceful true to let methods that run come to their end
     */
    void shutdown(boolean graceful);
}
