package dev.millrace.rpc.client;

import dev.millrace.rpc.codec.Reply;

/** A limit of the daemon is reached (-32001): nothing was done, and it may be tried again later. */
public final class ResourceExhaustedException extends ErrorReplyException {
    private static final long serialVersionUID = 1L;

    ResourceExhaustedException(Reply.Failure reply) {
        super(reply);
    }
}
