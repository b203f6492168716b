package dev.millrace.lifecycle;

/** An action that could not be carried out. The message says why and what to do; nothing was half done unless it says so. */
public class ServiceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ServiceException(String message) {
        super(message);
    }

    public ServiceException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Another process is starting or stopping the same service right now. */
    public static final class Busy extends ServiceException {
        private static final long serialVersionUID = 1L;

        public Busy(String message) {
            super(message);
        }
    }

    /** The service is not running. */
    public static final class NotRunning extends ServiceException {
        private static final long serialVersionUID = 1L;

        public NotRunning(String message) {
            super(message);
        }
    }

    /** The service is running already. */
    public static final class AlreadyRunning extends ServiceException {
        private static final long serialVersionUID = 1L;

        public AlreadyRunning(String message) {
            super(message);
        }
    }

    /** What the service's own record says cannot be known; only stop is possible. */
    public static final class OwnershipUnknown extends ServiceException {
        private static final long serialVersionUID = 1L;

        public OwnershipUnknown(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
