package dev.millrace.rpc.client;

import dev.millrace.rpc.client.DaemonTimeoutException.Phase;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * So many connections at most, the one used last is used next. A slot is taken before a connection is made and freed
 * however the call ends.
 */
final class Pool {
    private final DaemonClientOptions options;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Idle> idle = new ArrayDeque<>();
    private int taken;
    private boolean closed;

    Pool(DaemonClientOptions options) {
        this.options = options;
    }

    private record Idle(Wire wire, long sinceNanos) {}

    /**
     * A connection on loan.
     *
     * @param fresh false when it was used before
     */
    record Lease(Pool pool, Wire wire, boolean fresh) {
        /** It is in order, and may serve again. */
        void release(long nowNanos) {
            pool.giveBack(wire, nowNanos);
        }

        /** There is a doubt about it. */
        void discard() {
            wire.close();
            pool.free();
        }
    }

    Lease acquire(Deadline deadline) throws DaemonException, InterruptedException {
        takeSlot(deadline);
        boolean got = false;
        try {
            Wire used = usable(deadline.time().nanos());
            Lease lease = used == null ? new Lease(this, connect(deadline), true) : new Lease(this, used, false);
            got = true;
            return lease;
        } finally {
            if (!got) free();
        }
    }

    private Wire connect(Deadline deadline) throws DaemonException, InterruptedException {
        return Wire.connect(options.socket(), options.messageBytes(), deadline.within(options.connectTimeout()));
    }

    private void takeSlot(Deadline deadline) throws DaemonException, InterruptedException {
        lock.lockInterruptibly();
        try {
            String exhausted = "Pool exhausted: all " + options.poolSize() + " connections in use; none came back";
            while (!closed && taken >= options.poolSize())
                if (!changed.await(deadline.leftNanos(Phase.ACQUIRE, exhausted), TimeUnit.NANOSECONDS))
                    throw deadline.passed(Phase.ACQUIRE, exhausted);
            if (closed) throw new DaemonNotRunningException("the pool is closed");
            taken++;
        } finally {
            lock.unlock();
        }
    }

    /** The idle connection that was used last and still lives, or null; those that do not are closed. */
    private @Nullable Wire usable(long nowNanos) {
        for (Idle one = takeIdle(); one != null; one = takeIdle()) {
            Duration age = Duration.ofNanos(nowNanos - one.sinceNanos());
            if (age.compareTo(options.maxIdle()) <= 0 && !one.wire().isStale()) return one.wire();
            one.wire().close();
        }
        return null;
    }

    private @Nullable Idle takeIdle() {
        lock.lock();
        try {
            return idle.pollFirst();
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(Wire wire, long nowNanos) {
        lock.lock();
        try {
            if (closed) wire.close();
            else idle.addFirst(new Idle(wire, nowNanos));
        } finally {
            lock.unlock();
            free();
        }
    }

    private void free() {
        lock.lock();
        try {
            taken--;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            for (Idle one : idle) one.wire().close();
            idle.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
