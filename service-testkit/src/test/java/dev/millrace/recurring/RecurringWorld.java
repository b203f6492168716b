package dev.millrace.recurring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.queue.Claim;
import dev.millrace.queue.Member;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.TaskFilter;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskView;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.RecordingEvents;
import dev.millrace.testkit.SteppedTime;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** A queue on the real disk with clocks that obey, stewards that can die, and a worker. It begins at noon. */
final class RecurringWorld {
    static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    final SteppedTime time = SteppedTime.startingAt(NOON);
    final RecordingEvents events = RecordingEvents.create();
    final RandomGenerator random;
    final QueueLayout layout;
    final TaskQueue queue;
    final List<RecurringTask> configured;
    private final List<String> removed = new ArrayList<>();
    boolean running = true;

    RecurringWorld(Path folder, RecurringTask... configured) throws IOException {
        this(folder, 3, configured);
    }

    RecurringWorld(Path folder, long seed, RecurringTask... configured) throws IOException {
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        this.layout = new QueueLayout(folder.resolve("queue"));
        this.configured = List.of(configured);
        this.queue = queue(unforced());
        queue.prepare();
    }

    static RecurringTask each(Duration interval) {
        return RecurringTask.of("r", Schedule.every(interval), Task.of("k"));
    }

    static RecurringTask eachMinute() {
        return each(Duration.ofMinutes(1));
    }

    QueuePorts ports(Disk disk) {
        return new QueuePorts(disk, time, random, events);
    }

    private TaskQueue queue(Disk disk) {
        return TaskQueue.inDirectory(layout, QueueOptions.defaults(), ports(disk));
    }

    /** The disk of this machine but for forcing: nobody cuts the power, and hundreds of worlds would wait for the device. */
    static Disk unforced() {
        Disk disk = Disk.local();
        return (Disk) Proxy.newProxyInstance(
                RecurringWorld.class.getClassLoader(), new Class<?>[] {Disk.class}, (self, method, arguments) -> {
                    if (method.getName().startsWith("force")) return null;
                    Object[] given = arguments.clone();
                    if (method.getName().equals("create")) given[2] = Durability.OS;
                    try {
                        return method.isDefault()
                                ? InvocationHandler.invokeDefault(self, method, given)
                                : method.invoke(disk, given);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** A steward with a disk of its own. */
    record Steward(FaultyDisk disk, RecurringDuty duty) {
        int step() throws IOException {
            return duty.step();
        }
    }

    Steward steward() {
        return steward(configured);
    }

    Steward steward(List<RecurringTask> tasks) {
        FaultyDisk disk = FaultyDisk.over(unforced());
        return new Steward(disk, RecurringDuty.of(queue(disk), tasks, ports(disk), () -> running));
    }

    RecurringTasks tasks() {
        return RecurringTasks.in(queue, configured, ports(unforced()), () -> {});
    }

    /** Time passes in small steps, and the steward steps. */
    int pass(Steward steward, Duration length) throws IOException {
        int fired = 0;
        Duration small = Duration.ofMillis(500);
        for (Duration left = length; left.compareTo(Duration.ZERO) > 0; left = left.minus(small)) {
            time.advance(small);
            fired += steward.step();
        }
        return fired;
    }

    /** The ids of all tasks that were ever submitted, sorted. */
    List<String> ids() throws IOException {
        List<String> ids = new ArrayList<>(removed);
        for (TaskView view : queue.list(TaskFilter.all())) ids.add(view.id());
        ids.sort(String::compareTo);
        return ids;
    }

    /** What one firing of "r" is called. */
    static String id(String stamp) {
        return "r-20260101T" + stamp + "Z";
    }

    ObjectNode document(String id) throws IOException {
        TaskView view = queue.find(id).get(0);
        return queue.read(view).orElseThrow().document().orElseThrow();
    }

    /** A worker runs everything that waits; at most so many. */
    int work(int most) throws IOException {
        int done = 0;
        try (WorkerQueue worker = queue.join(Member.newLife(0, "w", random))) {
            for (int idle = 0; idle < 2 && done < most; ) {
                Optional<Claim> claim = worker.claim();
                if (claim.isPresent()) {
                    worker.settle(claim.get(), new Outcome.Done(TextNode.valueOf("ok")));
                    done++;
                } else {
                    idle++;
                    time.advance(QueueOptions.defaults().poll());
                }
            }
            worker.finishUnpublished();
            worker.dropFinishedLogs();
        }
        return done;
    }

    /** Retention, whatever its limits are, as far as it can go. */
    void removeEnded() throws IOException {
        Path done = layout.folder(TaskState.DONE);
        for (TaskView view : queue.list(TaskFilter.all()))
            if (view.state() == TaskState.DONE) {
                removed.add(view.id());
                assertThat(Disk.local().delete(done.resolve(view.file().getFileName())))
                        .isTrue();
            }
    }

    Path recurring() {
        return layout.control().resolve("recurring");
    }

    List<String> names(String folder) throws IOException {
        return Disk.local().sortedNames(recurring().resolve(folder));
    }
}
