package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.Event;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Collections;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What workers measure of a kind decides how many of its tasks share a file. */
class KindRuntimesTest extends WithOneWorker {
    private static final Outcome DONE = QueueWorld.done("x");

    private void attempts(int count, Duration each, Outcome outcome) throws IOException {
        for (int i = 0; i < count; i++) world.submit("measured");
        world.passPoll();
        for (int i = 0; i < count; i++) {
            Claim claim = worker.claim();
            world.time.advance(each);
            worker.queue().settle(claim, outcome);
        }
        worker.queue().dropFinishedLogs();
        world.time.advance(Duration.ofSeconds(2));
    }

    /** Into how many files of their own so many tasks go that are submitted together. */
    private int filesOf(int tasks) throws IOException {
        int before = world.names(TaskState.PENDING).size();
        world.queue.submitAll(Collections.nCopies(tasks, Task.of("k")));
        return world.names(TaskState.PENDING).size() - before;
    }

    private static Stream<Outcome> failures() {
        return Stream.of(new Outcome.Failed("the server is down", ""), QueueWorld.retry(Duration.ofHours(1)));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void a_quick_kind_that_fails_slowly_shares_no_files_any_more(Outcome failure) throws IOException {
        attempts(3, Duration.ofMillis(1), DONE);
        assertThat(filesOf(100)).isEqualTo(1);
        drop();
        attempts(1, Duration.ofSeconds(30), failure);
        assertThat(filesOf(100)).as("anybody may help").isEqualTo(100);
    }

    private void drop() throws IOException {
        for (String name : world.names(TaskState.PENDING))
            Files.delete(world.folder(TaskState.PENDING).resolve(name));
    }

    /** It breaks off before it does what takes its time. */
    @ParameterizedTest
    @MethodSource("failures")
    void a_slow_kind_that_fails_quickly_does_not_look_quick(Outcome failure) throws IOException {
        attempts(3, Duration.ofSeconds(1), DONE);
        attempts(100, Duration.ofMillis(1), failure);
        assertThat(filesOf(100)).isEqualTo(100);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void a_kind_that_has_only_failed_was_not_measured(Outcome failure) throws IOException {
        attempts(3, Duration.ofMillis(1), failure);
        assertThat(filesOf(100)).isEqualTo(100);
    }

    private static Stream<Arguments> hints() {
        return Stream.of(Arguments.of("too long", " ".repeat(2 << 20)), Arguments.of("no JSON", "{"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hints")
    void hints_that_make_no_sense_are_written_anew(String how, String content) throws IOException {
        Files.writeString(world.layout().runtimes(), content);
        attempts(3, Duration.ofMillis(1), DONE);
        assertThat(filesOf(100)).isEqualTo(1);
    }

    @Test
    void outcomes_that_lie_elsewhere_leave_their_log_also_where_the_hints_cannot_be_written() throws IOException {
        Files.writeString(world.layout().runtimes(), "{\"runtimes\":{\"k\":0.0001}}");
        assertThat(filesOf(3)).isEqualTo(1);
        world.passPoll();
        for (int i = 0; i < 3; i++) worker.done(worker.claim(), "x");
        assertThat(world.names(world.layout().outcomes())).hasSize(1);
        worker.disk()
                .fault(
                        call -> call.target()
                                .filter(world.layout().runtimes()::equals)
                                .isPresent(),
                        Moment.BEFORE,
                        DiskTrouble.inputOutput());
        worker.queue().dropFinishedLogs();
        assertThat(world.names(world.layout().outcomes())).isEmpty();
        assertThat(world.events.of(Event.Trouble.class))
                .singleElement()
                .satisfies(trouble -> assertThat(trouble.describe()).contains("runtimes.json"));
    }
}
