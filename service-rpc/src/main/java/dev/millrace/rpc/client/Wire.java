package dev.millrace.rpc.client;

import dev.millrace.rpc.client.DaemonTimeoutException.Phase;
import dev.millrace.rpc.codec.ByteBudget;
import dev.millrace.rpc.codec.Line;
import dev.millrace.rpc.codec.Lines;
import dev.millrace.rpc.codec.Reply;
import dev.millrace.rpc.socket.SocketPath;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * One connection. Java has no timeouts for sockets of this kind, so it has a selector of its own, which also hears
 * interrupts and {@link #close} by another thread.
 */
final class Wire implements AutoCloseable {
    private static final int PIECE = 16 << 10;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(10);

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Lines lines;
    private final int messageBytes;
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE);
    private long written;

    private Wire(SocketChannel channel, int messageBytes) throws IOException {
        this.channel = channel;
        this.messageBytes = messageBytes;
        lines = Lines.upTo(messageBytes, ByteBudget.of(Long.MAX_VALUE));
        selector = Selector.open();
        key = channel.register(selector, SelectionKey.OP_READ);
    }

    /** Connects. While the daemon's queue of connections is full it is tried again. */
    static Wire connect(Path socket, int messageBytes, Deadline deadline) throws DaemonException, InterruptedException {
        try {
            UnixDomainSocketAddress address = SocketPath.address(socket);
            while (true) {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                if (isConnected(channel, address)) return opened(channel, messageBytes);
                deadline.leftNanos(
                        Phase.CONNECT, "the daemon at " + socket + " is there, but did not accept a connection");
                deadline.time().sleep(BETWEEN_TRIES);
            }
        } catch (IOException e) {
            throw new DaemonNotRunningException("no daemon answers at " + socket + " (" + e.getMessage() + ")", e);
        }
    }

    private static boolean isConnected(SocketChannel channel, UnixDomainSocketAddress address) throws IOException {
        boolean connected = false;
        try {
            channel.configureBlocking(false);
            connected = channel.connect(address);
            return connected;
        } catch (ConnectException refused) {
            throw refused;
        } catch (SocketException e) {
            // A full queue has no exception of its own.
            if (!Files.isWritable(address.getPath()) || !SocketPath.isSocket(address.getPath())) throw e;
            return false;
        } finally {
            if (!connected) channel.close();
        }
    }

    private static Wire opened(SocketChannel channel, int messageBytes) throws IOException {
        try {
            return new Wire(channel, messageBytes);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** True when it cannot be used again: the daemon closed it, or said something that nobody asked for. */
    boolean isStale() {
        try {
            return lines.kept() > 0 || channel.read(piece.clear()) != 0;
        } catch (IOException e) {
            return true;
        }
    }

    /** How many bytes of the last message left, as far as is known. */
    long written() {
        return written;
    }

    void send(byte[] line, Deadline deadline) throws LostException, DaemonTimeoutException, InterruptedException {
        written = 0;
        ByteBuffer rest = ByteBuffer.wrap(line);
        try {
            while (true) {
                written += channel.write(rest);
                if (!rest.hasRemaining()) return;
                await(SelectionKey.OP_WRITE, deadline, Phase.WRITE, "the daemon did not read the request");
            }
        } catch (IOException e) {
            throw new LostException("the connection broke while the request was written", e);
        }
    }

    Reply receive(Deadline deadline)
            throws LostException, DaemonTimeoutException, BrokenReplyException, InterruptedException {
        try {
            while (true) {
                Line line = lines.next();
                if (line instanceof Line.Text text) return Reply.decode(text.bytes());
                if (line != null) throw new ReplyTooLongException(messageBytes);
                await(SelectionKey.OP_READ, deadline, Phase.READ, "no answer came");
                if (channel.read(piece.clear()) < 0) throw new LostException("the daemon closed the connection");
                lines.feed(piece.flip());
            }
        } catch (LostException e) {
            throw e;
        } catch (IOException e) {
            throw new LostException("the connection broke while the answer was read", e);
        }
    }

    /** The next reply; what the daemon sends unasked in between is passed over. */
    Reply receiveAnswer(Deadline deadline)
            throws LostException, DaemonTimeoutException, BrokenReplyException, InterruptedException {
        Reply reply = receive(deadline);
        while (reply instanceof Reply.Notification) reply = receive(deadline);
        return reply;
    }

    /** What the daemon said already and nobody has read. */
    Optional<Reply> unread() {
        try {
            while (channel.read(piece.clear()) > 0) lines.feed(piece.flip());
        } catch (IOException e) {
            // It may have come before the end.
        }
        return lines.next() instanceof Line.Text text ? Optional.of(Reply.decode(text.bytes())) : Optional.empty();
    }

    private void await(int what, Deadline deadline, Phase phase, String failure)
            throws IOException, DaemonTimeoutException, InterruptedException {
        try {
            key.interestOps(what);
            while (true) {
                int ready = selector.select(deadline.leftMillis(phase, failure));
                selector.selectedKeys().clear();
                if (Thread.interrupted()) throw new InterruptedException("interrupted while waiting for the daemon");
                if (ready > 0) return;
            }
        } catch (ClosedSelectorException | CancelledKeyException e) {
            throw new LostException("the connection was closed here");
        }
    }

    /**
     * Sees that whoever waits in another thread stops waiting. One at a time: a channel that is closed while another
     * thread takes it from the selector would stay half open.
     */
    @Override
    public synchronized void close() {
        try {
            selector.close();
            channel.close();
        } catch (IOException e) {
            // Nothing can be done about a connection that is given up anyway.
        }
    }
}
