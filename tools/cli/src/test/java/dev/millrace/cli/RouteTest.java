package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands whose daemon says that it is alive, and goes away when it is asked for more. */
class RouteTest {
    @TempDir
    Path folder;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private Cli cli;
    private ServerSocketChannel server;

    @BeforeEach
    void begin() throws Exception {
        cli = Cli.in(folder, "slots = 1");
        cli.run("start").expect(ExitCode.OK);
        cli.run("pause", "--all").expect(ExitCode.OK);
        cli.with("MILLRACE_DAEMON", "");
        Path socket = Files.createDirectories(cli.share().resolve("daemon")).resolve("daemon.sock");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        Thread accepting = new Thread(this::accept);
        accepting.setDaemon(true);
        accepting.start();
    }

    @AfterEach
    void end() throws Exception {
        server.close();
        cli.close();
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
                asked.add(request.path("method").asText());
                if (!request.path("method").asText().equals("daemon.health")) return;
                ObjectNode reply = Json.object().put("jsonrpc", "2.0");
                reply.set("id", request.path("id"));
                reply.set("result", Json.object().put("status", "ok"));
                channel.write(ByteBuffer.wrap((reply + "\n").getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    @Test
    void what_the_daemon_may_have_done_is_not_done_again() throws Exception {
        for (String[] command : new String[][] {{"submit", "--kind", "echo"}, {"submit", "--kind", "echo", "--json"}}) {
            Cli.Run lost = cli.run(command).expect(ExitCode.FAILED);
            assertThat(lost.out() + lost.err())
                    .contains("whether service.submit was carried out is not known", "millrace tasks");
        }
        assertThat(asked).filteredOn("service.submit"::equals).hasSize(2);
        assertThat(cli.names("pending")).isEmpty();
    }

    @Test
    void what_may_be_done_twice_is_done_in_the_directory() throws Exception {
        cli.run("resume", "--all").expect(ExitCode.OK);
        assertThat(asked).contains("task.resume");
        cli.with("MILLRACE_DAEMON", "off")
                .run("submit", "--kind", "echo", "--wait", "20")
                .expect(ExitCode.OK);
    }
}
