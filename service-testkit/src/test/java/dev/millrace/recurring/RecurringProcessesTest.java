package dev.millrace.recurring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.TestProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stewards in processes of their own that keep the same house at the same time. */
class RecurringProcessesTest {
    private static final int DUE_TIMES = 200;

    @TempDir
    private Path folder;

    @Test
    void of_two_processes_that_both_keep_the_house_one_fires_each_due_time() throws Exception {
        RecurringWorld world = new RecurringWorld(folder, RecurringProcess.task(DUE_TIMES));
        world.steward().step();
        List<TestProcess> both = new ArrayList<>();
        int fired = 0;
        try {
            for (String seed : List.of("11", "12"))
                both.add(TestProcess.of(RecurringProcess.class, folder.toString(), seed, Integer.toString(DUE_TIMES)));
            for (TestProcess one : both) assertThat(one.line()).isEqualTo("ready");
            for (int i = 0; i < DUE_TIMES; i++) {
                for (TestProcess one : both) one.go();
                for (TestProcess one : both) fired += Integer.parseInt(one.line());
            }
        } finally {
            for (TestProcess one : both) one.close();
        }
        assertThat(fired).isEqualTo(DUE_TIMES);
        assertThat(world.ids()).hasSize(DUE_TIMES).doesNotHaveDuplicates();
        world.time.advance(Duration.ofMinutes(DUE_TIMES));
        assertThat(world.steward().step()).isZero();
    }
}
