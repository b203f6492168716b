package dev.millrace.queue;

import dev.millrace.task.Outcome;
import dev.millrace.task.TaskDocument;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What one incarnation does with a queue. */
public interface WorkerQueue extends AutoCloseable {

    Member member();

    /**
     * Claims the first pending task that this worker may run. Empty when there is none; bad files met on the way are
     * quarantined. Called by one thread at a time.
     *
     * @throws IOException when the directory cannot be used now; nothing was claimed, try again later
     */
    Optional<Claim> claim() throws IOException;

    /**
     * The next task of the batch that a settled claim belonged to, so that the thread which ran one goes on with the next.
     * Empty when the claim had a file of its own, the batch has no task for now, or others may go first: {@link #claim} tells.
     */
    Optional<Claim> claimAfter(Claim settled);

    /** Puts back what was claimed and not begun; called when nothing more is to be claimed. */
    void release() throws IOException;

    /**
     * Ends a claim: writes and publishes a terminal outcome, or puts the task back. Several threads may settle at once
     * and share one force. An outcome that nobody could read back, because it is too large or nested too deeply, ends the
     * task as failed, with the reason.
     *
     * @throws IOException when the outcome could not be made durable; the claim still stands, try again. A terminal
     *     outcome that was tried once is the only one that this claim can still end with; the task may be put back
     *     instead
     */
    Settlement settle(Claim claim, Outcome outcome) throws IOException;

    /**
     * A claim's document with its large values in their places; its handler gets them so.
     *
     * @throws PayloadException when one is missing or damaged for good
     * @throws IOException when it cannot be read now
     */
    default TaskDocument resolved(Claim claim) throws IOException, PayloadException {
        return claim.document();
    }

    /** Why a running task is to be called off; empty when nobody asked for it. */
    Optional<String> cancelRequest(Claim claim);

    /** True while the claim's file is where this incarnation put it: it was neither rescued nor settled. */
    boolean stillHolds(Claim claim) throws IOException;

    /** Waits until something may have become claimable, at most the given time. */
    void awaitNews(Duration atMost) throws InterruptedException;

    /**
     * Lets the thread that notices a new task run it, while another takes over the noticing; otherwise it wakes the thread
     * in {@link #awaitNews}, which would hand the task on to a third. To be called before the first wait.
     *
     * @param threads run what may last
     * @param finder claims a task when there is room for it, and gives what runs it; must not wait
     */
    void runWhatIsNoticed(Executor threads, Supplier<Optional<Runnable>> finder);

    /** Ends a wait of {@link #awaitNews} early. */
    void wake();

    /** Names that count as workers of this service beside the own one; tasks for a name outside it may be run by anyone. */
    void knowWorkers(Supplier<Set<String>> names);

    /** Of all kinds, only these are claimed from now on; the empty one stands for tasks without a kind. */
    void serveOnly(Set<String> kinds);

    /** Publishes outcomes that were decided but could not be written out; the number published. */
    int finishUnpublished() throws IOException;

    /** Makes finished logs superfluous and drops them; slow (a file-system sync), so not for the claiming thread. */
    int dropFinishedLogs() throws IOException;

    /** Lets blocked tasks go on, or ends them, when those have ended for which they wait; a bounded number at a time. */
    int unblock() throws IOException;

    /** True when the last {@link #unblock} left tasks that wait for others. */
    boolean hasBlocked();

    /** The tasks for which a claimed one has waited. */
    Dependencies dependencies(Claim claim);

    /** Moves tasks that are due from scheduled to pending, a bounded number at a time. */
    int promote() throws IOException;

    /**
     * Puts back or finishes what dead incarnations left behind.
     *
     * @param isDead whether an incarnation will never settle again; asked once a round for each, also for the owners that
     *     the claims of AGILAB's workers name; may be wrong without harm
     */
    int rescue(Predicate<String> isDead) throws IOException;

    /** Removes terminal tasks and old files beyond the limits, a bounded number at a time. */
    RetentionReport sweep(RetentionLimits limits) throws IOException;

    @Override
    void close() throws IOException;
}
