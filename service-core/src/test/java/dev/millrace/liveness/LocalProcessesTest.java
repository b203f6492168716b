package dev.millrace.liveness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.liveness.Processes.Existence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalProcessesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private final Processes processes = Processes.local();

    private ProcessIdentity sleeper() throws IOException {
        return processes.start(List.of("sleep", "600"), Map.of("PATH", "/usr/bin:/bin"), folder, folder.resolve("out"));
    }

    @Test
    void this_process_is_alive_and_known() {
        ProcessIdentity self = processes.self();
        assertThat(self.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(processes.look(self)).isEqualTo(Existence.ALIVE);
        assertThat(self).isEqualTo(processes.self());
    }

    @Test
    void a_number_that_belongs_to_another_process_by_now_is_gone() {
        ProcessIdentity self = processes.self();
        ProcessIdentity earlier = new ProcessIdentity(self.pid(), "t1", self.host(), self.hostId());
        assertThat(processes.look(earlier)).isEqualTo(Existence.GONE);
    }

    @Test
    void of_another_host_or_boot_nothing_is_known() {
        ProcessIdentity self = processes.self();
        assertThat(processes.look(new ProcessIdentity(self.pid(), self.start(), "other", "other|boot")))
                .isEqualTo(Existence.UNKNOWN);
        assertThat(processes.look(ProcessIdentity.unknown())).isEqualTo(Existence.UNKNOWN);
    }

    @Test
    void a_killed_process_is_gone_although_nobody_collected_it() throws IOException {
        ProcessIdentity sleeper = sleeper();
        assertThat(processes.look(sleeper)).isEqualTo(Existence.ALIVE);
        processes.kill(sleeper);
        await().atMost(PATIENCE).until(() -> processes.look(sleeper) == Existence.GONE);
        processes.kill(sleeper);
        processes.terminate(sleeper);
    }

    @Test
    void a_process_is_asked_to_end() throws IOException {
        ProcessIdentity sleeper = sleeper();
        processes.terminate(sleeper);
        await().atMost(PATIENCE).until(() -> processes.look(sleeper) == Existence.GONE);
    }

    @Test
    void a_started_process_has_the_given_environment_only_and_a_log() throws IOException {
        Path output = folder.resolve("out");
        ProcessIdentity shell = processes.start(
                List.of("/bin/sh", "-c", "echo $GIVEN/$HOME; pwd; cat"), Map.of("GIVEN", "g"), folder, output);
        await().atMost(PATIENCE).until(() -> processes.look(shell) == Existence.GONE);
        assertThat(Files.readString(output))
                .contains("g/")
                .contains(folder.getFileName().toString());
        assertThat(Files.readAllLines(output)).hasSize(2);
    }
}
