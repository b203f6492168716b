package dev.millrace.rpc;

/** What a stream holds on to while it is open. */
@FunctionalInterface
public interface RpcSubscription {
    /** The stream has ended: nothing that is sent from now on arrives. Called once; must return at once. */
    void close();

    /** Holds nothing. */
    static RpcSubscription none() {
        return () -> {};
    }
}
