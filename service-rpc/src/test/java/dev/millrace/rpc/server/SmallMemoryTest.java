package dev.millrace.rpc.server;

import static dev.millrace.rpc.Patience.await;
import static dev.millrace.rpc.server.TestDaemon.health;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server in a process with little memory, and much that is sent to it. */
class SmallMemoryTest {
    private static final int LIMIT = 1 << 20;

    @TempDir
    private Path folder;

    /** The server as a process; it ends with its standard input. */
    public static void main(String[] args) throws Exception {
        try (TestDaemon daemon = TestDaemon.at(
                Path.of(args[0]), limits -> limits.withMessageBytes(LIMIT).withBufferedBytes(8L << 20))) {
            System.in.transferTo(java.io.OutputStream.nullOutputStream());
            assertThat(daemon.server.isOpen()).isTrue();
        }
    }

    private Process start(Path socket) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallMemoryTest.class.getName(),
                        socket.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
    }

    @Test
    void a_hundred_mebibytes_without_an_end_cost_no_more_than_the_limits_say() throws Exception {
        Path socket = folder.resolve("daemon.sock");
        Process server = start(socket);
        List<Stranger> loud = new ArrayList<>();
        try {
            await().until(() -> Files.exists(socket));
            for (int i = 0; i < 20; i++) loud.add(Stranger.at(socket));
            byte[] piece = new byte[LIMIT / 2];
            for (int round = 0; round < 10; round++) for (Stranger one : loud) one.sends(piece);

            for (Stranger one : loud)
                assertThat(one.hearsJson()
                                .path("error")
                                .path("data")
                                .path("reason")
                                .textValue())
                        .isIn("message_too_long", "buffers_full");
            for (Stranger one : loud)
                assertThat(one.sends("\n").asks(health(1)).has("result")).isTrue();
            assertThat(server.isAlive())
                    .as(Files.readString(folder.resolve("out")))
                    .isTrue();
        } finally {
            for (Stranger one : loud) one.close();
            server.destroyForcibly().waitFor();
        }
    }

    @Test
    void a_message_that_takes_more_memory_than_there_is_once_it_is_read_is_answered_or_ends_the_connection()
            throws Exception {
        Path socket = folder.resolve("daemon.sock");
        Process server = start(socket);
        try {
            await().until(() -> Files.exists(socket));
            String nodes = "{},".repeat(LIMIT / 3 - 50) + "{}";
            try (Stranger batch = Stranger.at(socket)) {
                assertThat(batch.sends("[" + nodes + "]\n").hears()).contains("batch_too_large");
                assertThat(batch.asks(health(1)).has("result")).isTrue();
            }
            try (Stranger wide = Stranger.at(socket)) {
                wide.sends("{\"method\":\"echo\",\"id\":1,\"params\":{\"a\":[" + nodes + "]}}\n");
                assertThat(wide.hearsOrIsLeft()).containsAnyOf("message_unread", "unwritable_result", "closed");
            }
        } finally {
            server.destroyForcibly().waitFor();
        }
    }
}
