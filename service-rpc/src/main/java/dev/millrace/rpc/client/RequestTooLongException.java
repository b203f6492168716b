package dev.millrace.rpc.client;

/** The request is longer than a message may be. Nothing of it was sent: send less, or raise the limit at both ends. */
public final class RequestTooLongException extends DaemonException {
    private static final long serialVersionUID = 1L;

    RequestTooLongException(int bytes, int limit) {
        super("the request has " + bytes + " bytes, and a message may have " + limit + "; send less");
    }
}
