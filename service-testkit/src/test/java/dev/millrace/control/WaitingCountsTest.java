package dev.millrace.control;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** What is counted before something is taken on. */
class WaitingCountsTest extends WithControlBench {
    @Test
    void those_that_wait_are_counted_and_no_other_folder_is_listed() throws Exception {
        Hosted a = bench.service("a");
        var queue = a.service().queue();
        queue.submitAll(Collections.nCopies(9, Task.of("work")));
        queue.submit(Task.of("work"));
        for (TaskState state : TaskState.values())
            if (state != TaskState.PENDING) spoil(queue.layout().folder(state));

        bench.control.limit(bench.control.limits().withMaxPending(11));
        bench.control.requireOpen(a);
        bench.control.limit(bench.control.limits().withMaxPending(10));
        assertThatThrownBy(() -> bench.control.requireOpen(a)).hasMessageContaining("10 tasks of a wait");
    }

    /** Whoever lists it fails. */
    private static void spoil(Path state) throws Exception {
        Files.deleteIfExists(state);
        Files.writeString(state, "no folder");
    }
}
