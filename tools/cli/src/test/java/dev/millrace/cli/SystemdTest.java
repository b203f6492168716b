package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a daemon tells the system that has started it. */
class SystemdTest extends WithDaemons {
    /** Hears what is sent to a datagram socket, which Java cannot, and prints it. */
    private static final String HEARING = """
            import socket, sys
            told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            told.bind(sys.argv[1])
            while True:
                print(*told.recv(4096).decode().split(), flush=True)
            """;

    private static Optional<Path> program(String name) {
        return List.of(System.getenv("PATH").split(":")).stream()
                .map(place -> Path.of(place).resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** One in place of systemd's own that writes down how it was called, and goes on with the real one where it is there. */
    private Path notifying(Path calls, String goesOn) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path notify = Files.writeString(
                bin.resolve("systemd-notify"),
                "#!/bin/sh\necho \"$NOTIFY_SOCKET $*\" >>'" + calls + "'\n" + goesOn + "\n");
        assertThat(notify.toFile().setExecutable(true)).isTrue();
        return bin;
    }

    @Test
    void systemd_is_told_when_it_is_ready_and_when_it_ends() throws Exception {
        Optional<Path> real =
                program("systemd-notify").filter(found -> program("python3").isPresent());
        if (real.isEmpty())
            System.err.println("systemd-notify or python3 is missing: that a real socket is told is NOT tested");
        Path socket = folder.resolve("notify");
        Path heard = Files.createFile(folder.resolve("heard"));
        Path calls = Files.createFile(folder.resolve("calls"));
        Process hearing = real.isPresent() ? hearing(socket, heard) : null;
        Path bin =
                notifying(calls, real.map(path -> "exec '" + path + "' \"$@\"").orElse("exit 0"));
        Map<String, String> variables =
                Map.of("NOTIFY_SOCKET", socket.toString(), "PATH", bin + ":" + System.getenv("PATH"));
        try (RunningProgram daemon = RunningProgram.startWith(
                variables,
                cli,
                "daemon",
                "start",
                "--foreground",
                "--share",
                cli.share().toString())) {
            String call = socket + " --pid=" + daemon.process.pid() + " ";
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> Files.readAllLines(calls).size() == 1);
            assertThat(Files.readAllLines(calls)).containsExactly(call + "READY=1");
            if (hearing != null) awaitHeard(heard, "READY=1", daemon);
            daemon.signal("TERM");
            assertThat(daemon.exitCode()).as(daemon.err()).isZero();
            assertThat(Files.readAllLines(calls)).last().isEqualTo(call + "STOPPING=1");
            if (hearing != null) awaitHeard(heard, "STOPPING=1", daemon);
            assertThat(daemon.err()).doesNotContain("systemd was not told");
        } finally {
            if (hearing != null) hearing.destroyForcibly();
        }
    }

    private static Process hearing(Path socket, Path heard) throws IOException {
        Process python = new ProcessBuilder("python3", "-c", HEARING, socket.toString())
                .redirectOutput(heard.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(socket));
        return python;
    }

    private static void awaitHeard(Path heard, String word, RunningProgram daemon) {
        String main = "MAINPID=" + daemon.process.pid();
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> Files.readAllLines(heard).stream()
                        .map(line -> List.of(line.split(" ")))
                        .anyMatch(said -> said.contains(word) && said.contains(main)));
    }
}
