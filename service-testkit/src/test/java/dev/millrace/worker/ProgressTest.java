package dev.millrace.worker;

import static dev.millrace.worker.LoopWorld.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.queue.Submission;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What handlers report of how far they are is seen while they run and kept when they have ended. */
class ProgressTest {
    @TempDir
    Path folder;

    private LoopWorld world;

    @BeforeEach
    void prepare() throws IOException {
        world = new LoopWorld(folder);
    }

    private Heartbeat.CurrentTask current() {
        return world.loop().current().get(0);
    }

    @Test
    void the_last_report_is_in_the_heartbeat_while_the_task_runs_and_in_the_document_afterwards() throws IOException {
        List<Heartbeat.CurrentTask> beats = new ArrayList<>();
        double start = world.time.epochSeconds();
        world.runs(task -> {
            beats.add(current());
            world.time.advance(Duration.ofSeconds(2));
            task.progress(0.25, "a quarter");
            beats.add(current());
            task.progress(1);
            return null;
        });
        Submission task = world.queue.submit(task());
        world.step();
        assertThat(beats.get(0).progress()).isEmpty();
        assertThat(beats.get(1).progress()).contains(new Heartbeat.Progress(0.25, "a quarter"));
        assertThat(beats.get(1).progressAt()).isEqualTo(start + 3);
        JsonNode kept = world.read(task).value("progress");
        assertThat(kept.toString()).isEqualTo("{\"fraction\":1.0,\"message\":\"\",\"at\":" + kept.path("at") + "}");
        assertThat(kept.path("at").asDouble()).isEqualTo(start + 3);
    }

    @Test
    void a_task_that_failed_or_shares_a_file_keeps_its_last_report_too() throws IOException {
        world.runs(task -> {
            task.progress(0.5, "half of " + task.id());
            throw new IOException("then it broke");
        });
        Task twice = task().maxAttempts(2);
        List<Submission> all = new ArrayList<>(world.submitBatch(List.of(twice.id("a"), twice.id("b"))));
        all.add(world.queue.submit(twice.id("c")));
        for (int i = 0; i < 10; i++) world.step();
        for (Submission one : all) {
            assertThat(world.stateOf(one)).isEqualTo(TaskState.FAILED);
            assertThat(world.read(one).value("progress").path("message").asText())
                    .isEqualTo("half of " + one.id());
            assertThat(world.read(one)
                            .value("attempts")
                            .path(0)
                            .path("progress")
                            .path("fraction")
                            .asDouble())
                    .isEqualTo(0.5);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.01, 100, -0.5, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void a_fraction_that_is_none_is_a_clear_error_of_the_handler_and_the_report_before_stands(double fraction)
            throws IOException {
        world.runs(task -> {
            task.progress(0.75, "fine");
            task.progress(fraction, "too far");
            return "never";
        });
        Submission task = world.queue.submit(task());
        world.step();
        assertThat(world.stateOf(task)).isEqualTo(TaskState.FAILED);
        assertThat(world.read(task).error().orElseThrow())
                .startsWith(
                        "IllegalArgumentException: progress(" + fraction + ", ...) is not a fraction from 0.0 to 1.0");
        assertThat(world.read(task).value("progress").path("message").asText()).isEqualTo("fine");
    }

    @Test
    void what_adding_up_misses_one_by_is_no_error() {
        double sum = 0;
        for (int i = 0; i < 10; i++) sum += 0.1;
        assertThat(TaskProgress.of(sum, "", 0).fraction()).isLessThanOrEqualTo(1);
        assertThat(TaskProgress.of(1.0000000000000002, "", 0).fraction()).isEqualTo(1);
        assertThat(TaskProgress.of(-1e-17, "", 0).fraction()).isZero();
        assertThatThrownBy(() -> TaskProgress.of(1.00001, "", 0)).hasMessageContaining("1.00001");
    }

    @Test
    void a_long_message_is_cut_and_never_in_the_middle_of_a_letter() {
        assertThat(TaskProgress.of(0, "x".repeat(200), 0).message()).hasSize(200);
        String cut = TaskProgress.of(0, "x".repeat(196) + "\uD83D\uDE00".repeat(50), 0)
                .message();
        assertThat(cut).isEqualTo("x".repeat(196) + "...");
        assertThat(TaskProgress.of(0, "\uD83D\uDE00".repeat(500), 0).message()).hasSizeLessThanOrEqualTo(200);
    }
}
