package dev.millrace.rpc.client;

import dev.millrace.rpc.codec.Reply;

/** The daemon does not know the method: this client is newer than it. */
public final class MethodNotFoundException extends ErrorReplyException {
    private static final long serialVersionUID = 1L;

    MethodNotFoundException(Reply.Failure reply) {
        super(reply, reply.message() + "; this client may be newer than the daemon: restart the daemon");
    }
}
