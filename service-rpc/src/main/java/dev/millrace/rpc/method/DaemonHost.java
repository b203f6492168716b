package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.rpc.server.RpcLoad;
import java.util.List;

/** The process that serves the methods. Its methods return at once. */
public interface DaemonHost {
    long pid();

    String version();

    /** What it was started with: socket, folders, limits of the transport; for people. */
    ObjectNode settings();

    /**
     * Reads again what it was started with.
     *
     * @return the keys of its settings whose values are others by now; they hold after a restart
     * @throws dev.millrace.settings.SettingsException when something is wrong
     */
    default List<String> changedSettings() {
        return List.of();
    }

    /** What its socket has to do at this moment. */
    RpcLoad load();

    /**
     * Ends it soon, after this call has been answered. May be called twice.
     *
     * @param graceful true to let methods that run come to their end
     */
    void shutdown(boolean graceful);
}
