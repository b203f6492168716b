package dev.millrace.rpc.server;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** So many threads that run requests, and so many places where more wait in line. Threads without work end. */
final class Slots {
    private static final int IDLE_SECONDS = 10;

    private final ThreadPoolExecutor pool;

    Slots(RpcLimits limits) {
        BlockingQueue<Runnable> line =
                limits.waiting() == 0 ? new SynchronousQueue<>() : new LinkedBlockingQueue<>(limits.waiting());
        int most = limits.requests();
        pool = new ThreadPoolExecutor(most, most, IDLE_SECONDS, TimeUnit.SECONDS, line, Names.numbered("rpc-slot-"));
        pool.allowCoreThreadTimeOut(true);
    }

    /** False when all slots and all places are taken, or when the server closes. */
    boolean run(Runnable work) {
        try {
            pool.execute(work);
            return true;
        } catch (RejectedExecutionException full) {
            return false;
        }
    }

    int running() {
        return pool.getActiveCount();
    }

    int waiting() {
        return pool.getQueue().size();
    }

    /** Interrupts what runs and forgets what waits. */
    void stop() {
        pool.shutdownNow();
    }
}
