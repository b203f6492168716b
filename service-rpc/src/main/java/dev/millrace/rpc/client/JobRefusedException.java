package dev.millrace.rpc.client;

import dev.millrace.rpc.codec.Reply;

/** There is no such job, or it cannot do what was asked (-32000, -32004, -32005). */
public final class JobRefusedException extends ErrorReplyException {
    private static final long serialVersionUID = 1L;

    JobRefusedException(Reply.Failure reply) {
        super(reply);
    }
}
