package dev.millrace.queue;

import dev.millrace.queue.QueueControl.Changed;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Lets tasks begin now that wait for their time: a file moves from scheduled to pending.
 *
 * <p>Of a batch that was begun, only those tasks are due for which somebody asks. As a worker would, the operator claims it,
 * logs that they are to be tried again at once, and puts it back. One that nobody has begun is due as a whole, because of
 * its name; it can only begin with all its tasks.
 */
final class Requeueing {
    private final QueueLayout layout;
    private final QueuePorts ports;
    private final QueueLook look;
    private final Publisher publisher;
    private final Supplier<DirectoryWorkerQueue> operator;

    Requeueing(QueueLayout layout, QueuePorts ports, QueueLook look, Supplier<DirectoryWorkerQueue> operator) {
        this.layout = layout;
        this.ports = ports;
        this.look = look;
        this.publisher = new Publisher(layout, ports.disk());
        this.operator = operator;
    }

    Map<TaskView, Changed> requeueAll(List<TaskView> tasks) throws IOException {
        Map<TaskView, Changed> outcomes = new LinkedHashMap<>();
        Map<Path, List<TaskView>> shared = new LinkedHashMap<>();
        for (TaskView task : tasks) {
            outcomes.put(task, Changed.WRONG_STATE);
            if (task.state() != TaskState.SCHEDULED) continue;
            if (task.isPart())
                shared.computeIfAbsent(task.file(), none -> new ArrayList<>()).add(task);
            else outcomes.put(task, requeue(task));
        }
        for (List<TaskView> together : shared.values()) outcomes.putAll(requeueTogether(together));
        return outcomes;
    }

    // ------------------------------------------------------------------ a file of its own

    private Changed requeue(TaskView task) throws IOException {
        TaskName name = begun(TaskName.parse(pendingName(task)), task);
        return moved(task.file(), publisher.free(TaskState.PENDING, name).fileName());
    }

    private static String pendingName(TaskView task) {
        return Promotion.taskFileName(String.valueOf(task.file().getFileName()));
    }

    private Changed moved(Path file, String pendingName) throws IOException {
        Path target = layout.folder(TaskState.PENDING).resolve(pendingName);
        return publisher.move(file, target) ? Changed.DONE : Changed.UNKNOWN;
    }

    /** A stranger's file would be laid aside again because of what it says, unless its name tells that it has waited. */
    private TaskName begun(TaskName name, TaskView task) throws IOException {
        if (name.returns() > 0 || TaskOrder.isOurs(name.stem())) return name;
        boolean namesOnlyItsTime = look.read(task)
                .flatMap(TaskRecord::document)
                .filter(DueTime::isNamedIn)
                .filter(document ->
                        DependencyPlan.namesIn(document.path("depends_on")).isEmpty())
                .isPresent();
        return namesOnlyItsTime ? name.sameAttempt() : name;
    }

    // ------------------------------------------------------------------ a file of several

    private Map<TaskView, Changed> requeueTogether(List<TaskView> tasks) throws IOException {
        TaskView first = tasks.get(0);
        BatchName name = BatchName.parse(pendingName(first));
        Set<Integer> lines = new HashSet<>();
        for (TaskView task : tasks) lines.add(lineOf(task));
        Map<TaskView, Changed> outcomes = new LinkedHashMap<>();
        if (name.tally().progress() == 0) {
            Changed outcome = whole(first, lines.size());
            for (TaskView task : tasks) outcomes.put(task, outcome);
            return outcomes;
        }
        Set<Integer> due = madeDue(first.file(), name, lines);
        for (TaskView task : tasks) outcomes.put(task, due.contains(lineOf(task)) ? Changed.DONE : Changed.UNKNOWN);
        return outcomes;
    }

    private static int lineOf(TaskView part) {
        return part.part().map(BatchName.Part::index).orElse(-1);
    }

    private Set<Integer> madeDue(Path file, BatchName name, Set<Integer> lines) throws IOException {
        try (DirectoryWorkerQueue mine = operator.get()) {
            return mine.withoutRun().makeDue(file, name, lines);
        }
    }

    private Changed whole(TaskView first, int named) throws IOException {
        if (named != look.sharing(first)) return Changed.SHARED;
        String name = pendingName(first);
        boolean isTaken = Promotion.inTheWay(layout, ports.disk(), name).isPresent();
        return isTaken ? Changed.WRONG_STATE : moved(first.file(), name);
    }
}
