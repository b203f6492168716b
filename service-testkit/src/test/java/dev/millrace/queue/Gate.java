package dev.millrace.queue;

import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.DiskCall.Operation;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Holds the leader of a round at its force until everybody else waits for the next round. */
final class Gate {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);
    private final Predicate<DiskCall> where;

    private Gate(Predicate<DiskCall> where) {
        this.where = where;
    }

    static Gate at(Operation operation) {
        return new Gate(call -> call.is(operation));
    }

    static Gate at(Operation operation, String folder) {
        return new Gate(call -> call.is(operation) && call.isIn(folder));
    }

    /** For a faulty disk, to which it tells no fault. */
    boolean hold(DiskCall call) {
        if (!where.test(call)) return false;
        reached.countDown();
        awaitQuietly(open);
        return false;
    }

    void awaitReached() {
        awaitQuietly(reached);
    }

    void open() {
        open.countDown();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                if (!latch.await(20, TimeUnit.SECONDS)) throw new AssertionError("held for too long");
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
