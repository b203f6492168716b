package dev.millrace.testkit;

/** A world found a promise of the queue broken. */
final class InvariantBroken extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final Invariant invariant;

    InvariantBroken(Invariant invariant, String what) {
        super(invariant.promise() + ": " + what);
        this.invariant = invariant;
    }

    InvariantBroken(Invariant invariant, String what, Throwable cause) {
        this(invariant, what);
        initCause(cause);
    }

    Invariant invariant() {
        return invariant;
    }
}
