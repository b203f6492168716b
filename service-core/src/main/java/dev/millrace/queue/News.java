package dev.millrace.queue;

import dev.millrace.event.Event;
import dev.millrace.storage.Disk.Changes;
import dev.millrace.storage.Disk.FolderWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Brings what the operating system notices in pending to the claiming thread, and lets others end its wait.
 *
 * <p>A thread of its own waits for notifications, because the claiming thread also waits for free slots. It starts with
 * the first wait; where watching is not possible, waiting falls back to the poll interval.
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
    private boolean tried;
    private volatile boolean closed;

    News(QueuePorts ports, Path folder) {
        this.ports = ports;
        this.folder = folder;
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
            Thread listener = new Thread(() -> listen(opened), "millrace-watch");
            listener.setDaemon(true);
            listener.start();
            note(new Changes(List.of(), true));
        } catch (IOException e) {
            ports.events().accept(new Event.Trouble("cannot watch " + folder + "; it is listed at each poll", e));
        }
    }

    private void listen(FolderWatch opened) {
        try {
            while (!closed) note(opened.await(WATCH_ROUND));
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(Changes changes) {
        boolean all = !changes.overflow();
        for (Path added : changes.added()) all &= names.offer(String.valueOf(added.getFileName()));
        if (!all) {
            names.clear();
            missed.set(true);
        }
        if (changes.overflow() || !changes.added().isEmpty()) wake();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (watch != null) watch.close();
    }
}
