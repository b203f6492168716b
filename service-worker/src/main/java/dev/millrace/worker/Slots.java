package dev.millrace.worker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * The threads that handlers run on: one for each attempt, so that one that never returns blocks nobody else.
 *
 * <p>Workers with many slots use virtual threads where the runtime has them. Workers with few use platform threads even
 * there: virtual threads are not preempted, and two handlers that compute without end would keep all others, and the
 * settling of their tasks, from the processors.
 */
interface Slots extends Executor {
    /** From so many slots on, handlers are taken to wait more than they compute. */
    int MANY = 32;

    static Slots threads(int slots) {
        ThreadFactory factory = slots >= MANY ? virtualOrPlatform() : Slots::platform;
        return task -> factory.newThread(task).start();
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
    private static ThreadFactory virtualOrPlatform() {
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
            return (ThreadFactory) factory;
        } catch (Throwable olderRuntime) {
            return Slots::platform;
        }
    }
}
