package dev.millrace.cli;

import dev.millrace.rpc.client.DaemonClient;
import dev.millrace.rpc.client.DaemonClientOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A folder with an app, and daemons as processes of their own. */
abstract class WithDaemons {
    @TempDir
    Path folder;

    Cli cli;

    @BeforeEach
    final void begin() throws Exception {
        cli = Cli.in(folder, "slots = 2");
    }

    @AfterEach
    final void end() {
        cli.close();
    }

    final Path socket() {
        return cli.share().resolve("daemon/daemon.sock");
    }

    final DaemonClient client() {
        return DaemonClient.of(DaemonClientOptions.at(socket()));
    }

    /** One in the foreground that answers. */
    final RunningProgram daemon(String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                "daemon", "start", "--foreground", "--share", cli.share().toString()));
        words.addAll(List.of(more));
        RunningProgram program = RunningProgram.start(cli, words.toArray(new String[0]));
        try (DaemonClient client = client()) {
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(client::isRunning);
        } catch (RuntimeException e) {
            throw new AssertionError(program.err(), e);
        }
        return program;
    }
}
