package dev.millrace.rpc.server;

import dev.millrace.event.Event;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Who is let in. Beyond the limit of connections a few guests are, for methods that are always answered; when one of the
 * others goes, the guest that has waited longest takes its place, and when there are too many guests it has to leave, but
 * not before it could ask. For the thread of the loop alone.
 */
final class Admission {
    private static final int GUESTS = 16;
    /** So many for as long as those who were let in last have said nothing yet. */
    private static final int MOST_GUESTS = 256;

    private static final int BURST = 64;

    private final Loop loop;
    private final ServerSocketChannel acceptor;
    private final SelectionKey key;
    private final PeerCheck peers;
    private final Set<Connection> all = new LinkedHashSet<>();
    private final Deque<Connection> guests = new ArrayDeque<>();
    private final Set<Connection> leaving = new LinkedHashSet<>();
    private final CountDownLatch leaversGone = new CountDownLatch(1);
    private final CountDownLatch everybodyGone = new CountDownLatch(1);
    private boolean paused;
    private boolean ending;
    private boolean closing;

    Admission(Loop loop, ServerSocketChannel acceptor, SelectionKey key, PeerCheck peers) {
        this.loop = loop;
        this.acceptor = acceptor;
        this.key = key;
        this.peers = peers;
    }

    /** True when nobody needs to be looked after. */
    boolean isQuiet() {
        return all.isEmpty() && !paused;
    }

    List<Connection> all() {
        return new ArrayList<>(all);
    }

    void accept() {
        try {
            for (int i = 0; i < BURST && !closing; i++) {
                SocketChannel channel = acceptor.accept();
                if (channel == null) return;
                admit(channel);
            }
        } catch (ClosedChannelException closing) {
            key.cancel();
        } catch (IOException e) {
            // Mostly too many open files: to ask again at once would be asked for ever.
            paused = true;
            key.interestOps(0);
            event("no connection can be accepted for a moment", e);
        }
    }

    private void admit(SocketChannel channel) throws IOException {
        try {
            channel.configureBlocking(false);
            PeerCheck.Verdict verdict = peers.check(channel);
            SelectionKey itsKey = channel.register(key.selector(), SelectionKey.OP_READ);
            Connection connection = new Connection(loop, channel, itsKey, verdict.user());
            itsKey.attach(connection);
            welcome(connection, verdict);
        } catch (IOException e) {
            channel.close();
            event("a connection was lost as it was accepted", e);
        }
    }

    private void welcome(Connection connection, PeerCheck.Verdict verdict) {
        Counts counts = loop.serving().counts();
        counts.accepted.incrementAndGet();
        all.add(connection);
        counts.connections.set(all.size());
        if (!verdict.isAllowed()) connection.refuseAndLeave(Refusals.peer(verdict.user()));
        else if (all.size() - guests.size() > loop.serving().limits().connections()) seat(connection);
    }

    private void seat(Connection guest) {
        guest.setGuest(true);
        guests.add(guest);
        showOut();
    }

    /** Whoever was answered, or had time to ask and did not, has to leave first; many may come at the same moment. */
    private void showOut() {
        for (Connection first : List.copyOf(guests)) {
            if (guests.size() <= GUESTS) return;
            if (!first.hadItsTurn() && guests.size() <= MOST_GUESTS) continue;
            guests.remove(first);
            first.refuseAndLeave(Refusals.tooManyConnections());
        }
    }

    void closed(Connection connection) {
        if (!all.remove(connection)) return;
        leaving.remove(connection);
        loop.serving().counts().connections.set(all.size());
        if (!guests.remove(connection)) promote();
        noticeQuiet();
    }

    private void promote() {
        if (closing
                || guests.isEmpty()
                || all.size() - guests.size() >= loop.serving().limits().connections()) return;
        Connection first = guests.remove();
        first.setGuest(false);
        first.pump();
    }

    void tick() {
        showOut();
        if (paused && !closing) {
            paused = false;
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    /** Lets go of everybody who is there; whoever comes from now on is still let in. */
    void dismissPresent() {
        ending = true;
        leaving.addAll(all);
        for (Connection connection : all()) connection.dismiss(Refusals.closing());
        noticeQuiet();
    }

    /** Lets nobody in any more, and lets go of everybody who is there. */
    void dismiss() {
        closing = true;
        key.cancel();
        for (Connection connection : all()) connection.dismiss(Refusals.closing());
        noticeQuiet();
    }

    private void noticeQuiet() {
        if (closing || (ending && leaving.isEmpty())) leaversGone.countDown();
        if (closing && all.isEmpty()) everybodyGone.countDown();
    }

    /** Waits until all that were there at {@link #dismissPresent} have gone; for other threads. */
    void awaitLeavers(Duration longest) throws InterruptedException {
        leaversGone.await(longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Waits until all connections are closed after {@link #dismiss}; for other threads. */
    void awaitNobody(Duration longest) throws InterruptedException {
        everybodyGone.await(longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Closes all. */
    void stop() {
        closing = true;
        for (Connection connection : all()) connection.close();
        noticeQuiet();
    }

    private void event(String what, IOException cause) {
        loop.serving().ports().events().accept(new Event.Trouble(what, cause));
    }
}
