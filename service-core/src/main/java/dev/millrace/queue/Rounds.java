package dev.millrace.queue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets threads that come at about the same time share one costly step: the group commit.
 *
 * <p>Who need not wait brings its item and is told when it is over ({@link #bring}): a thread that sleeps and is woken for
 * each item costs more than a small item itself. It leads when nobody does, until nothing waits.
 *
 * <p>Whoever comes first becomes the leader: it takes everything that waits, carries out the step for all of it, lets the
 * next one lead, and then finishes what is left to do for each item of its round. Those who come meanwhile sleep until
 * their item is done or they are to lead. So any number of threads share a force, a lone one waits for nobody, one round
 * is finished while the next is being forced, and a thread is woken once for each item.
 *
 * @param <T> what a thread brings
 * @param <S> what the shared step yields
 * @param <R> what a thread gets
 */
final class Rounds<T, S, R> {
    private final Steps<T, S, R> steps;
    private final List<Ticket<T, R>> waiting = new ArrayList<>();
    private boolean leading;

    Rounds(Steps<T, S, R> steps) {
        this.steps = steps;
    }

    /** The two halves of a round. */
    interface Steps<T, S, R> {
        /** How much room an item takes in a round. */
        long weight(T item);

        /** The most weight in one round, but for a single item. */
        long mostWeight();

        /** For all items of a round; never carried out by two threads at once. */
        S together(List<T> round) throws IOException;

        /** For each item by itself; other rounds may be under way. */
        R each(T item, S shared) throws IOException;
    }

    /** Hears what became of an item; called once, by whichever thread led, and throws nothing. */
    interface Over<R> {
        void done(R result);

        void failed(IOException cause);
    }

    private static final class Ticket<T, R> {
        private final T item;
        private final @Nullable Over<R> listener;
        private final @Nullable Thread sleeper;
        private @Nullable R result;
        private @Nullable IOException failure;
        private volatile boolean over;

        private Ticket(T item, @Nullable Over<R> listener) {
            this.item = item;
            this.listener = listener;
            this.sleeper = listener == null ? Thread.currentThread() : null;
        }

        private void end(@Nullable R newResult, @Nullable IOException newFailure) {
            result = newResult;
            failure = newFailure;
            over = true;
            if (listener != null) tell(listener);
            else if (sleeper != Thread.currentThread()) LockSupport.unpark(sleeper);
        }

        private void tell(Over<R> told) {
            if (failure != null) told.failed(failure);
            else told.done(answer());
        }

        private R answer() {
            if (result == null) throw new IllegalStateException("a round ended without an answer");
            return result;
        }
    }

    /**
     * Brings an item, and returns when it is over or another thread has it in hand. An interrupt waits, as in
     * {@link #join}.
     */
    void bring(T item, Over<R> listener) {
        boolean interrupted = Thread.interrupted();
        try {
            List<Ticket<T, R>> round = enter(new Ticket<>(item, listener));
            while (!round.isEmpty()) {
                carry(round);
                interrupted |= Thread.interrupted();
                round = lead();
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    /**
     * Brings an item and waits until its round is over. An interrupt waits for the round, which is short and bounded by the
     * disk: it would close files under everybody's feet.
     */
    R join(T item) throws IOException {
        Ticket<T, R> mine = new Ticket<>(item, null);
        boolean interrupted = Thread.interrupted();
        try {
            List<Ticket<T, R>> round = enter(mine);
            while (!round.isEmpty() || !mine.over) {
                if (round.isEmpty()) LockSupport.park(this);
                else carry(round);
                interrupted |= Thread.interrupted();
                round = mine.over ? List.of() : lead();
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
        if (mine.failure != null) throw mine.failure;
        return mine.answer();
    }

    private synchronized List<Ticket<T, R>> enter(Ticket<T, R> mine) {
        waiting.add(mine);
        return lead();
    }

    /** Everything that waits, as far as a round may hold it, when nobody leads; otherwise nothing. */
    private synchronized List<Ticket<T, R>> lead() {
        if (leading || waiting.isEmpty()) return List.of();
        leading = true;
        int taken = 0;
        for (long weight = 0; taken < waiting.size(); taken++) {
            weight += steps.weight(waiting.get(taken).item);
            if (taken > 0 && weight > steps.mostWeight()) break;
        }
        List<Ticket<T, R>> first = waiting.subList(0, taken);
        List<Ticket<T, R>> round = List.copyOf(first);
        first.clear();
        return round;
    }

    private void carry(List<Ticket<T, R>> round) {
        int done = 0;
        try {
            S shared = together(round);
            for (; done < round.size(); done++) finish(round.get(done), shared);
        } catch (IOException e) {
            for (Ticket<T, R> one : round) one.end(null, e);
            done = round.size();
        } finally {
            for (; done < round.size(); done++)
                round.get(done).end(null, new IOException("the thread that settled for others was ended by an error"));
        }
    }

    private S together(List<Ticket<T, R>> round) throws IOException {
        List<T> items = new ArrayList<>(round.size());
        for (Ticket<T, R> one : round) items.add(one.item);
        try {
            return steps.together(items);
        } finally {
            letAnotherLead();
        }
    }

    private void letAnotherLead() {
        Thread next;
        synchronized (this) {
            leading = false;
            next = firstSleeper();
        }
        LockSupport.unpark(next);
    }

    /** Who does not sleep comes back to lead by itself. */
    private @Nullable Thread firstSleeper() {
        return waiting.isEmpty() ? null : waiting.get(0).sleeper;
    }

    private void finish(Ticket<T, R> one, S shared) {
        try {
            one.end(steps.each(one.item, shared), null);
        } catch (IOException e) {
            one.end(null, e);
        }
    }
}
