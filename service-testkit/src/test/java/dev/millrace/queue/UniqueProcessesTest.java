package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.storage.Durability;
import dev.millrace.task.TaskState;
import dev.millrace.task.UniquePolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real processes that submit the same unique keys at the same time. */
class UniqueProcessesTest {
    private static final int KEYS = 200;

    @TempDir
    private Path folder;

    private QueueWorld world;

    @BeforeEach
    void open() throws IOException {
        world = QueueWorld.in(folder, QueueWorld.OPTIONS.withDurability(Durability.OS));
    }

    /** How many tasks two processes have added. */
    private int addedByTwo(UniquePolicy policy) throws Exception {
        List<TestProcess> both = new ArrayList<>();
        try {
            for (String name : List.of("a", "b"))
                both.add(TestProcess.of(
                        UniqueProcess.class, world.root.toString(), name, Integer.toString(KEYS), policy.name()));
            for (TestProcess one : both) assertThat(one.line()).isEqualTo("ready");
            for (TestProcess one : both) one.go();
            int added = 0;
            for (TestProcess one : both) added += Integer.parseInt(one.lastLine());
            return added;
        } finally {
            for (TestProcess one : both) one.close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RETURN_EXISTING", "DISCARD"})
    void of_each_key_that_two_processes_submit_at_once_one_task_is_added(UniquePolicy policy) throws Exception {
        assertThat(addedByTwo(policy)).isEqualTo(KEYS);
        assertThat(world.names(TaskState.PENDING)).hasSize(KEYS);
        assertThat(world.queue.counts().total()).isEqualTo(KEYS);
    }

    @Test
    void of_each_key_one_task_is_left_when_each_submit_replaces_the_one_before() throws Exception {
        assertThat(addedByTwo(UniquePolicy.REPLACE)).isEqualTo(2 * KEYS);
        expectOneOfEachKey(TaskState.PENDING);
    }

    @Test
    void of_each_key_one_task_is_left_when_each_submit_puts_the_start_off() throws Exception {
        assertThat(addedByTwo(UniquePolicy.DEBOUNCE)).isEqualTo(2 * KEYS);
        expectOneOfEachKey(TaskState.SCHEDULED);
    }

    private void expectOneOfEachKey(TaskState waiting) throws IOException {
        assertThat(world.names(waiting).stream()
                        .map(name -> name.replaceAll("\\.task\\.json$", "").replaceAll(".*-[ab]", "")))
                .as("the number of the key is the end of the id")
                .hasSize(KEYS)
                .doesNotHaveDuplicates();
        assertThat(world.names(TaskState.CANCELLED)).hasSize(KEYS);
        assertThat(world.queue.counts().total()).isEqualTo(2 * KEYS);
    }
}
