package dev.millrace.rpc.client;

import dev.millrace.rpc.codec.Reply;

/**
 * A limit of the daemon is reached (-32001): nothing was done, and it may be tried again later. But when the reason is
 * {@code reply_too_long} or {@code reply_dropped} it was done, and only the answer does not arrive.
 */
public final class ResourceExhaustedException extends ErrorReplyException {
    private static final long serialVersionUID = 1L;

    ResourceExhaustedException(Reply.Failure reply) {
        super(reply);
    }
}
