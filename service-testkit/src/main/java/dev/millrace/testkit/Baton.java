package dev.millrace.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads of which exactly one runs at any moment: the one that has the baton. It runs until it passes the baton on, so
 * what the threads do is one row of events, in an order that whoever passes the baton decides. That is what makes real
 * code, written for threads, run in any order that a seed asks for, and again in the same one.
 *
 * <p>The thread that makes it has the baton first. Threads are kept for the next script: a world has ten of them and
 * lives a few milliseconds.
 */
final class Baton implements AutoCloseable {
    private static final int SPINS = 60;

    private final Runner conductor = new Runner(Thread.currentThread());
    private final Deque<Runner> idle = new ArrayDeque<>();
    private final List<Runner> all = new ArrayList<>();

    /** One who may have the baton. */
    static final class Runner {
        private final Thread thread;
        private volatile boolean turn;
        private @Nullable Supplier<Runner> script;

        private Runner(Thread thread) {
            this.thread = thread;
        }

        private Runner(Baton baton) {
            this.thread = new Thread(() -> baton.perform(this), "world");
            thread.setDaemon(true);
            thread.start();
        }

        private void take() {
            turn = true;
            LockSupport.unpark(thread);
        }

        private void await() {
            for (int i = 0; i < SPINS && !turn; i++) Thread.onSpinWait();
            while (!turn) LockSupport.park(this);
            turn = false;
        }
    }

    /** The thread that made this. */
    Runner conductor() {
        return conductor;
    }

    /**
     * Gives a script to a thread, which begins when it gets the baton.
     *
     * @param script runs until its end, and says who gets the baton then
     */
    Runner cast(Supplier<Runner> script) {
        Runner runner = idle.poll();
        if (runner == null) {
            runner = new Runner(this);
            all.add(runner);
        }
        runner.script = script;
        return runner;
    }

    /** Passes the baton on and waits to get it back. */
    void pass(Runner from, Runner to) {
        to.take();
        from.await();
    }

    private void perform(Runner me) {
        for (me.await(); me.script != null; me.await()) {
            Runner next = me.script.get();
            me.script = null;
            idle.push(me);
            next.take();
        }
    }

    /** Ends the threads; all scripts have ended. */
    @Override
    public void close() {
        for (Runner runner : all) {
            runner.script = null;
            runner.take();
        }
    }
}
