package dev.millrace.rpc.server;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * So many threads that run requests, and so many places where more wait in line. Threads without work end. A place is
 * counted as free before the answer goes out, so that whoever got one can ask the next at once.
 */
final class Slots {
    private static final int IDLE_SECONDS = 10;

    private final ThreadPoolExecutor pool;
    private final int most;
    private final int slots;
    private final AtomicInteger admitted = new AtomicInteger();

    /** @param names what its threads are called */
    Slots(RpcLimits limits, String names) {
        this(limits, Names.numbered(names));
    }

    Slots(RpcLimits limits, ThreadFactory threads) {
        slots = limits.requests();
        most = slots + limits.waiting();
        pool = new ThreadPoolExecutor(
                slots, slots, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
        pool.allowCoreThreadTimeOut(true);
    }

    /**
     * False when all slots and all places are taken, or when the server closes. The work ends with {@link #leave}. When no
     * thread can be made for it, as memory or their number is at its end, that error is thrown, and the place is free again.
     */
    boolean run(Runnable work) {
        if (admitted.getAndUpdate(now -> now < most ? now + 1 : now) >= most) return false;
        try {
            pool.execute(work);
            return true;
        } catch (RejectedExecutionException closing) {
            leave();
            return false;
        } catch (Throwable noThread) {
            pool.remove(work);
            leave();
            throw noThread;
        }
    }

    /** The work is done, but for the answer. */
    void leave() {
        admitted.decrementAndGet();
    }

    int running() {
        return Math.min(slots, admitted.get());
    }

    int waiting() {
        return Math.max(0, admitted.get() - slots);
    }

    /** Interrupts what runs and forgets what waits. */
    void stop() {
        pool.shutdownNow();
    }
}
