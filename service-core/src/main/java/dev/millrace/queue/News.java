package dev.millrace.queue;

import dev.millrace.event.Event;
import dev.millrace.storage.Disk.Changes;
import dev.millrace.storage.Disk.FolderWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings what the operating system notices in pending to those who claim, and lets others end their wait.
 *
 * <p>A thread of its own listens, because the claiming thread also waits for free slots. It starts with the first wait;
 * where watching is not possible, waiting falls back to the poll interval.
 *
 * <p><b>Who hears of a task runs it.</b> A thread that is woken costs more than everything else that is done for a small
 * task in an idle service, some 0.1 ms on a virtual machine. So the listener does not wake the claiming thread, which
 * would wake a slot's: it claims the task, lets another thread listen, and runs it (leader and followers). When all slots
 * are busy, or somebody is claiming, it wakes the claiming thread.
 */
final class News implements AutoCloseable {
    private static final Duration WATCH_ROUND = Duration.ofSeconds(30);
    private static final int LIMIT = 10_000;

    private final QueuePorts ports;
    private final Path folder;
    private final Queue<String> names = new LinkedBlockingQueue<>(LIMIT);
    private final AtomicBoolean missed = new AtomicBoolean(true);
    private final Semaphore signal = new Semaphore(0);
    private @Nullable FolderWatch watch;
    private Executor threads = News::startThread;
    private Supplier<Optional<Runnable>> finder = Optional::empty;
    private boolean tried;
    private volatile boolean closed;

    News(QueuePorts ports, Path folder) {
        this.ports = ports;
        this.folder = folder;
    }

    private static void startThread(Runnable task) {
        Thread thread = new Thread(task, "millrace-watch");
        thread.setDaemon(true);
        thread.start();
    }

    synchronized void runWhatIsNoticed(Executor slots, Supplier<Optional<Runnable>> claimer) {
        threads = slots;
        finder = claimer;
    }

    /** Called by the claiming thread. */
    void passOnTo(PendingIndex index) {
        if (missed.getAndSet(false)) index.distrust();
        for (String name = names.poll(); name != null; name = names.poll()) index.offer(name);
    }

    void await(Duration atMost) throws InterruptedException {
        startWatching();
        if (signal.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) signal.drainPermits();
    }

    void wake() {
        signal.release();
    }

    private synchronized void startWatching() {
        if (tried || closed) return;
        tried = true;
        try {
            FolderWatch opened = ports.disk().watch(List.of(folder));
            watch = opened;
            note(new Changes(List.of(), true));
            Listener listener = new Listener(opened, threads, finder);
            threads.execute(listener::listen);
        } catch (IOException e) {
            ports.events().accept(new Event.Trouble("cannot watch " + folder + "; it is listed at each poll", e));
        }
    }

    /** One thread at a time listens. */
    private final class Listener {
        private final FolderWatch opened;
        private final Executor successors;
        private final Supplier<Optional<Runnable>> claimer;

        private Listener(FolderWatch opened, Executor successors, Supplier<Optional<Runnable>> claimer) {
            this.opened = opened;
            this.successors = successors;
            this.claimer = claimer;
        }

        private void listen() {
            // What came together with the last notice is for other slots.
            wake();
            try {
                while (!closed) {
                    if (!note(opened.await(WATCH_ROUND))) continue;
                    Optional<Runnable> found = found();
                    if (found.isEmpty()) wake();
                    else if (runAndLeave(found.get())) return;
                }
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            }
        }

        private Optional<Runnable> found() {
            try {
                return claimer.get();
            } catch (RuntimeException e) {
                ports.events().accept(new Event.Trouble("what was noticed in " + folder + " cannot be claimed", e));
                return Optional.empty();
            }
        }

        /** False when nobody else can listen: then this thread does again. */
        private boolean runAndLeave(Runnable task) {
            boolean left = hasSuccessor();
            task.run();
            return left;
        }

        private boolean hasSuccessor() {
            try {
                successors.execute(this::listen);
                return true;
            } catch (OutOfMemoryError | RejectedExecutionException noThread) {
                ports.events().accept(new Event.Trouble("no thread can be started to listen for new tasks", noThread));
                return false;
            }
        }
    }

    /**
     * True when there may be something new. A draft is nothing yet: the notice of its own name follows, and whoever looked
     * for a task meanwhile would only be in the way of who hears of that.
     */
    private boolean note(Changes changes) {
        boolean all = !changes.overflow();
        boolean any = false;
        for (Path added : changes.added()) {
            String name = String.valueOf(added.getFileName());
            if (name.startsWith(".")) continue;
            any = true;
            all &= names.offer(name);
        }
        if (!all) {
            names.clear();
            missed.set(true);
        }
        return !all || any;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (watch != null) watch.close();
    }
}
