package dev.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.queue.TaskFilter;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is not accepted, before anything is written. A part of {@link QueueContract}. */
interface RefusalContract {

    @Test
    default void ids_that_cannot_be_names_are_refused_by_name(ContractBench bench) throws IOException {
        for (String id : List.of("../x", "a/b", "", ".hidden", "a b", "x".repeat(300), "a..b", "a\nb", "ü")) {
            InvalidTaskException refused = assertThrows(
                    InvalidTaskException.class,
                    () -> bench.queue().submit(Task.of("k").id(id)),
                    id);
            assertEquals("task_id", refused.key());
        }
        assertEquals(0, bench.queue().list(TaskFilter.all()).size());
    }

    @Test
    default void of_several_tasks_none_is_accepted_when_one_is_wrong(ContractBench bench) throws IOException {
        Task good = Task.of("k").id("good");
        Task bad = new Task(good.id(), good.keys().deepCopy().put("priority", 11));
        List<Task> tasks = List.of(good, bad);
        InvalidTaskException refused =
                assertThrows(InvalidTaskException.class, () -> bench.queue().submitAll(tasks));
        assertTrue(String.valueOf(refused.getMessage()).contains("priority"), refused.getMessage());
        assertEquals(0, bench.queue().list(TaskFilter.all()).size());
    }

    @Test
    default void a_task_beyond_the_size_limit_is_refused_with_the_way_out(ContractBench bench) throws IOException {
        Task huge = Task.of("k").id("huge").args(Map.of("text", "x".repeat(65 << 20)));
        InvalidTaskException refused =
                assertThrows(InvalidTaskException.class, () -> bench.queue().submit(huge));
        assertTrue(String.valueOf(refused.getMessage()).contains("file"), refused.getMessage());
        assertEquals(0, bench.queue().list(TaskFilter.all()).size());
    }

    @Test
    default void values_that_are_no_json_are_refused_by_key(ContractBench bench) {
        List<Object> loop = new ArrayList<>();
        loop.add(loop);
        for (Object hopeless : List.of(loop, Optional.of(1))) {
            InvalidTaskException refused =
                    assertThrows(InvalidTaskException.class, () -> Task.of("k").args(Map.of("x", hopeless)));
            assertEquals("args", refused.key());
        }
    }
}
