package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.millrace.liveness.Processes;
import dev.millrace.rpc.client.DaemonClient;
import dev.millrace.storage.Disk;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How a daemon ends: gracefully, in a hurry, and by force when it hangs. */
@Tag("once")
class DaemonEndTest extends WithDaemons {
    @Test
    void one_that_hangs_is_said_to_be_there_and_ended_by_force() throws Exception {
        cli.run("start").expect(ExitCode.OK);
        long pid = cli.run("daemon", "start", "--json")
                .expect(ExitCode.OK)
                .json()
                .path("pid")
                .asLong();
        signal("STOP", pid);
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> allThreadsStand(pid));
        for (String word : List.of("status", "stop")) {
            Cli.Run said = cli.run("daemon", word).expect(ExitCode.FAILED);
            assertThat(said.err()).contains("is there (PID " + pid + ")", "daemon stop --force");
        }
        cli.run("daemon", "stop", "--force").expect(ExitCode.OK);
        // It is a child of this process, which takes a moment to see that it has ended.
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
        cli.run("submit", "--kind", "echo", "--wait", "20").expect(ExitCode.OK);
        cli.run("daemon", "start").expect(ExitCode.OK);
        cli.run("daemon", "stop").expect(ExitCode.OK);
    }

    /** A signal is only posted when kill ends: on a busy machine the process answers calls until it takes it. */
    private static boolean allThreadsStand(long pid) throws IOException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads) {
                String stat = Files.readString(thread.resolve("stat"));
                if (!stat.substring(stat.lastIndexOf(')')).startsWith(") T ")) return false;
            }
        }
        return true;
    }

    /** One that begins to hang after it has said that it is alive. */
    @Test
    void one_that_says_that_it_is_alive_and_then_nothing_hangs() throws Exception {
        Path place = Files.createDirectories(cli.share().resolve("daemon"));
        try (HealthOnlyDaemon daemon = new HealthOnlyDaemon(socket(), HealthOnlyDaemon.Then.HANGS)) {
            new DaemonStamp(Processes.local().self(), socket(), 1 << 20).write(Disk.local(), place);
            assertThat(cli.run("daemon", "status").expect(ExitCode.FAILED).err())
                    .contains(
                            "is there (PID " + ProcessHandle.current().pid() + ")",
                            "does not answer",
                            "daemon stop --force");
            assertThat(daemon.asked).contains("daemon.status");
        }
    }

    @Test
    void one_that_ends_already_is_said_to_end() throws Exception {
        Path place = Files.createDirectories(cli.share().resolve("daemon"));
        try (HealthOnlyDaemon daemon = new HealthOnlyDaemon(socket(), HealthOnlyDaemon.Then.REFUSES)) {
            daemon.code = -32003;
            daemon.reason = "shutting_down";
            new DaemonStamp(Processes.local().self(), socket(), 1 << 20).write(Disk.local(), place);
            assertThat(cli.run("daemon", "status").expect(ExitCode.OK).out())
                    .contains("ends (PID " + ProcessHandle.current().pid() + ")");
        }
    }

    /** The first call of a stop was heard, the second one refused, and nobody could hasten an end. */
    @Test
    void one_that_ends_can_be_told_to_end_again_and_to_hurry() throws Exception {
        cli.run("start").expect(ExitCode.OK);
        cli.run("submit", "--kind", "gate", "--id", "long", "--arg", "file=" + folder.resolve("open"))
                .expect(ExitCode.OK);
        try (RunningProgram daemon = daemon();
                DaemonClient client = client();
                SocketChannel waiting = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            ask(waiting, 1, "task.await", "{\"ids\":[\"long\"],\"timeout_sec\":300}");
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> client.status().path("calls").path("running").asInt() == 2);
            client.shutdown(true);
            takesNothingAndSaysSo();
            CompletableFuture<Cli.Run> stop = CompletableFuture.supplyAsync(() -> cli.run("daemon", "stop"));
            assertThat(client.shutdown(true).path("shutting_down").asBoolean()).isTrue();
            assertThat(client.shutdown(false).path("shutting_down").asBoolean()).isTrue();
            assertTimeoutPreemptively(Duration.ofSeconds(8), daemon::exitCode);
            assertThat(stop.join().out() + stop.join().err()).containsAnyOf("has ended", "no daemon is running");
            Files.createFile(folder.resolve("open"));
        }
    }

    private static void signal(String name, long pid) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    }

    @Test
    void a_graceful_end_waits_for_a_call_that_runs_and_one_in_a_hurry_does_not() throws Exception {
        cli.run("start").expect(ExitCode.OK);
        for (boolean graceful : new boolean[] {true, false}) {
            Path open = folder.resolve("open-" + graceful);
            String task = "graceful-" + graceful;
            cli.run("submit", "--kind", "gate", "--id", task, "--arg", "file=" + open)
                    .expect(ExitCode.OK);
            try (RunningProgram daemon = daemon();
                    DaemonClient client = client();
                    SocketChannel waiting = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
                BufferedReader answers = new BufferedReader(Channels.newReader(waiting, StandardCharsets.UTF_8));
                ask(waiting, 1, "task.await", "{\"ids\":[\"" + task + "\"],\"timeout_sec\":300}");
                // The look at it is a call that runs, too.
                Awaitility.await()
                        .atMost(Duration.ofMinutes(1))
                        .until(() ->
                                client.status().path("calls").path("running").asInt() == 2);
                client.shutdown(graceful);
                if (graceful) {
                    takesNothingAndSaysSo();
                    Files.createFile(open);
                    assertThat(answers.readLine()).contains("\"id\":1", "\"done\"");
                    assertThat(daemon.exitCode()).as(daemon.err()).isZero();
                } else {
                    // Long before the ten seconds that a graceful end would wait, and the five minutes of the call.
                    assertTimeoutPreemptively(Duration.ofSeconds(8), daemon::exitCode);
                    assertThat(answers.readLine()).isNull();
                    Files.createFile(open);
                }
            }
        }
    }

    /** What a stranger hears while it ends, and what a command does then. */
    private void takesNothingAndSaysSo() throws Exception {
        Awaitility.await().ignoreExceptions().until(() -> {
            try (SocketChannel stranger = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
                BufferedReader answers = new BufferedReader(Channels.newReader(stranger, StandardCharsets.UTF_8));
                ask(stranger, 7, "daemon.health", "{}");
                String health = String.valueOf(answers.readLine());
                ask(stranger, 8, "job.list", "{}");
                String refused = String.valueOf(answers.readLine());
                ask(stranger, 9, "daemon.ready", "{}");
                String ready = String.valueOf(answers.readLine());
                return health.contains("\"shutting_down\":true")
                        && refused.contains("-32003")
                        && ready.contains("\"status\":\"not_ready\"")
                        && ready.contains("\"reasons\":[\"shutting_down\"");
            }
        });
        cli.with("MILLRACE_DAEMON", "").run("submit", "--kind", "echo").expect(ExitCode.OK);
    }

    private static void ask(SocketChannel channel, int id, String method, String params) throws IOException {
        String line =
                "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}\n";
        channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
    }
}
