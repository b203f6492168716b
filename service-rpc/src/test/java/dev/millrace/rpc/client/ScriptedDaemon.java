package dev.millrace.rpc.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A daemon that does with each request what a test wants, however wrong. */
final class ScriptedDaemon implements AutoCloseable {
    final AtomicInteger accepted = new AtomicInteger();
    final AtomicInteger served = new AtomicInteger();
    final List<String> requests = new CopyOnWriteArrayList<>();
    /** So many connections, the first ones, are closed when the beginning of a request has come. */
    volatile int cutShort;

    private final ServerSocketChannel server;
    private final Script script;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<SocketChannel> open = new CopyOnWriteArrayList<>();

    /** What is answered to a request; empty: nothing. {@value #HANG_UP} closes the connection. */
    interface Script {
        String answer(String request, int connection, int number) throws IOException;
    }

    static final String HANG_UP = "hang up";

    ScriptedDaemon(Path socket, Script script) throws IOException {
        this.script = script;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        threads.execute(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel channel = server.accept();
                open.add(channel);
                int number = accepted.incrementAndGet();
                threads.execute(() -> serve(channel, number));
            }
        } catch (IOException closed) {
            // the end
        }
    }

    private void serve(SocketChannel channel, int connection) {
        try (channel) {
            if (connection <= cutShort) {
                channel.read(ByteBuffer.allocate(1_000));
                return;
            }
            BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            OutputStream out = Channels.newOutputStream(channel);
            int number = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                requests.add(line);
                String answer = script.answer(line, connection, ++number);
                if (answer.equals(HANG_UP)) return;
                out.write(answer.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException closed) {
            // the end
        } finally {
            served.incrementAndGet();
        }
    }

    static String idIn(String request) {
        return request.replaceAll(".*\"id\":(\\d+).*", "$1");
    }

    static String result(String request, String result) {
        return "{\"jsonrpc\":\"2.0\",\"result\":" + result + ",\"id\":" + idIn(request) + "}\n";
    }

    static String error(String request, int code, String message) {
        return "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":" + code + ",\"message\":\"" + message
                + "\",\"data\":{\"reason\":\"because\"}},\"id\":" + idIn(request) + "}\n";
    }

    /** Hangs up on everybody, and goes on accepting. */
    void hangUp() {
        for (SocketChannel channel : open) closeQuietly(channel);
        open.clear();
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        hangUp();
        threads.shutdownNow();
    }
}
