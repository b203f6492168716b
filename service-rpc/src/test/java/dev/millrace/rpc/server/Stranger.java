package dev.millrace.rpc.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** Somebody who has only a socket, and writes and reads bytes. Shares no code with the product. */
public final class Stranger implements AutoCloseable {
    private static final long PATIENCE_MS = 60_000;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final ByteBuffer piece = ByteBuffer.allocate(64 << 10);
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
    private final Deque<String> lines = new ArrayDeque<>();

    private Stranger(SocketChannel channel) throws IOException {
        this.channel = channel;
        selector = Selector.open();
        channel.configureBlocking(false);
        key = channel.register(selector, 0);
    }

    public static Stranger at(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return new Stranger(channel);
    }

    public Stranger sends(String text) throws IOException {
        return sends(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes all, and reads what comes meanwhile. */
    public Stranger sends(byte[] bytes) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            channel.write(rest);
            if (rest.hasRemaining()) await(SelectionKey.OP_WRITE | SelectionKey.OP_READ);
            if (key.isReadable()) read();
        }
        return this;
    }

    /** Writes as much as is taken at once, and says how much that was. */
    public int offers(byte[] bytes) throws IOException {
        return channel.write(ByteBuffer.wrap(bytes));
    }

    /** Reads at most so many bytes, when there are any at once. */
    public void takes(int bytes) throws IOException {
        channel.read(ByteBuffer.allocate(bytes));
    }

    /** Reads until so many bytes more have come. */
    boolean takesAtLeast(int bytes) throws IOException {
        int wanted = begun.size() + bytes;
        while (begun.size() < wanted) if (!await(SelectionKey.OP_READ) || !read()) return false;
        return true;
    }

    private boolean await(int what) throws IOException {
        key.interestOps(what);
        int ready = selector.select(PATIENCE_MS);
        selector.selectedKeys().clear();
        if (ready == 0) throw new IOException("nothing happened for " + PATIENCE_MS + " ms");
        return true;
    }

    /** False at the end. */
    private boolean read() throws IOException {
        int count = channel.read(piece.clear());
        for (int i = 0; i < count; i++) take(piece.get(i));
        return count >= 0;
    }

    private void take(byte one) {
        if (one != '\n') {
            begun.write(one);
            return;
        }
        lines.add(begun.toString(StandardCharsets.UTF_8));
        begun.reset();
    }

    /** The next line. */
    public String hears() throws IOException {
        while (lines.isEmpty()) {
            await(SelectionKey.OP_READ);
            if (!read() && lines.isEmpty()) throw new IOException("the connection was closed");
        }
        return lines.remove();
    }

    /** The next line, or that the connection was closed; never that nothing happens. */
    String hearsOrIsLeft() throws IOException {
        try {
            return hears();
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            if (message.startsWith("nothing happened")) throw e;
            return "closed: " + message;
        }
    }

    public JsonNode hearsJson() throws IOException {
        String line = hears();
        try {
            return Json.parse(line.getBytes(StandardCharsets.UTF_8));
        } catch (MalformedJsonException e) {
            throw new IOException("not JSON: " + line, e);
        }
    }

    /** Sends a line and hears the answer. */
    public JsonNode asks(String line) throws IOException {
        return sends(line + "\n").hearsJson();
    }

    /** True when the other side closes, after what it still had to say. */
    public boolean hearsTheEnd() throws IOException {
        try {
            while (true) {
                await(SelectionKey.OP_READ);
                if (!read()) return true;
            }
        } catch (IOException e) {
            return e.getMessage() != null && e.getMessage().contains("reset");
        }
    }

    /** Says its last word, and goes on reading. */
    public Stranger closesItsEnd() throws IOException {
        channel.shutdownOutput();
        return this;
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
