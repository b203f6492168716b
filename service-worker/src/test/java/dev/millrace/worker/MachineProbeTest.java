package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.control.ProcessUse;
import dev.millrace.control.Resources;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What processes really use; each test starts some. */
@EnabledOnOs(OS.LINUX)
class MachineProbeTest {
    private final MachineProbe probe = new MachineProbe();
    private final List<Process> started = new ArrayList<>();

    private Process starts(String script) throws IOException {
        Process worker = new ProcessBuilder("sh", "-c", script).start();
        started.add(worker);
        return worker;
    }

    @AfterEach
    void end() {
        for (Process one : started) {
            one.descendants().forEach(ProcessHandle::destroyForcibly);
            one.destroyForcibly();
        }
    }

    @Test
    void what_a_worker_has_started_counts_with_it_until_it_ends() throws Exception {
        Process worker = starts("sleep 600 & sleep 600 & wait");
        long pid = worker.pid();
        await().atMost(Duration.ofMinutes(1)).until(() -> worker.descendants().count() == 2);
        Resources used = probe.sample(Set.of(pid));
        assertThat(used.processes()).isEqualTo(3);
        assertThat(used.list()).hasSize(3).allSatisfy(one -> {
            assertThat(one.worker()).isEqualTo(pid);
            assertThat(one.memoryMb()).isPositive();
            assertThat(one.startedAt()).isPositive();
            assertThat(one.threads()).isEqualTo(1);
        });
        assertThat(used.list()).extracting(ProcessUse::command).contains("sleep");
        assertThat(used.memoryMb()).isGreaterThan(used.daemonMb());
        assertThat(used.daemonMb()).isPositive();
        assertThat(used.machineAvailableMb()).isPositive().isLessThanOrEqualTo(used.machineMemoryMb());
        assertThat(used.loads()).hasSize(3);
        end();
        worker.waitFor();
        Resources after = probe.sample(Set.of(pid));
        assertThat(after.processes()).isZero();
        assertThat(after.list()).isEmpty();
    }

    @Test
    void one_that_ended_and_that_nobody_collects_is_a_zombie_and_counts_as_none() throws Exception {
        long pid = starts("sleep 0 & exec sleep 600").pid();
        Resources used = await().atMost(Duration.ofMinutes(1))
                .until(() -> probe.sample(Set.of(pid)), found -> found.zombies() == 1);
        assertThat(used.processes()).isEqualTo(1);
        assertThat(used.list()).filteredOn(ProcessUse::isZombie).hasSize(1);
    }
}
