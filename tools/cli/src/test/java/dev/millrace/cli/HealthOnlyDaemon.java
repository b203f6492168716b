package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import java.io.BufferedReader;
import java.io.IOException;
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

/** A daemon that says that it is alive, and answers nothing else. */
final class HealthOnlyDaemon implements AutoCloseable {
    /** What it does when it is asked for anything else. */
    enum Then {
        HANGS,
        HANGS_UP,
        /** With the reason that it was given. */
        REFUSES
    }

    /** The methods that it was asked for. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    /** Why it refuses. */
    volatile String reason = "";

    /** And with which number. */
    volatile int code = -32001;

    private final ServerSocketChannel server;
    private final Then then;

    HealthOnlyDaemon(Path socket, Then then) throws IOException {
        this.then = then;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        Thread accepting = new Thread(this::accept);
        accepting.setDaemon(true);
        accepting.start();
    }

    private void accept() {
        try {
            while (true) serve(server.accept());
        } catch (IOException | MalformedJsonException closed) {
            // The test has ended.
        }
    }

    private void serve(SocketChannel channel) throws IOException, MalformedJsonException {
        try (channel) {
            BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                JsonNode request = Json.parseObject(line.getBytes(StandardCharsets.UTF_8));
                String method = request.path("method").asText();
                asked.add(method);
                if (method.equals("daemon.health")) answer(channel, request);
                else if (then == Then.HANGS_UP) return;
                else if (then == Then.REFUSES) refuse(channel, request);
            }
        }
    }

    private void refuse(SocketChannel channel, JsonNode request) throws IOException {
        ObjectNode reply = Json.object().put("jsonrpc", "2.0");
        reply.set("id", request.path("id"));
        ObjectNode error = reply.putObject("error").put("code", code).put("message", "told: " + reason);
        error.putObject("data").put("reason", reason);
        channel.write(ByteBuffer.wrap((reply + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    private static void answer(SocketChannel channel, JsonNode request) throws IOException {
        ObjectNode reply = Json.object().put("jsonrpc", "2.0");
        reply.set("id", request.path("id"));
        long pid = ProcessHandle.current().pid();
        reply.set("result", Json.object().put("status", "ok").put("pid", pid));
        channel.write(ByteBuffer.wrap((reply + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
