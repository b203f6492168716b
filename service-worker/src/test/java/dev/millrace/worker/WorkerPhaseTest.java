package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WorkerPhaseTest {
    private static Set<WorkerPhase> after(WorkerPhase phase) {
        return Stream.of(WorkerPhase.values())
                .filter(other -> other != phase && phase.mayBecome(other))
                .collect(Collectors.toSet());
    }

    @Test
    void the_table_says_what_may_follow() {
        assertThat(after(WorkerPhase.STARTING))
                .containsExactlyInAnyOrder(
                        WorkerPhase.RUNNING, WorkerPhase.PARKED, WorkerPhase.DRAINING, WorkerPhase.STOPPED);
        assertThat(after(WorkerPhase.RUNNING))
                .containsExactlyInAnyOrder(WorkerPhase.PARKED, WorkerPhase.DRAINING, WorkerPhase.STOPPED);
        assertThat(after(WorkerPhase.PARKED))
                .containsExactlyInAnyOrder(WorkerPhase.RUNNING, WorkerPhase.DRAINING, WorkerPhase.STOPPED);
        assertThat(after(WorkerPhase.DRAINING)).containsExactly(WorkerPhase.STOPPED);
        assertThat(after(WorkerPhase.STOPPED)).isEmpty();
    }

    @Test
    void what_may_not_follow_is_refused_by_name() {
        assertThatThrownBy(() -> WorkerPhase.STOPPED.to(WorkerPhase.RUNNING))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("STOPPED cannot become RUNNING");
        assertThat(WorkerPhase.RUNNING.to(WorkerPhase.RUNNING)).isEqualTo(WorkerPhase.RUNNING);
    }
}
