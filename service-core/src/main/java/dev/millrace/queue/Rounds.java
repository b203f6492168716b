package dev.millrace.queue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets threads that come at about the same time share one costly step: the group commit.
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

    private static final class Ticket<T, R> {
        private final T item;
        private final Thread owner = Thread.currentThread();
        private @Nullable R result;
        private @Nullable IOException failure;
        private volatile boolean over;

        private Ticket(T item) {
            this.item = item;
        }

        private void end(@Nullable R newResult, @Nullable IOException newFailure) {
            result = newResult;
            failure = newFailure;
            over = true;
            if (owner != Thread.currentThread()) LockSupport.unpark(owner);
        }
    }

    /**
     * Brings an item and waits until its round is over. An interrupt waits for the round, which is short and bounded by the
     * disk: it would close files under everybody's feet.
     */
    R join(T item) throws IOException {
        Ticket<T, R> mine = new Ticket<>(item);
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
        if (mine.result == null) throw new IllegalStateException("a round ended without an answer");
        return mine.result;
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
            next = waiting.isEmpty() ? null : waiting.get(0).owner;
        }
        LockSupport.unpark(next);
    }

    private void finish(Ticket<T, R> one, S shared) {
        try {
            one.end(steps.each(one.item, shared), null);
        } catch (IOException e) {
            one.end(null, e);
        }
    }
}
