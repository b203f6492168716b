package dev.millrace.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.job.JobState;
import dev.millrace.job.Jobs;
import dev.millrace.task.Task;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** What is measured when, and who is told. */
class PressureTest extends WithControlBench {
    private static final Duration INTERVAL = Duration.ofSeconds(16);

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

    private String levelAt(double share) throws Exception {
        bench.memoryMb = share * bench.control.limits().maxMemoryMb();
        return bench.control.readiness().level().word();
    }

    @Test
    void levels_rise_with_memory_and_at_a_limit_itself_the_lower_one_holds() throws Exception {
        assertThat(levelAt(0.50)).isEqualTo("none");
        assertThat(levelAt(0.51)).isEqualTo("low");
        assertThat(levelAt(0.70)).isEqualTo("low");
        assertThat(levelAt(0.79)).isEqualTo("medium");
        assertThat(levelAt(0.80)).isEqualTo("critical");
    }

    @Test
    void a_level_is_left_only_well_below_where_it_begins() throws Exception {
        assertThat(levelAt(0.96)).isEqualTo("critical");
        assertThat(levelAt(0.79)).isEqualTo("high");
        assertThat(bench.control.readiness().acceptsWork()).isTrue();
        assertThat(levelAt(0.75)).isEqualTo("high");
        assertThat(levelAt(0.74)).isEqualTo("medium");
        assertThat(levelAt(0.79)).isEqualTo("medium");
        assertThat(levelAt(0.66)).isEqualTo("medium");
        assertThat(levelAt(0.64)).isEqualTo("low");
        assertThat(levelAt(0.69)).isEqualTo("low");
        assertThat(levelAt(0.46)).isEqualTo("low");
        assertThat(levelAt(0.44)).isEqualTo("none");
        assertThat(levelAt(0.49)).isEqualTo("none");
    }

    @Test
    void too_many_processes_are_as_bad_as_too_much_memory() throws Exception {
        bench.processes = 40;
        assertThat(levelAt(0.10)).isEqualTo("critical");
        bench.processes = 39;
        assertThat(levelAt(0.10)).isEqualTo("high");
        bench.processes = 37;
        assertThat(levelAt(0.10)).isEqualTo("none");
    }

    @Test
    void what_wavers_around_a_limit_is_told_once() throws Exception {
        for (double share : new double[] {0.72, 0.69, 0.71, 0.68, 0.72}) {
            bench.memoryMb = share * bench.control.limits().maxMemoryMb();
            bench.time.advance(INTERVAL);
            bench.control.step();
        }
        assertThat(bench.told()).containsExactly("pressure.medium");
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
        bench.time.advance(Duration.ofMillis(100));
        bench.control.requireOpen(a);
    }

    @Test
    void many_that_are_refused_at_once_measure_the_machine_once() throws Exception {
        Hosted a = bench.service("a");
        bench.memoryMb = 8_000;
        bench.control.readiness();
        int before = bench.samples;
        bench.time.advance(Duration.ofSeconds(2));
        for (int i = 0; i < 50; i++)
            assertThatThrownBy(() -> bench.control.requireOpen(a)).hasMessageContaining("high resource pressure");
        assertThat(bench.samples).isEqualTo(before + 1);
    }

    /** A job of a new service that pressure has paused. */
    private Hosted withPausedJob() throws Exception {
        Hosted a = bench.service("a");
        a.jobs().submit(ControlBench.job("held"), "", false);
        bench.memoryMb = 8_000;
        bench.control.step();
        assertThat(a.jobs().find("held").orElseThrow().state()).isEqualTo(JobState.PAUSED);
        return a;
    }

    @Test
    void what_pressure_paused_goes_on_when_the_daemon_ends_and_what_an_operator_paused_stays() throws Exception {
        Hosted a = withPausedJob();
        a.jobs().submit(ControlBench.job("by-hand"), "", false);
        a.jobs().pause("by-hand", Jobs.OPERATOR, "lunch");
        bench.control.close();
        assertThat(a.jobs().find("held").orElseThrow().state()).isEqualTo(JobState.RUNNING);
        assertThat(a.jobs().find("by-hand").orElseThrow().state()).isEqualTo(JobState.PAUSED);
    }

    @Test
    void what_pressure_paused_stays_so_while_the_daemon_lives_and_goes_on_when_it_was_killed() throws Exception {
        Hosted a = withPausedJob();
        Jobs ofWorker = Jobs.in(a.service().queue(), bench.ports.queuePorts(), () -> {});
        for (int i = 0; i < 10; i++) {
            bench.time.advance(INTERVAL);
            bench.control.step();
            ofWorker.step();
        }
        assertThat(ofWorker.find("held").orElseThrow().state()).isEqualTo(JobState.PAUSED);
        bench.time.advance(Duration.ofSeconds(44));
        ofWorker.step();
        assertThat(ofWorker.find("held").orElseThrow().state()).isEqualTo(JobState.PAUSED);
        bench.time.advance(Duration.ofSeconds(2));
        assertThat(ofWorker.step()).isPositive();
        assertThat(ofWorker.find("held").orElseThrow().state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    void kinds_that_cannot_be_looked_at_are_high_pressure_with_a_word() throws Exception {
        Hosted a = bench.service("a");
        assertThat(levelAt(0.1)).isEqualTo("none");
        Files.createDirectories(a.service().queue().layout().jobs());
        Files.writeString(a.service().queue().layout().jobs().resolve("open"), "no folder");
        assertThat(levelAt(0.1)).isEqualTo("high");
        assertThat(bench.control.readiness().toJson().path("probe_error").asText())
                .contains("service a");
        assertThat(bench.control.readiness().acceptsWork()).isTrue();
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
