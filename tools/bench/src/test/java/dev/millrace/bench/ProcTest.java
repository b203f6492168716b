package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcTest {
    private final long self = ProcessHandle.current().pid();

    @Test
    void a_process_that_works_takes_time_and_memory() throws Exception {
        Proc proc = Proc.of(self);

        assertThat(proc.cpuSeconds()).isPositive();
        assertThat(proc.peakMemoryMb()).isPositive();
        assertThat(proc.switches()).isPositive();
    }

    @Test
    void the_time_of_a_server_is_that_of_all_children_of_the_same_parent() throws Exception {
        String program = Files.readString(Path.of("/proc/" + self + "/comm")).strip();

        double own = Proc.of(self).cpuSeconds();
        assertThat(Proc.cpuSecondsOfServer(self, program)).isGreaterThanOrEqualTo(own);
    }

    @Test
    void what_only_bears_the_number_is_not_taken_for_the_server() throws Exception {
        assertThat(Proc.cpuSecondsOfServer(self, "postgres")).isZero();
        assertThat(Proc.cpuSecondsOfServer(99_999_999, "postgres")).isZero();
    }
}
