package dev.millrace.rpc.client;

import dev.millrace.rpc.codec.Reply;

/** What was to be started runs already (-32002). */
public final class AlreadyRunningException extends ErrorReplyException {
    private static final long serialVersionUID = 1L;

    AlreadyRunningException(Reply.Failure reply) {
        super(reply);
    }
}
