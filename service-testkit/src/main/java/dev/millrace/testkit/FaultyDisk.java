package dev.millrace.testkit;

import dev.millrace.storage.Disk;
import java.util.List;
import java.util.function.Predicate;

/**
 * A disk that does what another one does, counts it, and breaks on command. Safe for use by several threads.
 *
 * <p>Three things can be asked of it, in any combination: the process dies at the n-th change ({@link #crash}), something
 * else happens just there ({@link #interpose}), or chosen operations fail ({@link #fault}). It never changes what the
 * other disk holds by itself, so it can stand in front of a real disk and of a simulated one.
 *
 * <pre>{@code
 * FaultyDisk disk = FaultyDisk.over(Disk.local());
 * disk.fault(call -> call.is(Operation.CREATE), Moment.BEFORE, DiskTrouble.noSpace());
 * }</pre>
 */
public interface FaultyDisk extends Disk {

    /** When, seen from the operation. */
    enum Moment {
        /** It has not been carried out. */
        BEFORE,
        /**
         * Half of its bytes are written; for operations without bytes the same as BEFORE. Somebody else's action finds
         * only a {@link Disk#writeAt} half done.
         */
        HALFWAY,
        /** It has been carried out. */
        AFTER
    }

    /** A disk without faults in front of another one. */
    static FaultyDisk over(Disk disk) {
        return new BreakableDisk(disk);
    }

    /**
     * The process dies at the {@code nth} change from now, counted from 1: a {@link CrashException} is thrown there and by
     * every operation that follows, until {@link #restart}. Nothing is undone.
     */
    void crash(int nth, Moment moment);

    /**
     * Something else happens at the {@code nth} change from now, counted from 1, in the middle of the operation that
     * makes it: the way to let another process act while this one is paused.
     */
    void interpose(int nth, Moment moment, Runnable action);

    /** True when a crash was met and not yet overcome. */
    boolean isCrashed();

    /** Forgets planned crashes and actions, and works again after a crash. Faults and counts stay. */
    void restart();

    /**
     * All operations that match fail from now on; AFTER means that they are carried out and reported as failed.
     *
     * @return takes the fault away again
     */
    Fault fault(Predicate<DiskCall> which, Moment moment, DiskTrouble trouble);

    /** The first operation that matches fails; the next ones do not. */
    Fault faultOnce(Predicate<DiskCall> which, Moment moment, DiskTrouble trouble);

    /** Every operation since the start or the last {@link #forget}, in order. */
    List<DiskCall> calls();

    /** How many operations of one sort there were since the last {@link #forget}. */
    long count(DiskCall.Operation operation);

    /** How many changes there were since the last {@link #forget}. */
    int changes();

    /** Begins a new count. */
    void forget();

    /** A planned failure. */
    interface Fault extends AutoCloseable {
        /** How often it has struck. */
        int strikes();

        @Override
        void close();
    }
}
