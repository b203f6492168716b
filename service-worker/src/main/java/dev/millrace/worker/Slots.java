package dev.millrace.worker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that handlers run on. No attempt shares its thread with another that runs, so one that never returns blocks
 * nobody else.
 *
 * <p>Workers with many slots use virtual threads where the runtime has them. Workers with few use platform threads even
 * there: virtual threads are not preempted, and two handlers that compute without end would keep all others, and the
 * settling of their tasks, from the processors. Platform threads are used again by later attempts, because starting one
 * costs more than everything else that the service does for a small task.
 */
interface Slots extends Executor {
    /** From so many slots on, handlers are taken to wait more than they compute. */
    int MANY = 32;

    /** How long a platform thread waits for the next attempt. */
    int IDLE_SECONDS = 10;

    static Slots threads(int slots) {
        Optional<ThreadFactory> virtual = slots >= MANY ? virtual() : Optional.empty();
        return virtual.<Slots>map(factory -> task -> factory.newThread(task).start())
                .orElseGet(Slots::pooled);
    }

    /** As many threads as attempts run at once; an idle one ends after a while. */
    private static Slots pooled() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), Slots::platform);
        return pool::execute;
    }

    /** On the calling thread, one after the other: for tests and for running tasks inline. */
    static Slots inline() {
        return Runnable::run;
    }

    private static Thread platform(Runnable task) {
        Thread thread = new Thread(task, "millrace-slot");
        thread.setDaemon(true);
        return thread;
    }

    /** {@code Thread.ofVirtual().factory()} exists from Java 21 on. */
    private static Optional<ThreadFactory> virtual() {
        try {
            Class<?> builder = Class.forName("java.lang.Thread$Builder$OfVirtual");
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Object ofVirtual = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(builder))
                    .invoke();
            Object factory = lookup.findVirtual(
                            Class.forName("java.lang.Thread$Builder"),
                            "factory",
                            MethodType.methodType(ThreadFactory.class))
                    .invoke(ofVirtual);
            return Optional.of((ThreadFactory) factory);
        } catch (Throwable olderRuntime) {
            return Optional.empty();
        }
    }
}
