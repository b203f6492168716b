package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.json.Json;
import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.lifecycle.WorkerEntry;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.TaskQueue;
import dev.millrace.settings.AppSettings;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.task.Task;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.FaultyDisk.Moment;
import dev.millrace.testkit.RecordingEvents;
import dev.millrace.testkit.SteppedTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often a whole worker beats, and how much it tells, goes by the clock and by its slots; never by its tasks. */
class HeartbeatsUnderLoadTest {
    private static final int MANY = 300;
    private static final Duration SOON = Duration.ofMinutes(1);

    /** What the numbers in a beat may differ by in length. */
    private static final int DIGITS = 100;

    @TempDir
    Path folder;

    private final SteppedTime time = SteppedTime.create();
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    private final FaultyDisk disk = FaultyDisk.over(Disk.local());
    private final AtomicInteger beats = new AtomicInteger();

    private Worker worker(TaskQueue queue) throws IOException {
        ServiceRecord record = new ServiceRecord(
                "app",
                "app",
                folder,
                queue.layout().root(),
                ServiceRecord.Phase.RUNNING,
                time.epochSeconds(),
                ProcessIdentity.unknown(),
                "",
                AppSettings.defaults().service(),
                List.of(new WorkerEntry(0, "w", "here")));
        ServiceFiles files = new ServiceFiles(disk, folder.resolve("service"));
        Files.createDirectories(files.folder());
        Files.write(files.record(), Json.bytes(record.toJson()));
        return Worker.of(files, record, record.workers().get(0), ports(), HandlerRegistry.of(task -> "done"));
    }

    private ServicePorts ports() {
        return new ServicePorts(disk, time, random, Processes.local(), List.of(), RecordingEvents.create());
    }

    private static void run(TaskQueue queue, int tasks) throws IOException {
        long before = queue.counts().of(TaskState.DONE);
        queue.submitAll(Collections.nCopies(tasks, Task.ofDefaultKind()));
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> queue.counts().of(TaskState.DONE) == before + tasks);
    }

    private static long size(TaskQueue queue) throws IOException {
        Path heartbeats = queue.layout().heartbeats();
        List<String> names = Disk.local().sortedNames(heartbeats);
        assertThat(names).hasSize(1);
        return Files.size(heartbeats.resolve(names.get(0)));
    }

    @Test
    void three_hundred_tasks_make_no_beat_and_no_longer_one_than_a_single_task() throws Exception {
        disk.fault(
                call -> {
                    if (call.is(Operation.RENAME) && call.isIn("heartbeats")) beats.incrementAndGet();
                    return false;
                },
                Moment.BEFORE,
                DiskTrouble.inputOutput());
        TaskQueue queue = TaskQueue.inDirectory(
                new QueueLayout(folder.resolve("queue")),
                QueueOptions.defaults().withDurability(Durability.OS),
                ports().queuePorts());
        queue.prepare();
        Duration beatEvery = AppSettings.defaults().service().timing().heartbeatInterval();
        try (Worker worker = worker(queue)) {
            worker.start();
            run(queue, 1);
            int afterOne = beats.get();
            run(queue, MANY);
            assertThat(beats).hasValue(afterOne);
            time.advance(beatEvery);
            await().atMost(SOON).pollInterval(Duration.ofMillis(10)).until(() -> beats.get() == afterOne + 1);
            long size = size(queue);
            time.advance(beatEvery);
            run(queue, MANY);
            await().atMost(SOON).pollInterval(Duration.ofMillis(10)).until(() -> beats.get() == afterOne + 2);
            assertThat(size(queue)).isBetween(size - DIGITS, size + DIGITS);
        }
    }

    @Test
    void the_longest_beat_that_there_can_be_is_read() throws IOException {
        String longest = "\u0001".repeat(TaskProgress.MOST_MESSAGE);
        Heartbeat.CurrentTask task = new Heartbeat.CurrentTask(
                "i".repeat(TaskName.MAX_LENGTH),
                "k".repeat(TaskName.MAX_LENGTH),
                time.epochSeconds(),
                time.epochSeconds(),
                Optional.of(new Heartbeat.Progress(1.0 / 3, longest)));
        Heartbeat beat = new Heartbeat(
                0,
                "w",
                ProcessIdentity.unknown(),
                "incarnation",
                time.epochSeconds(),
                Heartbeat.State.PROCESSING,
                1,
                1,
                1_024,
                Collections.nCopies(1_024, task),
                Optional.empty(),
                Optional.empty());
        Heartbeats.write(Disk.local(), folder, beat);
        assertThat(Heartbeats.read(Disk.local(), folder.resolve(beat.fileName())))
                .hasValueSatisfying(read -> assertThat(read.busySlots()).isEqualTo(1_024));
    }
}
