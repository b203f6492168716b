package dev.millrace.queue;

import dev.millrace.time.Time;

/**
 * Whose turn it is while a batch is open here: that of its next task, or of what waits in pending.
 *
 * <p>The batch goes first, unless something more urgent waits. Every {@value #OTHER_EVERY}th turn it is the other way round,
 * so that neither a batch that takes long holds up the others for ever, nor a flood of urgent tasks the batch. Slots that
 * have run one of its tasks go on with the next without asking; but not for longer than {@value #LOOK_NANOS} ns, and not
 * while something more urgent waits. So tasks that take long are asked about one by one, and of quick ones, which a batch is
 * made for, each pays for one look at the clock.
 */
final class BatchTurns {
    private static final long LOOK_NANOS = 10_000_000L;
    private static final int OTHER_EVERY = 10;

    private final Time time;
    private int turns;
    private volatile long askAgainAt;

    BatchTurns(Time time) {
        this.time = time;
        this.askAgainAt = time.nanos();
    }

    /** Called by one thread at a time, for each choice. */
    boolean isOfPending(Batches batches, PendingIndex index) {
        boolean urgent = batches.isAnyOpen() && index.holdsMoreUrgentThan(batches.priority());
        askAgainAt = time.nanos() + (urgent ? 0 : LOOK_NANOS);
        return batches.isAnyOpen() && urgent != (++turns % OTHER_EVERY == 0);
    }

    /** True while a slot may go on with the batch whose task it has run. */
    boolean mayGoOn() {
        return time.nanos() - askAgainAt < 0;
    }
}
