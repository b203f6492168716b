package dev.millrace.rpc.client;

import dev.millrace.rpc.codec.Reply;

/** The daemon stops and takes on nothing new (-32003). */
public final class ShuttingDownException extends ErrorReplyException {
    private static final long serialVersionUID = 1L;

    ShuttingDownException(Reply.Failure reply) {
        super(reply);
    }
}
