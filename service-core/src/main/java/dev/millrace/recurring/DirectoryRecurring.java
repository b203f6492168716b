package dev.millrace.recurring;

import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskView;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@link RecurringTasks} that lie in a queue's directory. */
final class DirectoryRecurring implements RecurringTasks {
    private final TaskQueue queue;
    private final QueuePorts ports;
    private final RecurringFiles files;
    private final Firings firings;
    private final Precondition requireRunning;
    private final Map<String, RecurringTask> configured = new TreeMap<>();

    DirectoryRecurring(TaskQueue queue, List<RecurringTask> configured, QueuePorts ports, Precondition requireRunning) {
        this.queue = queue;
        this.ports = ports;
        this.files = new RecurringFiles(queue, ports);
        this.firings = new Firings(files, queue);
        this.requireRunning = requireRunning;
        configured.forEach(task -> this.configured.put(task.name(), task));
    }

    private Map<String, RecurringTask> all() throws IOException {
        Map<String, RecurringTask> all = new TreeMap<>(files.defined());
        all.putAll(configured);
        return all;
    }

    private RecurringTask known(String name) throws IOException {
        Map<String, RecurringTask> all = all();
        RecurringTask task = all.get(name);
        if (task != null) return task;
        String others = all.isEmpty() ? "there are none" : "there are " + String.join(", ", all.keySet());
        throw new InvalidRecurringException(name, "", "is not known; " + others);
    }

    private Instant now() {
        return ports.time().instant();
    }

    @Override
    public List<RecurringReport> list() throws IOException {
        List<RecurringReport> reports = new ArrayList<>();
        for (RecurringTask task : all().values()) reports.add(report(task));
        return List.copyOf(reports);
    }

    @Override
    public RecurringReport report(String name) throws IOException {
        return report(known(name));
    }

    private RecurringReport report(RecurringTask task) throws IOException {
        Mark mark = files.mark(task.name()).orElseGet(() -> Mark.beginning(task, now()));
        Instant from = mark.last().isAfter(now()) ? mark.last() : now();
        return new RecurringReport(
                task,
                configured.containsKey(task.name()) ? RecurringReport.Origin.SETTINGS : RecurringReport.Origin.API,
                mark.paused(),
                mark.paused() ? Optional.empty() : task.after(from),
                mark.recent(),
                lastState(mark),
                mark.waiting(),
                mark.counts().fired(),
                mark.counts().skipped());
    }

    private Optional<TaskState> lastState(Mark mark) throws IOException {
        if (mark.recent().isEmpty()) return Optional.empty();
        return queue.locate(mark.recent().get(0).stem()).map(TaskView::state);
    }

    @Override
    public List<Instant> next(String name, int most) throws IOException {
        RecurringTask task = known(name);
        List<Instant> dues = new ArrayList<>();
        Optional<Instant> due = task.after(now());
        while (due.isPresent() && dues.size() < most) {
            dues.add(due.get());
            due = task.after(due.get());
        }
        return List.copyOf(dues);
    }

    @Override
    public void define(RecurringTask task) throws IOException, InterruptedException {
        requireOurs(task.name(), "change");
        try (DiskLock held = files.lock()) {
            Optional<Mark> mark = files.mark(task.name());
            if (mark.isEmpty()) files.write(task.name(), Mark.beginning(task, now()));
            files.define(task);
        }
    }

    private void requireOurs(String name, String verb) {
        if (configured.containsKey(name))
            throw new InvalidRecurringException(
                    name,
                    "",
                    "stands in the app's settings; " + verb + " it there, under [service.recurring." + name + "]");
    }

    @Override
    public void remove(String name) throws IOException, InterruptedException {
        requireOurs(name, "remove");
        known(name);
        try (DiskLock held = files.lock()) {
            Optional<Mark> mark = files.mark(name);
            if (mark.isPresent()) firings.finish(name, mark.get());
            files.undefine(name);
            files.forget(name);
            firings.forget(name);
        }
    }

    @Override
    public Firing run(String name) throws IOException, InterruptedException {
        RecurringTask task = known(name);
        requireRunning.check();
        try (DiskLock held = files.lock()) {
            Mark mark = finished(task);
            return firings.fireNow(task, mark, now()).recent().get(0);
        }
    }

    /** The mark, with what it says done: the next firing takes the place of the one that it names. */
    private Mark finished(RecurringTask task) throws IOException {
        Mark mark = files.mark(task.name()).orElseGet(() -> Mark.beginning(task, now()));
        firings.finish(task.name(), mark);
        return mark;
    }

    @Override
    public void pause(String name) throws IOException, InterruptedException {
        RecurringTask task = known(name);
        try (DiskLock held = files.lock()) {
            files.write(name, finished(task).withPaused(true));
        }
    }

    @Override
    public void resume(String name) throws IOException, InterruptedException {
        RecurringTask task = known(name);
        try (DiskLock held = files.lock()) {
            Mark mark = finished(task);
            if (mark.paused()) files.write(name, mark.begunAnew(task, now()).withPaused(false));
        }
    }
}
