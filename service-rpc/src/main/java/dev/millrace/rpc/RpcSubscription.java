package dev.millrace.rpc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;

/** What a stream holds on to while it is open. */
@FunctionalInterface
public interface RpcSubscription {
    /** The stream has ended: nothing that is sent from now on arrives. Called once; must return at once. */
    void close();

    /** What {@code stream.opened} tells the caller besides what it tells of every stream. */
    default ObjectNode opening() {
        return Json.object();
    }

    /** Holds nothing. */
    static RpcSubscription none() {
        return () -> {};
    }
}
