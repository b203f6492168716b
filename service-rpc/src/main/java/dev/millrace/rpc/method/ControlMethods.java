package dev.millrace.rpc.method;

import dev.millrace.control.ServiceControl;
import dev.millrace.rpc.RpcHandler;
import java.util.List;

/** The handlers of a daemon. Close them after the server. */
public interface ControlMethods extends AutoCloseable {

    /** All methods and streams over a control plane. */
    static ControlMethods of(ServiceControl control, DaemonHost host) {
        return new TableMethods(control, host);
    }

    /** To be given to the server. */
    List<RpcHandler> handlers();

    /** The reference of all methods, in Markdown: docs/reference/rpc.md. */
    static String reference() {
        return new ReferencePage(TableMethods.reference()).text();
    }

    @Override
    void close();
}
