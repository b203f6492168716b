package dev.millrace.testkit;

import dev.millrace.worker.TaskContext;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a handler asks of its context, and at one of these calls lets its worker die: the thread stops there, so
 * that, as after kill -9, neither {@code catch} nor {@code finally} runs. It goes on, by an error, when the service is
 * closed.
 */
final class Boundaries {
    /** What these give back is asked things, too. */
    private static final Set<String> PARTS = Set.of("logger", "dependencies");

    private final int crashAt;
    private final Runnable crashed;
    private final CountDownLatch closed;
    private final List<String> reached = new ArrayList<>();
    private final Map<String, Integer> calls = new HashMap<>();
    private int runs;
    private boolean dead;
    private boolean ranAgain;

    /**
     * With one death.
     *
     * @param crashAt the number of the call, from 1; 0 for none
     * @param crashed is told
     * @param closed when the thread may go
     */
    Boundaries(int crashAt, Runnable crashed, CountDownLatch closed) {
        this.crashAt = crashAt;
        this.crashed = crashed;
        this.closed = closed;
    }

    /** The handler begins the task, for the first time or once more after it had put it off or failed. */
    synchronized void beginRun() {
        runs++;
        calls.clear();
        ranAgain = dead;
    }

    /** Somebody has begun the task after the death. */
    synchronized boolean ranAgain() {
        return ranAgain;
    }

    /** The one death has come about. */
    synchronized boolean hasCrashed() {
        return dead;
    }

    TaskContext watched(TaskContext task) {
        return (TaskContext) proxy(task, TaskContext.class, "");
    }

    private Object proxy(Object real, Class<?> type, String prefix) {
        return Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call(real, method, arguments, prefix));
    }

    private @Nullable Object call(Object real, Method method, Object @Nullable [] arguments, String prefix)
            throws Throwable {
        boolean counts = method.getDeclaringClass() != Object.class;
        if (counts) {
            String name = prefix + method.getName() + "()";
            reach("before the " + ordinal(called(name)) + " " + name);
        }
        Object given = invoke(real, method, arguments);
        return counts && given != null && prefix.isEmpty() && PARTS.contains(method.getName())
                ? proxy(given, method.getReturnType(), method.getName() + "().")
                : given;
    }

    private synchronized int called(String name) {
        return calls.merge(name, 1, Integer::sum);
    }

    private static @Nullable Object invoke(Object real, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static String ordinal(int number) {
        if (number / 10 % 10 == 1) return number + "th";
        return switch (number % 10) {
            case 1 -> number + "st";
            case 2 -> number + "nd";
            case 3 -> number + "rd";
            default -> number + "th";
        };
    }

    /** The handler has come to a place where its worker may die. */
    void reach(String where) {
        if (livesOn(where)) return;
        awaitClosed();
        throw new WorkerDied();
    }

    /** Who asks something when the worker is dead is a thread of it, and stops, too. */
    private synchronized boolean livesOn(String where) {
        if (dead) return false;
        reached.add(runs < 2 ? where : "in its " + ordinal(runs) + " run, " + where);
        dead = reached.size() == crashAt;
        if (dead) crashed.run();
        return !dead;
    }

    /** Nothing wakes the dead, also no interrupt. */
    private void awaitClosed() {
        boolean interrupted = false;
        while (true) {
            try {
                closed.await();
                if (interrupted) Thread.currentThread().interrupt();
                return;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    /** The places that the handler has come to, in this order. */
    synchronized List<String> reached() {
        return List.copyOf(reached);
    }

    /** Not an exception, because handlers tend to catch those. */
    static final class WorkerDied extends Error {
        private static final long serialVersionUID = 1L;

        WorkerDied() {
            super("the worker died here, and its test is over");
        }
    }
}
