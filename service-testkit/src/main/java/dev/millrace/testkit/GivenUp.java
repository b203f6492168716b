package dev.millrace.testkit;

/**
 * Ends a handler that ignored its interrupt for longer than the grace. A real worker leaves its thread alone for ever; in
 * a test it is the only thread. Not an exception, because such handlers tend to catch those.
 */
final class GivenUp extends Error {
    private static final long serialVersionUID = 1L;

    GivenUp() {
        super("the handler ignored the interrupt for longer than the grace and was given up");
    }
}
