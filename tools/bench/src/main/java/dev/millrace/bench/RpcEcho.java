package dev.millrace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Sends back what it gets, and does nothing else: what a socket and a thread cost on this machine at this moment. */
final class RpcEcho implements Runnable {
    private static final int PIECE = 64 << 10;

    private final ServerSocketChannel server;
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);

    private RpcEcho(ServerSocketChannel server) {
        this.server = server;
    }

    static void start(Path socket) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket)).configureBlocking(false);
        Thread thread = new Thread(new RpcEcho(server), "echo");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        try (Selector selector = Selector.open()) {
            server.register(selector, SelectionKey.OP_ACCEPT);
            while (selector.select() >= 0) {
                for (SelectionKey key : selector.selectedKeys()) serve(selector, key);
                selector.selectedKeys().clear();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(Selector selector, SelectionKey key) throws IOException {
        if (key.channel() instanceof SocketChannel channel) echo(channel);
        else {
            SocketChannel accepted = server.accept();
            if (accepted == null) return;
            accepted.configureBlocking(false);
            accepted.register(selector, SelectionKey.OP_READ);
        }
    }

    private void echo(SocketChannel channel) throws IOException {
        if (channel.read(piece.clear()) < 0) channel.close();
        else for (piece.flip(); piece.hasRemaining(); ) channel.write(piece);
    }
}
