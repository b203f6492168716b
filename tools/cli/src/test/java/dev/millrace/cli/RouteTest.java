package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.storage.Disk;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Commands whose daemon says that it is alive, and then does not do what it is asked. One service for all tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RouteTest {
    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init")
    private Cli cli;

    @SuppressWarnings("NullAway.Init")
    private HealthOnlyDaemon daemon;

    @BeforeAll
    void start() throws Exception {
        cli = Cli.in(folder, "slots = 1");
        cli.run("start").expect(ExitCode.OK);
    }

    @AfterAll
    void stop() {
        cli.close();
    }

    @BeforeEach
    void begin() throws Exception {
        cli.with("MILLRACE_DAEMON", "off").run("pause", "--all").expect(ExitCode.OK);
        cli.with("MILLRACE_DAEMON", "");
    }

    private Path place() throws Exception {
        return Files.createDirectories(cli.share().resolve("daemon"));
    }

    private void daemon(HealthOnlyDaemon.Then then) throws Exception {
        daemon = new HealthOnlyDaemon(place().resolve("daemon.sock"), then);
    }

    @AfterEach
    void end() throws Exception {
        cli.with("MILLRACE_DAEMON", "off");
        daemon.close();
        Files.deleteIfExists(place().resolve("daemon.sock"));
        Files.deleteIfExists(place().resolve("daemon.json"));
    }

    private Cli.Run submit(String... more) throws Exception {
        String[] command = new String[5 + more.length];
        System.arraycopy(new String[] {"submit", "--kind", "echo", "-v", "--json"}, 0, command, 0, 5);
        System.arraycopy(more, 0, command, 5, more.length);
        return cli.run(command);
    }

    @Test
    void what_the_daemon_may_have_done_is_not_done_again() throws Exception {
        daemon(HealthOnlyDaemon.Then.HANGS_UP);
        int before = cli.names("pending").size();
        for (String[] command : new String[][] {{"submit", "--kind", "echo"}, {"submit", "--kind", "echo", "--json"}}) {
            Cli.Run lost = cli.run(command).expect(ExitCode.FAILED);
            assertThat(lost.out() + lost.err())
                    .contains("whether service.submit was carried out is not known", "millrace tasks");
        }
        assertThat(daemon.asked).filteredOn("service.submit"::equals).hasSize(2);
        assertThat(cli.names("pending")).hasSize(before);
    }

    @Test
    void what_may_be_done_twice_is_done_in_the_directory() throws Exception {
        daemon(HealthOnlyDaemon.Then.HANGS_UP);
        cli.run("resume", "--all").expect(ExitCode.OK);
        assertThat(daemon.asked).contains("task.resume");
        cli.with("MILLRACE_DAEMON", "off")
                .run("submit", "--kind", "echo", "--wait", "20")
                .expect(ExitCode.OK);
    }

    @Test
    void what_the_daemon_has_no_room_for_or_does_not_know_is_done_in_the_directory() throws Exception {
        daemon(HealthOnlyDaemon.Then.REFUSES);
        int before = cli.names("pending").size();
        for (String reason : new String[] {
            "message_too_long", "buffers_full", "too_many_requests", "too_many_connections", "unknown_service"
        }) {
            daemon.reason = reason;
            Cli.Run done = submit().expect(ExitCode.OK);
            assertThat(done.err()).contains("did not do service.submit (told: " + reason + "); the directory does");
            assertThat(cli.names("pending")).hasSize(++before);
        }
        assertThat(daemon.asked).filteredOn("service.submit"::equals).hasSize(5);
        daemon.reason = "pressure";
        assertThat(submit().expect(ExitCode.FAILED).out()).contains("told: pressure");
        for (String reason : new String[] {"reply_dropped", "reply_too_long"}) {
            daemon.reason = reason;
            assertThat(submit().expect(ExitCode.FAILED).out()).contains("service.submit was not answered", "tasks");
            cli.run("resume", "echo").expect(ExitCode.OK);
        }
        assertThat(cli.names("pending")).hasSize(before);
        // All at once, and none of them is left for the daemon.
        daemon.reason = "too_many_requests";
        cli.run("cancel", "--kind", "echo").expect(ExitCode.OK);
        assertThat(daemon.asked).filteredOn("task.cancel"::equals).hasSize(1);
        assertThat(cli.names("pending")).isEmpty();
    }

    @Test
    void what_is_longer_than_the_daemon_takes_is_done_in_the_directory() throws Exception {
        daemon(HealthOnlyDaemon.Then.HANGS);
        Path socket = place().resolve("daemon.sock");
        new DaemonStamp(Processes.local().self(), socket, 2_048).write(Disk.local(), place());
        int before = cli.names("pending").size();

        Cli.Run done = submit("--arg", "text=" + "x".repeat(3_000)).expect(ExitCode.OK);
        assertThat(done.err()).contains("a daemon answers", "a message may have 2048", "the directory does");
        assertThat(cli.names("pending")).hasSize(before + 1);
        assertThat(daemon.asked).doesNotContain("service.submit");
    }

    @Test
    void a_daemon_of_another_share_that_listens_where_ours_did_is_asked_nothing() throws Exception {
        daemon(HealthOnlyDaemon.Then.REFUSES);
        Path socket = place().resolve("daemon.sock");
        ProcessIdentity self = Processes.local().self();
        ProcessIdentity ended = new ProcessIdentity(self.pid(), "earlier", self.host(), self.hostId());
        ProcessIdentity another = new ProcessIdentity(1, "", self.host(), self.hostId());
        for (ProcessIdentity ours : new ProcessIdentity[] {another, ended}) {
            new DaemonStamp(ours, socket, 1 << 20).write(Disk.local(), place());
            assertThat(submit().expect(ExitCode.OK).err()).contains("no daemon answers");
        }
        assertThat(cli.run("daemon", "stop").expect(ExitCode.FAILED).err()).contains("no daemon is running for");
        assertThat(cli.run("daemon", "status").expect(ExitCode.FAILED).out()).contains("no daemon runs");
        assertThat(daemon.asked).containsOnly("daemon.health");
    }
}
