package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.liveness.Processes;
import dev.millrace.rpc.client.DaemonClient;
import dev.millrace.rpc.client.DaemonClientOptions;
import dev.millrace.storage.Disk;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon as a process: it comes, is killed, comes again, and ends; the work goes on. */
class DaemonTest {
    @TempDir
    Path folder;

    private Cli cli;

    @BeforeEach
    void begin() throws Exception {
        cli = Cli.in(folder, "slots = 2");
    }

    @AfterEach
    void end() {
        cli.close();
    }

    private Path socket() {
        return cli.share().resolve("daemon/daemon.sock");
    }

    private RunningProgram daemon(String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                "daemon", "start", "--foreground", "--share", cli.share().toString()));
        words.addAll(List.of(more));
        RunningProgram program = RunningProgram.start(cli, words.toArray(new String[0]));
        try (DaemonClient client = client()) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(client::isRunning);
        } catch (RuntimeException e) {
            throw new AssertionError(program.err(), e);
        }
        return program;
    }

    private DaemonClient client() {
        return DaemonClient.of(DaemonClientOptions.at(socket()));
    }

    private static Map<String, Object> gate(Path file) {
        return Map.of("name", "gate", "kind", "gate", "args", Map.of("file", file.toString()));
    }

    private static void until(DaemonClient client, String job, String status) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> client.jobStatus(job).path("status").asText().equals(status));
    }

    @Test
    void killing_the_daemon_costs_only_its_socket_and_the_next_one_knows_everything() throws Exception {
        cli.run("start").expect(ExitCode.OK);
        Path open = folder.resolve("open");
        JsonNode before;
        try (RunningProgram daemon = daemon();
                DaemonClient client = client()) {
            Map<String, Object> then = Map.of("name", "then", "kind", "echo", "depends_on", List.of("gate"));
            client.call("job.submit", Map.of("job_id", "nightly", "tasks", List.of(gate(open), then)));
            client.call("job.submit", Map.of("job_id", "held", "tasks", List.of(gate(open), then)));
            client.pauseJob("held");
            Awaitility.await()
                    .until(() -> client.events(100)
                            .path("events")
                            .findValuesAsText("type")
                            .contains("job.paused"));
            before = client.ask("daemon.events", Map.of("since", 0, "limit", 3));
            client.call("job.submit", Map.of("job_id", "late", "tasks", List.of(gate(open), then)));
            client.pauseJob("late");
            daemon.signal("KILL");
            daemon.exitCode();
        }
        Files.createFile(open);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> cli.names("control/jobs/ended").contains("nightly.json"));
        Path config = Files.writeString(folder.resolve("daemon.toml"), "[daemon]\nmax_concurrent_jobs = 7\n");
        try (RunningProgram daemon = daemon("--config", config.toString());
                DaemonClient client = client()) {
            until(client, "nightly", "completed");
            assertThat(client.jobStatus("held").path("status").asText()).isEqualTo("paused");
            assertThat(client.jobStatus("late").path("status").asText()).isEqualTo("paused");
            JsonNode after = client.ask("daemon.events", Map.of("since", 0, "limit", 3));
            assertThat(after.path("server_id")).isEqualTo(before.path("server_id"));
            assertThat(after.path("events")).isEqualTo(before.path("events"));
            Files.writeString(config, "[daemon]\nmax_concurrent_jobs = 3\n");
            daemon.signal("HUP");
            Awaitility.await()
                    .until(() -> client.config()
                                    .path("limits")
                                    .path("max_concurrent_jobs")
                                    .asInt()
                            == 3);
            Files.writeString(config, "[daemon]\nmax_concurrent_jobs = 0\n");
            daemon.signal("HUP");
            Awaitility.await().until(() -> daemon.err().contains("what held before still holds"));
            assertThat(client.config()
                            .path("limits")
                            .path("max_concurrent_jobs")
                            .asInt())
                    .isEqualTo(3);
            daemon.signal("TERM");
            assertThat(daemon.exitCode()).as(daemon.err()).isZero();
        }
        assertThat(socket()).doesNotExist();
        assertThat(cli.share().resolve("daemon/daemon.pid")).doesNotExist();
        assertThat(Json.parseObject(
                                Files.readAllBytes(cli.share().resolve("service/testapp/queue/control/pauses.json")))
                        .path("jobs")
                        .has("held"))
                .isTrue();
    }

    @Test
    void it_starts_in_the_background_once_and_stops() throws Exception {
        Cli.Run started = cli.run("daemon", "start", "--json").expect(ExitCode.OK);
        long pid = started.json().path("pid").asLong();
        Cli.Run again = cli.run("daemon", "start").expect(ExitCode.FAILED);
        assertThat(again.err()).contains("already running (PID " + pid + ")");
        Cli.Run front = cli.run("daemon", "start", "--foreground").expect(ExitCode.FAILED);
        assertThat(front.err()).contains("already running (PID " + pid + ")");
        JsonNode status =
                cli.run("daemon", "status", "--json").expect(ExitCode.OK).json();
        assertThat(status.path("daemon").path("pid").asLong()).isEqualTo(pid);
        assertThat(cli.run("daemon", "logs").out()).contains("listens at");
        cli.run("daemon", "stop").expect(ExitCode.OK);
        assertThat(socket()).doesNotExist();
        assertThat(cli.run("daemon", "stop").expect(ExitCode.FAILED).err()).contains("no daemon is running");
        cli.run("daemon", "status").expect(ExitCode.FAILED);
    }

    @Test
    void one_that_hangs_is_said_to_be_there_and_ended_by_force() throws Exception {
        cli.run("start").expect(ExitCode.OK);
        long pid = cli.run("daemon", "start", "--json")
                .expect(ExitCode.OK)
                .json()
                .path("pid")
                .asLong();
        signal("STOP", pid);
        Awaitility.await().until(() -> allThreadsStand(pid));
        for (String word : List.of("status", "stop")) {
            Cli.Run said = cli.run("daemon", word).expect(ExitCode.FAILED);
            assertThat(said.err()).contains("is there (PID " + pid + ")", "daemon stop --force");
        }
        cli.run("daemon", "stop", "--force").expect(ExitCode.OK);
        // It is a child of this process, which takes a moment to see that it has ended.
        Awaitility.await()
                .until(() ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
        cli.run("submit", "--kind", "echo", "--wait", "20").expect(ExitCode.OK);
        cli.run("daemon", "start").expect(ExitCode.OK);
        cli.run("daemon", "stop").expect(ExitCode.OK);
    }

    @Test
    void of_twenty_that_start_at_once_one_survives_whatever_the_pid_file_says() throws Exception {
        Path folder = Files.createDirectories(cli.share().resolve("daemon"));
        Files.writeString(folder.resolve("daemon.pid"), "garbage");
        List<RunningProgram> started = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++)
                started.add(RunningProgram.start(
                        cli,
                        "daemon",
                        "start",
                        "--foreground",
                        "--share",
                        cli.share().toString()));
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> started.stream()
                                    .filter(one -> one.process.isAlive())
                                    .count()
                            == 1);
            RunningProgram survivor = started.stream()
                    .filter(one -> one.process.isAlive())
                    .findFirst()
                    .orElseThrow();
            try (DaemonClient client = client()) {
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(client::isRunning);
                assertThat(client.status().path("pid").asLong()).isEqualTo(survivor.process.pid());
            }
            assertThat(Files.readString(folder.resolve("daemon.pid")).strip())
                    .isEqualTo(Long.toString(survivor.process.pid()));
            for (RunningProgram one : started)
                if (one != survivor) assertThat(one.exitCode()).as(one.err()).isEqualTo(ExitCode.FAILED.code());
        } finally {
            started.forEach(RunningProgram::close);
        }
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

    /** One that begins to hang after it has said that it is alive: a daemon of which only the health goes on. */
    @Test
    void one_that_says_that_it_is_alive_and_then_nothing_hangs() throws Exception {
        Path place = Files.createDirectories(cli.share().resolve("daemon"));
        try (ServerSocketChannel server =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket()))) {
            new DaemonStamp(Processes.local().self(), socket()).write(Disk.local(), place);
            Thread hanging = new Thread(() -> answerHealthAlone(server));
            hanging.setDaemon(true);
            hanging.start();
            assertThat(cli.run("daemon", "status").expect(ExitCode.FAILED).err())
                    .contains(
                            "is there (PID " + ProcessHandle.current().pid() + ")",
                            "does not answer",
                            "daemon stop --force");
        }
    }

    private static void answerHealthAlone(ServerSocketChannel server) {
        try {
            while (true) answerHealthAlone(server.accept());
        } catch (IOException closed) {
            // The test has ended.
        }
    }

    private static void answerHealthAlone(SocketChannel channel) throws IOException {
        try (channel) {
            BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                JsonNode request = Json.parseObject(line.getBytes(StandardCharsets.UTF_8));
                if (!request.path("method").asText().equals("daemon.health")) continue;
                ObjectNode reply = Json.object().put("jsonrpc", "2.0");
                reply.set("id", request.path("id"));
                reply.set("result", Json.object().put("status", "ok"));
                channel.write(ByteBuffer.wrap((reply + "\n").getBytes(StandardCharsets.UTF_8)));
            }
        } catch (MalformedJsonException e) {
            throw new IllegalStateException(e);
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
                return health.contains("\"shutting_down\":true") && refused.contains("-32003");
            }
        });
        cli.with("MILLRACE_DAEMON", "").run("submit", "--kind", "echo").expect(ExitCode.OK);
    }

    @Test
    void a_socket_that_is_a_link_is_refused_and_what_it_leads_to_stays() throws Exception {
        Path target = Files.writeString(folder.resolve("precious"), "as it was");
        Path place = Files.createDirectories(cli.share().resolve("daemon"));
        Files.createSymbolicLink(place.resolve("daemon.sock"), target);
        for (String[] command : new String[][] {{"daemon", "start"}, {"daemon", "start", "--foreground"}}) {
            Cli.Run refused = cli.run(command).expect(ExitCode.FAILED);
            assertThat(refused.err()).contains("daemon.sock", "link");
        }
        assertThat(target).hasContent("as it was");
        assertThat(place.resolve("daemon.sock")).isSymbolicLink();
    }

    private static void ask(SocketChannel channel, int id, String method, String params) throws IOException {
        String line =
                "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}\n";
        channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void systemd_is_told_when_it_is_ready_and_when_it_ends() throws Exception {
        cli.run("start").expect(ExitCode.OK);
        Path told = folder.resolve("told");
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path notify = Files.writeString(
                bin.resolve("systemd-notify"), "#!/bin/sh\necho \"$NOTIFY_SOCKET $*\" >>'" + told + "'\n");
        assertThat(notify.toFile().setExecutable(true)).isTrue();
        Map<String, String> variables =
                Map.of("NOTIFY_SOCKET", "/run/notify", "PATH", bin + ":" + System.getenv("PATH"));
        try (RunningProgram daemon = RunningProgram.startWith(
                variables,
                cli,
                "daemon",
                "start",
                "--foreground",
                "--share",
                cli.share().toString())) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(told));
            String pid = "--pid=" + daemon.process.pid();
            assertThat(Files.readAllLines(told)).containsExactly("/run/notify " + pid + " READY=1");
            daemon.signal("TERM");
            assertThat(daemon.exitCode()).as(daemon.err()).isZero();
            assertThat(Files.readAllLines(told)).last().isEqualTo("/run/notify " + pid + " STOPPING=1");
        }
    }

    /** The same command through the daemon and on the directory: same code, same form, same words but for names and times. */
    private void same(String... command) throws Exception {
        String[] verbose = java.util.Arrays.copyOf(command, command.length + 2);
        verbose[command.length] = "--json";
        verbose[command.length + 1] = "-v";
        Cli.Run routed = cli.with("MILLRACE_DAEMON", "").run(verbose);
        Cli.Run direct = cli.with("MILLRACE_DAEMON", "off").run(verbose);
        assertThat(routed.err()).as(routed.out()).contains("a daemon answers");
        assertThat(direct.err()).contains("no daemon answers");
        assertThat(routed.code())
                .as("%s: %s %s", List.of(command), routed.out(), routed.err())
                .isEqualTo(direct.code());
        assertThat(form(routed.json())).as(routed.out()).isEqualTo(form(direct.json()));
    }

    /** What the tasks took comes with a worker's next beat. */
    private boolean tellsLatencies() throws Exception {
        JsonNode status = cli.run("status", "--json").expect(ExitCode.OK).json();
        return status.path("health").path("latency").path("samples").asInt() > 0;
    }

    private static String form(JsonNode json) {
        return json.toString()
                .replaceAll("[0-9]{17}[0-9a-f]{4,}k?[0-9a-f]*-", "<order>-")
                .replaceAll("\"(id|stem|task_id)\":\"[^\"]*\"", "\"$1\":\"<id>\"")
                .replaceAll("[0-9]+(\\.[0-9]+)?(E-?[0-9]+)?", "<n>")
                .replaceAll("\\\\n\\s+at [^\"]*", "");
    }

    @Test
    void commands_say_the_same_with_and_without_a_daemon() throws Exception {
        cli.run("start").expect(ExitCode.OK);
        cli.run("daemon", "start").expect(ExitCode.OK);
        cli.run("submit", "--kind", "echo", "--unique-key", "k", "--not-before", "2100-01-01T00:00:00Z");
        same("submit", "--kind", "echo", "--wait", "20");
        same("submit", "--kind", "fail", "--wait", "20");
        same("submit", "--kind", "echo", "--unique-key", "k", "--not-before", "2100-01-01T00:00:00Z");
        same("submit", "--kind", "echo", "--priority", "11");
        same("pause", "echo", "--reason", "lunch");
        same("resume", "echo");
        same("retry", "nobody");
        Awaitility.await().until(this::tellsLatencies);
        same("status");
        cli.with("MILLRACE_DAEMON", "").run("stop").expect(ExitCode.OK);
        same("submit", "--kind", "echo");
        cli.run("daemon", "stop").expect(ExitCode.OK);
    }
}
