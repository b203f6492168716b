package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.storage.Disk;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.SimulatedDisk;
import dev.millrace.testkit.SteppedTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What random worlds found about unique keys, each as the shortest story that shows it. See decision 10. */
class KeysFoundByWorldsTest {
    private static final QueueLayout LAYOUT = new QueueLayout(Path.of("/queue"));

    private final SteppedTime time = SteppedTime.create();
    private final SimulatedDisk disk = SimulatedDisk.empty(time);

    private TaskQueue on(Disk one) {
        QueuePorts ports = new QueuePorts(one, time, new SplittableRandom(one.hashCode()), event -> {});
        return TaskQueue.inDirectory(LAYOUT, QueueOptions.defaults(), ports);
    }

    private static Task task(String id) {
        return Task.of("k").id(id).uniqueKey("one of a kind");
    }

    @BeforeEach
    void prepare() throws IOException {
        on(disk).prepare();
        disk.forceFileSystem(LAYOUT.root());
    }

    @Test
    void after_a_power_cut_a_key_is_still_taken_by_the_task_that_waits() throws IOException {
        for (Task first : List.of(task("first"), task("first").uniqueWindow(Duration.ofHours(1)))) {
            SimulatedDisk before = disk.copy();
            on(before.as("first")).submit(first);
            for (SimulatedDisk left : before.survivors(100).disks())
                assertThat(on(left).submit(task("second")).isNew())
                        .as(left.describe())
                        .isFalse();
        }
    }

    @Test
    void a_key_is_taken_although_its_task_goes_back_while_a_submitter_looks_for_it() throws IOException {
        on(disk).submit(task("first"));
        WorkerQueue worker = on(disk.as("worker")).join(Member.newLife(0, "worker", new SplittableRandom(1)));
        Claim claim = worker.claim().orElseThrow();
        boolean[] back = {false};
        try (SimulatedDisk.Watch watch = disk.observe((process, call) -> {
            if (!process.equals("second") || back[0] || !isListingOfRunning(call)) return;
            back[0] = true;
            worker.settle(claim, new Outcome.HandedBack(""));
        })) {
            assertThat(on(disk.as("second")).submit(task("second")).isNew()).isFalse();
        }
        assertThat(back[0]).isTrue();
    }

    private static boolean isListingOfRunning(DiskCall call) {
        return call.is(Operation.LIST) && call.path().endsWith("running");
    }
}
