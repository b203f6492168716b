package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import dev.millrace.rpc.client.DaemonClient;
import dev.millrace.rpc.client.DaemonClientOptions;
import dev.millrace.rpc.client.DaemonStream;
import dev.millrace.rpc.client.ResourceExhaustedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The daemon as a process: it comes, is killed, comes again, and ends; the work goes on. */
class DaemonTest extends WithDaemons {
    private static Map<String, Object> gate(Path file) {
        return Map.of("name", "gate", "kind", "gate", "args", Map.of("file", file.toString()));
    }

    private static void until(DaemonClient client, String job, String status) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> client.jobStatus(job).path("status").asText().equals(status));
    }

    private static JsonNode stepOf(DaemonClient client, String job) throws Exception {
        return client.jobStatus(job).path("steps").path(0);
    }

    @Test
    void killing_the_daemon_costs_only_its_socket_and_the_next_one_knows_everything() throws Exception {
        Path open = folder.resolve("open");
        Path later = folder.resolve("later");
        JsonNode before;
        try (RunningProgram daemon = daemon();
                DaemonClient client = client()) {
            // Its workers outlive the daemon that has started them.
            JsonNode started = client.startService(Optional.of("testapp"), Json.object());
            assertThat(started.path("status").asText()).isEqualTo("running");
            Map<String, Object> then = Map.of("name", "then", "kind", "echo", "depends_on", List.of("gate"));
            client.call("job.submit", Map.of("job_id", "nightly", "tasks", List.of(gate(open), then)));
            client.call("job.submit", Map.of("job_id", "held", "tasks", List.of(gate(open), then)));
            client.pauseJob("held");
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
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
                .atMost(Duration.ofMinutes(1))
                .until(() -> cli.names("control/jobs/ended").contains("nightly.json"));
        Path config = config(7, 40);
        try (RunningProgram daemon = daemon("--config", config.toString());
                DaemonClient client = client()) {
            until(client, "nightly", "completed");
            assertThat(client.jobStatus("held").path("status").asText()).isEqualTo("paused");
            assertThat(client.jobStatus("late").path("status").asText()).isEqualTo("paused");
            JsonNode after = client.ask("daemon.events", Map.of("since", 0, "limit", 3));
            assertThat(after.path("server_id")).isEqualTo(before.path("server_id"));
            assertThat(after.path("events")).isEqualTo(before.path("events"));
            config(3, 30);
            daemon.signal("HUP");
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> client.config()
                                    .path("limits")
                                    .path("max_concurrent_jobs")
                                    .asInt()
                            == 3);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> daemon.err().contains("which holds after a restart: max_connections"));
            assertThat(client.config().path("host").path("max_connections").asInt())
                    .isEqualTo(40);
            config(4, 0);
            daemon.signal("HUP");
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> daemon.err().contains("what held before still holds")
                            && daemon.err().contains("daemon.socket.max_connections must be"));
            assertThat(client.config()
                            .path("limits")
                            .path("max_concurrent_jobs")
                            .asInt())
                    .isEqualTo(3);
            Files.delete(config);
            daemon.signal("HUP");
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> daemon.err().contains("is not there"));
            assertThat(client.config()
                            .path("limits")
                            .path("max_concurrent_jobs")
                            .asInt())
                    .isEqualTo(3);
            client.call("job.submit", Map.of("job_id", "over", "tasks", List.of(gate(later))));
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> stepOf(client, "over").path("status").asText().equals("running"));
            daemon.signal("TERM");
            // At once: neither paused jobs nor steps that run are anything to wait for.
            assertTimeoutPreemptively(
                    Duration.ofSeconds(8),
                    () -> assertThat(daemon.exitCode()).as(daemon.err()).isZero());
        }
        Files.createFile(later);
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> cli.names("control/jobs/ended").contains("over.json"));
        assertThat(socket()).doesNotExist();
        assertThat(cli.share().resolve("daemon/daemon.pid")).doesNotExist();
        assertThat(cli.share().resolve("daemon/daemon.json")).doesNotExist();
        try (RunningProgram daemon = daemon();
                DaemonClient client = client()) {
            assertThat(client.jobStatus("held").path("status").asText()).isEqualTo("paused");
            assertThat(client.jobStatus("over").path("status").asText()).isEqualTo("completed");
            assertThat(stepOf(client, "over").path("attempt").asInt()).isEqualTo(1);
            JsonNode stopped = client.stopService(Optional.of("testapp"), Json.object());
            assertThat(stopped.path("status").asText()).isEqualTo("stopped");
            assertThat(cli.run("status").expect(ExitCode.OK).out()).contains("is idle");
            daemon.signal("HUP");
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() ->
                            daemon.err().contains("nothing to read again: this daemon was started without --config"));
            daemon.signal("KILL");
        }
    }

    private Path config(int jobs, int connections) throws Exception {
        return Files.writeString(
                folder.resolve("daemon.toml"),
                "[daemon]\nmax_concurrent_jobs = " + jobs + "\n[daemon.socket]\nmax_connections = " + connections
                        + "\nmax_streams = 6\n");
    }

    @Test
    void limits_and_group_of_the_socket_come_from_options_and_the_file() throws Exception {
        Path file = config(7, 40);
        String group =
                Files.readAttributes(folder, PosixFileAttributes.class).group().getName();
        Path socket = folder.resolve("s/d.sock");
        cli.run(
                        "daemon",
                        "start",
                        "--config",
                        file.toString(),
                        "--socket",
                        socket.toString(),
                        "--group",
                        group,
                        "--max-connections",
                        "30")
                .expect(ExitCode.OK);
        try (DaemonClient client = DaemonClient.of(DaemonClientOptions.at(socket))) {
            JsonNode host = client.config().path("host");
            assertThat(host.path("max_connections").asInt()).isEqualTo(30);
            assertThat(host.path("max_streams").asInt()).isEqualTo(6);
            assertThat(host.path("max_concurrent_requests").asInt()).isEqualTo(50);
            assertThat(host.path("group").asText()).isEqualTo(group);
            assertThat(host.path("socket_mode").asText()).isEqualTo("0660");
            PosixFileAttributes born = Files.readAttributes(socket, PosixFileAttributes.class);
            assertThat(PosixFilePermissions.toString(born.permissions())).isEqualTo("rw-rw----");
            assertThat(born.group().getName()).isEqualTo(group);
            anotherShareLeavesItAlone(socket);
            assertThat(client.isRunning()).isTrue();
            itTakesSixStreams(client);
        } finally {
            cli.run("daemon", "stop").expect(ExitCode.OK);
        }
    }

    /** Whoever names its socket, but another share, means another daemon; and that cannot listen there, too. */
    private void anotherShareLeavesItAlone(Path socket) {
        String[] there = {
            "--socket", socket.toString(), "--share", folder.resolve("other").toString()
        };
        String stopped =
                cli.bare(words(there, "daemon", "stop")).expect(ExitCode.FAILED).err();
        assertThat(stopped).contains("no daemon is running for", "other");
        Cli.Run second =
                cli.bare(words(there, "daemon", "start", "--foreground")).expect(ExitCode.FAILED);
        assertThat(second.err())
                .contains(socket + ": is held by another server")
                .doesNotContain("check that the share is there");
    }

    /** As the file says, and no option does. */
    private static void itTakesSixStreams(DaemonClient client) throws Exception {
        List<DaemonStream> open = new ArrayList<>();
        try {
            for (int i = 0; i < 6; i++) open.add(client.stream("daemon.monitor.stream", Map.of()));
            assertThatThrownBy(() -> client.stream("daemon.monitor.stream", Map.of()))
                    .isInstanceOfSatisfying(
                            ResourceExhaustedException.class,
                            e -> assertThat(e.reason()).isEqualTo("too_many_streams"));
        } finally {
            open.forEach(DaemonStream::close);
        }
    }

    private static String[] words(String[] there, String... command) {
        return Stream.concat(Stream.of(command), Stream.of(there)).toArray(String[]::new);
    }

    @Test
    void a_group_is_told_to_have_a_socket_where_it_can_come() throws Exception {
        String group =
                Files.readAttributes(folder, PosixFileAttributes.class).group().getName();
        for (String[] command : new String[][] {
            {"daemon", "start", "--group", group}, {"daemon", "start", "--foreground", "--group", group}
        }) {
            Cli.Run refused = cli.run(command).expect(ExitCode.BAD_COMMAND_LINE);
            assertThat(refused.err()).contains("is closed to group " + group, "next: ", "--socket");
        }
        assertThat(cli.share().resolve("daemon")).doesNotExist();
    }

    @Test
    void an_absurd_limit_is_refused_with_its_option_or_its_place_in_the_file() throws Exception {
        Cli.Run option = cli.run("daemon", "start", "--max-connections", "0").expect(ExitCode.BAD_SETTINGS);
        assertThat(option.err()).contains("--max-connections must be a whole number from 1 to 100000, not 0");
        Path file = config(7, -1);
        Cli.Run written =
                cli.run("daemon", "start", "--config", file.toString()).expect(ExitCode.BAD_SETTINGS);
        assertThat(written.err()).contains("daemon.toml: daemon.socket.max_connections must be", "not -1");
        assertThat(cli.share().resolve("daemon/daemon.lock")).doesNotExist();
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
                Awaitility.await().atMost(Duration.ofMinutes(1)).until(client::isRunning);
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

    @Test
    void a_socket_that_is_a_link_is_refused_and_what_it_leads_to_stays() throws Exception {
        Path target = Files.writeString(folder.resolve("precious"), "as it was");
        Path place = Files.createDirectories(cli.share().resolve("daemon"));
        Files.createSymbolicLink(place.resolve("daemon.sock"), target);
        for (String[] command : new String[][] {{"daemon", "start"}, {"daemon", "start", "--foreground"}}) {
            Cli.Run refused = cli.run(command).expect(ExitCode.FAILED);
            assertThat(refused.err()).contains("daemon.sock", "link").doesNotContain("check that the share is there");
        }
        assertThat(target).hasContent("as it was");
        assertThat(place.resolve("daemon.sock")).isSymbolicLink();
    }
}
