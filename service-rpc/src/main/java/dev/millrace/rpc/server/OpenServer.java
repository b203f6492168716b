package dev.millrace.rpc.server;

import dev.millrace.rpc.codec.ByteBudget;
import dev.millrace.rpc.socket.ListeningSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** A server that is open, until it is closed. */
final class OpenServer implements RpcServer {
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);
    private static final int ASIDE_IDLE_SECONDS = 10;

    private final RpcServerOptions options;
    private final MethodTable table;
    private final ListeningSocket listening;
    private final Slots slots;
    private final Slots last;
    private final Map<String, Slots> patient;
    private final Desk desk;
    private final ExecutorService aside;
    private final Serving serving;
    private final Loop loop;
    private final Thread thread;
    private final AtomicBoolean closing = new AtomicBoolean();

    private OpenServer(
            RpcServerOptions options, MethodTable table, RpcPorts ports, ListeningSocket listening, PeerCheck peers)
            throws IOException {
        this.options = options;
        this.table = table;
        this.listening = listening;
        slots = new Slots(options.limits(), "rpc-slot-");
        last = new Slots(options.limits(), "rpc-last-");
        patient = table.patient().stream()
                .collect(Collectors.toMap(name -> name, name -> new Slots(options.limits(), "rpc-" + name + "-")));
        aside = oneThread();
        desk = new Desk(table, slots, last, patient, ports.events());
        ByteBudget budget = ByteBudget.of(options.limits().bufferedBytes());
        ByteBudget streams = ByteBudget.of(options.limits().bufferedBytes());
        serving = new Serving(options.limits(), budget, streams, desk, desk.forGuests(), new Counts(), aside, ports);
        loop = new Loop(serving, listening.channel(), peers);
        thread = new Thread(loop, "rpc-loop");
        thread.setDaemon(true);
    }

    private static ExecutorService oneThread() {
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                1, 1, ASIDE_IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Names.numbered("rpc-aside-"));
        one.allowCoreThreadTimeOut(true);
        return one;
    }

    static OpenServer open(RpcServerOptions options, MethodTable table, RpcPorts ports) throws IOException {
        boolean groupToo = options.access().group().isPresent();
        return open(options, table, ports, groupToo ? owner -> PeerCheck.anybody() : PeerCheck::only);
    }

    /** With another idea of who may connect, given the user that the server runs as. */
    static OpenServer open(
            RpcServerOptions options, MethodTable table, RpcPorts ports, Function<UserPrincipal, PeerCheck> peers)
            throws IOException {
        ListeningSocket listening =
                ListeningSocket.open(options.socket(), options.access(), options.backlog(), ports.disk());
        try {
            OpenServer server = new OpenServer(options, table, ports, listening, peers.apply(listening.owner()));
            server.thread.start();
            return server;
        } catch (IOException | RuntimeException e) {
            listening.close();
            throw e;
        }
    }

    @Override
    public Path socket() {
        return options.socket();
    }

    @Override
    public List<String> methods() {
        return table.names();
    }

    @Override
    public RpcLoad load() {
        Counts counts = serving.counts();
        return new RpcLoad(
                counts.connections.get(),
                slots.running() + last.running() + sum(Slots::running),
                slots.waiting() + last.waiting() + sum(Slots::waiting),
                counts.streams.get(),
                counts.accepted.get(),
                counts.answered.get(),
                counts.dropped.get());
    }

    private int sum(ToIntFunction<Slots> count) {
        return patient.values().stream().mapToInt(count).sum();
    }

    /** What large messages hold. */
    long bufferedBytes() {
        return serving.budget().taken();
    }

    /** What waits in the buffers of streams. */
    long streamBytes() {
        return serving.streams().taken();
    }

    @Override
    public boolean isOpen() {
        return !closing.get() && !loop.isStopped();
    }

    @Override
    public void close() throws IOException {
        close(options.grace());
    }

    @Override
    public void close(Duration grace) throws IOException {
        if (!closing.compareAndSet(false, true)) return;
        long end = loop.now() + grace.toNanos();
        try {
            desk.close();
            loop.dismissPresent();
            await(end, loop::awaitLeavers);
            listening.close();
            loop.dismissAll();
            await(end, loop::awaitNobody);
        } finally {
            // Whoever is interrupted has nobody left to tell.
            loop.stop();
            await(loop.now() + LAST_WORDS.toNanos(), left -> thread.join(Math.max(1, left.toMillis())));
            slots.stop();
            last.stop();
            patient.values().forEach(Slots::stop);
            aside.shutdown();
            // When this returns, no stream is subscribed to anything any more.
            await(
                    loop.now() + LAST_WORDS.toNanos(),
                    left -> aside.awaitTermination(left.toNanos(), TimeUnit.NANOSECONDS));
        }
    }

    private interface Wait {
        void atMost(Duration longest) throws InterruptedException;
    }

    private void await(long endNanos, Wait wait) {
        try {
            wait.atMost(Duration.ofNanos(Math.max(0, endNanos - loop.now())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
