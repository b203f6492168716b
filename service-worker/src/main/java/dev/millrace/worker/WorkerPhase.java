package dev.millrace.worker;

import java.util.EnumSet;
import java.util.Set;

/** Where a worker is in its life, and what may follow. */
public enum WorkerPhase {
    /** Made, not yet claiming. */
    STARTING,
    /** Claiming and running tasks. */
    RUNNING,
    /** Finishing its tasks, taking no more; may run again. */
    PARKED,
    /** Finishing its tasks, taking no more, then ending. */
    DRAINING,
    /** Ended. */
    STOPPED;

    private Set<WorkerPhase> next() {
        return switch (this) {
            case STARTING -> EnumSet.of(RUNNING, PARKED, DRAINING, STOPPED);
            case RUNNING -> EnumSet.of(PARKED, DRAINING, STOPPED);
            case PARKED -> EnumSet.of(RUNNING, DRAINING, STOPPED);
            case DRAINING -> EnumSet.of(STOPPED);
            case STOPPED -> EnumSet.noneOf(WorkerPhase.class);
        };
    }

    /** True when this phase may become that one, or is it already. */
    public boolean mayBecome(WorkerPhase other) {
        return other == this || next().contains(other);
    }

    /**
     * The other phase.
     *
     * @throws IllegalStateException when it may not follow
     */
    public WorkerPhase to(WorkerPhase other) {
        if (!mayBecome(other)) throw new IllegalStateException(this + " cannot become " + other);
        return other;
    }
}
