package dev.millrace.rpc.client;

/** What came back is no answer to what was asked. The connection was closed. */
public sealed class BrokenReplyException extends DaemonException permits ReplyTooLongException {
    private static final long serialVersionUID = 1L;

    BrokenReplyException(String message) {
        super(message);
    }
}
