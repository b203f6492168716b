package dev.millrace.rpc.server;

import dev.millrace.event.Event;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that reads, writes and accepts. It never waits but for the selector, and does nothing long: methods run
 * in slots, large messages are read aside. What other threads have for it they hand over as work.
 */
final class Loop implements Runnable {
    private static final int PIECE = 64 << 10;
    private static final long LONGEST_TICK_MS = 1_000;
    private static final long SHORTEST_TICK_MS = 5;

    private final Serving serving;
    private final Selector selector;
    private final Admission admission;
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
    private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();
    private Set<Connection> dirty = new LinkedHashSet<>();
    private Set<Connection> again = new LinkedHashSet<>();
    private final long tickMillis;
    private long lastTick;
    private volatile boolean stopped;
    private volatile @Nullable Thread thread;

    Loop(Serving serving, ServerSocketChannel acceptor, PeerCheck peers) throws IOException {
        this.serving = serving;
        selector = Selector.open();
        acceptor.configureBlocking(false);
        admission = new Admission(this, acceptor, acceptor.register(selector, SelectionKey.OP_ACCEPT), peers);
        long shortest = Math.min(
                serving.limits().heartbeat().toMillis(),
                serving.limits().stall().toMillis());
        tickMillis = Math.max(SHORTEST_TICK_MS, Math.min(LONGEST_TICK_MS, shortest / 2));
    }

    Serving serving() {
        return serving;
    }

    long now() {
        return serving.ports().time().nanos();
    }

    /** Has work for a connection done by this thread: at once when this is it. */
    void execute(Connection connection, Runnable task) {
        if (Thread.currentThread() == thread) task.run();
        else execute(() -> guarded(connection, task::run));
    }

    private void execute(Runnable task) {
        work.add(task);
        selector.wakeup();
    }

    void aside(String failure, Runnable task) {
        Runnable guarded = () -> guard(failure, task);
        try {
            serving.aside().execute(guarded);
        } catch (RejectedExecutionException closing) {
            guarded.run();
        }
    }

    private void guard(String failure, Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            serving.ports().events().accept(new Event.Trouble(failure, e));
        }
    }

    void dirty(Connection connection) {
        dirty.add(connection);
    }

    void again(Connection connection) {
        again.add(connection);
    }

    void closed(Connection connection) {
        admission.closed(connection);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        lastTick = now();
        try {
            while (!stopped) turn();
        } catch (Throwable e) {
            serving.ports().events().accept(new Event.Trouble("the server broke", e));
        } finally {
            stopped = true;
            admission.stop();
            closeSelector();
        }
    }

    private void closeSelector() {
        try {
            selector.close();
        } catch (IOException e) {
            serving.ports().events().accept(new Event.Trouble("the selector could not be closed", e));
        }
    }

    private void turn() throws IOException {
        select();
        for (Runnable task = work.poll(); task != null; task = work.poll()) guard("a task of the server failed", task);
        List<SelectionKey> keys = new ArrayList<>(selector.selectedKeys());
        selector.selectedKeys().clear();
        for (SelectionKey key : keys) serve(key);
        Set<Connection> goOn = again;
        if (!goOn.isEmpty()) {
            again = new LinkedHashSet<>();
            for (Connection connection : goOn) guarded(connection, connection::pump);
        }
        Set<Connection> toFlush = dirty;
        if (!toFlush.isEmpty()) {
            dirty = new LinkedHashSet<>();
            for (Connection connection : toFlush) guarded(connection, () -> connection.flush(piece));
        }
        if (now() - lastTick >= tickMillis * 1_000_000) tick();
    }

    private void select() throws IOException {
        if (!work.isEmpty() || !again.isEmpty() || !dirty.isEmpty()) selector.selectNow();
        else if (admission.isQuiet()) selector.select();
        else selector.select(tickMillis);
    }

    private void serve(SelectionKey key) {
        if (!key.isValid()) return;
        if (key.attachment() instanceof Connection connection)
            guarded(connection, () -> {
                if (key.isWritable()) connection.flush(piece);
                if (key.isValid() && key.isReadable()) connection.read(piece);
            });
        else guard("a connection could not be accepted", admission::accept);
    }

    private interface Step {
        void run() throws IOException;
    }

    /** What goes wrong with one connection ends it, and no other. */
    private void guarded(Connection connection, Step step) {
        try {
            step.run();
        } catch (IOException gone) {
            connection.close();
        } catch (Throwable e) {
            serving.ports().events().accept(new Event.Trouble("a connection failed and was closed", e));
            connection.close();
        }
    }

    private void tick() {
        lastTick = now();
        admission.tick();
        for (Connection connection : admission.all()) guarded(connection, () -> connection.tick(lastTick));
    }

    // ---- the end, from another thread

    /** Lets go of everybody who is there and waits for nothing, and goes on accepting. */
    void dismissPresent() {
        execute(admission::dismissPresent);
    }

    /** Waits until they have all gone, or nothing serves them any more. */
    void awaitLeavers(Duration longest) throws InterruptedException {
        admission.awaitLeavers(longest);
    }

    /** Accepts no more, and lets go of everybody who waits for nothing. */
    void dismissAll() {
        execute(admission::dismiss);
    }

    /** Waits until they have all gone. */
    void awaitNobody(Duration longest) throws InterruptedException {
        admission.awaitNobody(longest);
    }

    /** Closes what is left. */
    void stop() {
        stopped = true;
        selector.wakeup();
    }

    boolean isStopped() {
        return stopped;
    }
}
