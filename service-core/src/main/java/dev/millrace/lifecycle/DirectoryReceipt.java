package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskRecord;
import dev.millrace.queue.TaskView;
import dev.millrace.storage.Disk;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** {@link TaskReceipt} by looking into the terminal folders, woken by what the operating system notices there. */
final class DirectoryReceipt implements TaskReceipt {
    private static final Duration LONGEST_WAIT = Duration.ofMillis(250);
    private static final Duration LOOK_EVERYWHERE = Duration.ofSeconds(5);

    private final String id;
    private final String stem;
    private final Submission.Fate fate;
    private final TaskQueue queue;
    private final Disk disk;
    private final Time time;

    DirectoryReceipt(String id, String stem, Submission.Fate fate, TaskQueue queue, Disk disk, Time time) {
        this.fate = fate;
        this.id = id;
        this.stem = stem;
        this.queue = queue;
        this.disk = disk;
        this.time = time;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String stem() {
        return stem;
    }

    @Override
    public Submission.Fate fate() {
        return fate;
    }

    @Override
    public Optional<TaskResult> peek() throws IOException {
        if (BatchName.partOf(stem).isPresent()) return peekWhereItIs();
        for (TaskState state : List.of(TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED)) {
            TaskView view = TaskView.single(
                    stem, state, 0, 0, "", queue.layout().folder(state).resolve(stem + ".task.json"));
            if (!disk.exists(view.file())) continue;
            if (!TaskOrder.isOurs(stem)) return peekWhereItIs();
            Optional<TaskRecord> record = queue.read(view);
            if (record.isPresent()) return Optional.of(result(record.get()));
        }
        return Optional.empty();
    }

    /** Of a stranger's name that is used again, another task may wait still. */
    private Optional<TaskResult> peekWhereItIs() throws IOException {
        Optional<TaskView> view =
                queue.locate(stem).filter(found -> found.state().isTerminal());
        return view.isEmpty() ? Optional.empty() : queue.read(view.get()).map(this::result);
    }

    private TaskResult result(TaskRecord record) {
        boolean done = record.view().state() == TaskState.DONE;
        return new TaskResult(
                id(),
                record.view().state(),
                done ? record.result() : MissingNode.getInstance(),
                record.error(),
                record.runtimeSeconds(),
                record.document());
    }

    @Override
    public TaskResult await(Duration atMost) throws IOException, InterruptedException, TimeoutException {
        long start = time.nanos();
        long lookedEverywhere = start;
        try (Disk.FolderWatch watch = watchOrPoll()) {
            while (true) {
                Optional<TaskResult> result = peek();
                if (result.isPresent()) return result.get();
                Duration left = atMost.minusNanos(time.nanos() - start);
                if (left.isNegative() || left.isZero()) throw notInTime(atMost);
                if (time.nanos() - lookedEverywhere > LOOK_EVERYWHERE.toNanos()) {
                    lookedEverywhere = time.nanos();
                    requireSomewhere();
                }
                watch.await(left.compareTo(LONGEST_WAIT) < 0 ? left : LONGEST_WAIT);
            }
        }
    }

    private TimeoutException notInTime(Duration atMost) {
        return new TimeoutException("task " + id() + " has not ended within " + atMost.toMillis() / 1e3
                + " s; it goes on, see 'millrace task " + id() + "'");
    }

    /** The system has few watches for each user; who gets none looks several times a second instead. */
    private Disk.FolderWatch watchOrPoll() {
        try {
            return disk.watch(List.of(
                    queue.layout().folder(TaskState.DONE),
                    queue.layout().folder(TaskState.FAILED),
                    queue.layout().folder(TaskState.CANCELLED)));
        } catch (IOException noWatchLeft) {
            return new Polling(time);
        }
    }

    private record Polling(Time time) implements Disk.FolderWatch {
        private static final Duration LOOK = Duration.ofMillis(50);

        @Override
        public Disk.Changes await(Duration atMost) throws InterruptedException {
            time.sleep(atMost.compareTo(LOOK) < 0 ? atMost : LOOK);
            return new Disk.Changes(List.of(), true);
        }

        @Override
        public void close() {}
    }

    private void requireSomewhere() throws IOException {
        if (queue.locate(stem).isEmpty() && peek().isEmpty())
            throw new ServiceException(
                    "task " + id() + " is nowhere in " + queue.layout().root()
                            + ": it ended and retention removed it, or its file was taken away by hand");
    }
}
