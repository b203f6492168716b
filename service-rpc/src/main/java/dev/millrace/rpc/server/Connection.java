package dev.millrace.rpc.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.millrace.event.Event;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.codec.Incoming;
import dev.millrace.rpc.codec.Line;
import dev.millrace.rpc.codec.Lines;
import dev.millrace.rpc.codec.Outgoing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One client. Bytes go in and out as the selector says; what it asks is carried out one after another. It reads no
 * further while much waits to be read by the client, or while the next requests wait already, because one runs or
 * because others have their turn, so that nobody can fill the server's memory. Everything but {@link #onLoop},
 * {@link #aside} and the questions is for the thread of the loop.
 */
final class Connection {
    private static final int MUCH_OUT = 256 << 10;
    private static final int MUCH_IN = 64 << 10;
    private static final int LARGE_LINE = 16 << 10;
    private static final int TURN = 64;
    private static final long LAST_WORD_NANOS = 10_000_000_000L;
    private static final long TURN_NANOS = 100_000_000L;

    private final Loop loop;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final String user;
    private final Lines lines;
    private final Outbox outbox;
    private final Conversation talk = new Conversation(this);
    private final Map<JsonNode, StreamSession> streams = new LinkedHashMap<>();
    private volatile boolean closed;
    private volatile long endedNanos;
    private volatile boolean ended;
    private final long bornNanos;
    private boolean answered;
    private boolean guest;
    private boolean leaving;
    private boolean pumping;
    private boolean mayHoldLines;
    private long reserved;
    private final Progress out;

    /** Begins anew after a time in which nothing was read. */
    private final Progress in;

    Connection(Loop loop, SocketChannel channel, SelectionKey key, String user) {
        this.loop = loop;
        this.channel = channel;
        this.key = key;
        this.user = user;
        this.lines = Lines.upTo(serving().limits().messageBytes(), serving().budget());
        this.outbox = new Outbox(serving().budget());
        this.bornNanos = loop.now();
        this.out = new Progress(bornNanos);
        this.in = new Progress(bornNanos);
    }

    Serving serving() {
        return loop.serving();
    }

    String user() {
        return user;
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * True also when it said its last word a while ago: only a word to it could show whether it still reads, and the next
     * one is the answer.
     */
    boolean isGone() {
        return closed || (ended && now() - endedNanos > LAST_WORD_NANOS);
    }

    long now() {
        return loop.now();
    }

    Endpoint endpoint() {
        return guest ? serving().lobby() : serving().desk();
    }

    boolean isGuest() {
        return guest;
    }

    /** True when a guest was answered, or had its time to say something. */
    boolean hadItsTurn() {
        return answered || loop.now() - bornNanos > TURN_NANOS;
    }

    void setGuest(boolean beyondTheLimit) {
        guest = beyondTheLimit;
    }

    void onLoop(Runnable work) {
        loop.execute(this, work);
    }

    void aside(String failure, Runnable work) {
        loop.aside(failure, work);
    }

    // ---- in

    void read(ByteBuffer piece) throws IOException {
        int count = channel.read(piece.clear());
        in.moved(Math.max(0, count), loop.now());
        if (count >= 0) lines.feed(piece.flip());
        else atEnd();
        mayHoldLines = true;
        pump();
    }

    /** A client that only said its last word may still read; one that has gone is found out by a word to it. */
    private void atEnd() {
        if (!ended) endedNanos = loop.now();
        ended = true;
        for (StreamSession stream : streams.values()) stream.beat(loop.now(), 0);
    }

    /** Goes through what came in, for a turn; the others have theirs before this one goes on. */
    void pump() {
        if (closed || pumping) return;
        pumping = true;
        int left = TURN;
        while (left > 0 && takesMore() && takeOne()) left--;
        pumping = false;
        if (left == 0) loop.again(this);
        if (lines.isEndless()) leave();
        settle();
    }

    private boolean takesMore() {
        return !closed && !leaving && !talk.isBusy() && outbox.bytes() < MUCH_OUT;
    }

    private boolean takeOne() {
        Line line = lines.next();
        if (line == null && ended) line = lines.rest();
        mayHoldLines = line != null;
        if (line == null) return false;
        if (line instanceof Line.Text text) take(text);
        else
            refuse(
                    line instanceof Line.TooLong
                            ? Refusals.messageTooLong(serving().limits().messageBytes())
                            : Refusals.buffersFull());
        return true;
    }

    private void take(Line.Text line) {
        reserved = line.reserved();
        int batch = serving().limits().batch();
        if (line.bytes().remaining() <= LARGE_LINE) {
            talk.begin(Incoming.decode(line.bytes(), batch));
            return;
        }
        talk.hold();
        ByteBuffer own = line.reserved() > 0 ? line.bytes() : copyOf(line.bytes());
        loop.aside("a message could not be read", () -> {
            Incoming message = decoded(own, batch);
            onLoop(() -> talk.begin(message));
        });
    }

    /** As a tree a message takes many times its bytes; one for which there is no memory is answered, too. */
    private Incoming decoded(ByteBuffer bytes, int batch) {
        try {
            return Incoming.decode(bytes, batch);
        } catch (Throwable e) {
            serving().ports().events().accept(new Event.Trouble("a message of " + user + " could not be read", e));
            return new Incoming.Invalid(NullNode.instance, Refusals.unread(e));
        }
    }

    private static ByteBuffer copyOf(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return ByteBuffer.wrap(copy);
    }

    /** The answer to a request of this connection; null when it wants none. */
    void answered(byte @Nullable [] reply) {
        serving().counts().answered.incrementAndGet();
        answered = true;
        talk.answered(reply);
    }

    /** What was asked is answered, the next can begin. */
    void ready() {
        serving().budget().give(reserved);
        reserved = 0;
        if (!pumping) pump();
    }

    // ---- streams

    void opened(StreamSession session, String method) {
        boolean ending = closed || leaving;
        if (ending || streams.putIfAbsent(session.id(), session) != null) {
            session.abandon();
            talk.answered(Outgoing.error(session.id(), ending ? Refusals.closing() : Refusals.duplicateId()));
            return;
        }
        session.register(loop.now());
        send(Notices.opened(session, method, serving().limits()));
        answered(null);
        session.pour();
    }

    boolean closeStream(JsonNode id) {
        StreamSession session = streams.get(id);
        if (session != null) session.end(Map.of("ended", "closed"));
        return session != null;
    }

    void forget(StreamSession session) {
        streams.remove(session.id());
    }

    // ---- out

    /** False when there is no memory for a message as large as this; it is not sent then. */
    boolean send(byte[] line) {
        if (closed) return true;
        if (outbox.isEmpty()) out.begin(loop.now());
        if (!outbox.add(line)) return false;
        loop.dirty(this);
        return true;
    }

    /** True when streams may send. */
    boolean hasRoom() {
        return !closed && outbox.bytes() < MUCH_OUT;
    }

    /** True when nothing waits for the reader. */
    boolean isIdle() {
        return outbox.isEmpty();
    }

    void flush(ByteBuffer piece) throws IOException {
        if (closed) return;
        long written = outbox.writeTo(channel, piece);
        if (written > 0) out.moved(written, loop.now());
        if (hasRoom()) for (StreamSession stream : new ArrayList<>(streams.values())) stream.pour();
        if (takesMore() && lines.kept() > 0) loop.again(this);
        settle();
    }

    /** Says why, then closes. */
    void refuseAndLeave(RpcException error) {
        refuse(error);
        leave();
    }

    private void refuse(RpcException error) {
        send(Outgoing.error(NullNode.instance, error));
    }

    /** Takes nothing more, and closes when what waits is written and what runs is answered. */
    void leave() {
        leaving = true;
        settle();
    }

    /** The server closes: streams end, and then as {@link #leave}. */
    void dismiss(RpcException why) {
        for (StreamSession stream : new ArrayList<>(streams.values())) stream.fail(why);
        leave();
    }

    private void settle() {
        if (closed) return;
        if (isDone()) {
            close();
            return;
        }
        int read = wantsToRead() ? SelectionKey.OP_READ : 0;
        if (read > (key.interestOps() & SelectionKey.OP_READ)) in.begin(loop.now());
        key.interestOps(read | (isIdle() ? 0 : SelectionKey.OP_WRITE));
    }

    private boolean isDone() {
        boolean nothingMore = leaving || (ended && lines.kept() == 0);
        return nothingMore && isIdle() && !talk.isBusy() && streams.isEmpty();
    }

    private boolean wantsToRead() {
        return !ended && !leaving && (lines.kept() < MUCH_IN || wantsTheRestOfALine());
    }

    private boolean wantsTheRestOfALine() {
        return takesMore() && !mayHoldLines;
    }

    /** Looks after a connection from time to time. */
    void tick(long nowNanos) {
        long stall = serving().limits().stall().toNanos();
        if (!isIdle() && out.isStalled(nowNanos, stall, outbox.isLarge())) {
            close();
            return;
        }
        boolean much = holdsMuch();
        if (in.isStalled(nowNanos, stall, much) && much) refuseAndLeave(Refusals.stalled());
        long every = serving().limits().heartbeat().toNanos();
        for (StreamSession stream : streams.values()) stream.beat(nowNanos, every);
    }

    /** A short line may stay half said for as long as it likes; a long one takes memory that others need. */
    private boolean holdsMuch() {
        return wantsTheRestOfALine() && !ended && lines.kept() > MUCH_IN;
    }

    void close() {
        if (closed) return;
        closed = true;
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            serving().ports().events().accept(new Event.Trouble("a connection could not be closed", e));
        }
        lines.drop();
        outbox.drop();
        for (StreamSession stream : streams.values()) stream.abandon();
        streams.clear();
        loop.closed(this);
    }
}
