package dev.millrace.rpc.client;

/** The answer is longer than a message may be. Ask for less. */
public final class ReplyTooLongException extends BrokenReplyException {
    private static final long serialVersionUID = 1L;

    ReplyTooLongException(int limit) {
        super("the daemon's answer is longer than " + limit + " bytes; ask for less");
    }
}
