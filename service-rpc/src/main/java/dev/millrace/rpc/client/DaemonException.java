package dev.millrace.rpc.client;

/** A call that brought no result. What kind it was says what one can do about it. */
public abstract sealed class DaemonException extends Exception
        permits DaemonNotRunningException,
                DaemonTimeoutException,
                RequestTooLongException,
                BrokenReplyException,
                ErrorReplyException {
    private static final long serialVersionUID = 1L;

    DaemonException(String message) {
        super(message);
    }

    DaemonException(String message, Throwable cause) {
        super(message, cause);
    }
}
