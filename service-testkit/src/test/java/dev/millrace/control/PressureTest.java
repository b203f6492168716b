package dev.millrace.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.task.Task;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is measured when, and who is told. */
class PressureTest {
    private static final Duration INTERVAL = Duration.ofSeconds(16);

    @TempDir
    Path folder;

    private ControlBench bench;

    @BeforeEach
    void begin() throws Exception {
        bench = new ControlBench(folder);
    }

    @AfterEach
    void end() throws Exception {
        bench.close();
    }

    @Test
    void a_level_that_somebody_asked_for_first_is_told_all_the_same() throws Exception {
        bench.control.step();
        assertThat(bench.told()).containsExactly("pressure.none");
        bench.memoryMb = 8_000;
        bench.time.advance(INTERVAL);
        assertThat(bench.control.readiness().acceptsWork()).isFalse();
        bench.control.step();
        assertThat(bench.told()).containsExactly("pressure.none", "pressure.critical");
        bench.time.advance(INTERVAL);
        bench.control.step();
        assertThat(bench.told()).containsExactly("pressure.none", "pressure.critical");
    }

    @Test
    void work_is_taken_by_what_was_measured_within_the_last_second() throws Exception {
        Hosted a = bench.service("a");
        bench.control.requireOpen(a);
        bench.memoryMb = 8_000;
        bench.time.advance(Duration.ofMillis(900));
        bench.control.requireOpen(a);
        bench.time.advance(Duration.ofMillis(200));
        assertThatThrownBy(() -> bench.control.requireOpen(a)).hasMessageContaining("high resource pressure");
        bench.memoryMb = 100;
        bench.control.requireOpen(a);
    }

    @Test
    void each_service_is_judged_by_its_own_tasks() throws Exception {
        bench.control.limit(bench.control.limits().withMaxPending(5_000));
        Hosted full = bench.service("a");
        Hosted empty = bench.service("b");
        full.service().queue().submitAll(Collections.nCopies(5_000, Task.of("work")));
        assertThatThrownBy(() -> bench.control.requireOpen(full)).hasMessageContaining("5000 tasks of a wait");
        bench.control.requireOpen(empty);
        assertThatThrownBy(() -> bench.control.requireOpen(full)).hasMessageContaining("5000 tasks of a wait");
    }
}
