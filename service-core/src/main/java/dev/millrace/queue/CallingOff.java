package dev.millrace.queue;

import dev.millrace.queue.QueueControl.Cancelled;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Calls tasks off for operators. The requests are written first: whoever has a task, or takes it while we look, finds its
 * own. Tasks that wait are then claimed and ended by ourselves, as any worker would do it.
 *
 * <p>There may be a hundred thousand of them, so whoever asks has found them by one look, and only what has moved since is
 * looked for; those that share a file are ended together.
 */
final class CallingOff {
    private final QueuePorts ports;
    private final QueueLook look;
    private final BatchLook batches;
    private final CancelRequests requests;
    private final Supplier<DirectoryWorkerQueue> operator;

    CallingOff(QueueLayout layout, QueuePorts ports, QueueLook look, Supplier<DirectoryWorkerQueue> operator) {
        this.ports = ports;
        this.look = look;
        this.batches = new BatchLook(layout, ports.disk());
        this.operator = operator;
        this.requests = new CancelRequests(ports.disk(), ports.time(), layout.cancels());
    }

    Cancelled cancel(String stem, String reason) throws IOException {
        Optional<TaskView> found = look.locate(stem);
        if (found.isEmpty()) return Cancelled.UNKNOWN;
        return cancelAll(List.of(found.get()), reason).getOrDefault(found.get(), Cancelled.UNKNOWN);
    }

    Map<TaskView, Cancelled> cancelAll(List<TaskView> tasks, String reason) throws IOException {
        Map<TaskView, Cancelled> outcomes = new LinkedHashMap<>();
        Map<Path, TaskView> files = new LinkedHashMap<>();
        List<TaskView> asked = new ArrayList<>();
        Whereabouts before = new Whereabouts();
        for (TaskView task : tasks) {
            Optional<TaskView> now = before.of(task);
            outcomes.put(task, now.isEmpty() ? Cancelled.UNKNOWN : Cancelled.TOO_LATE);
            if (now.isEmpty() || now.get().state().isTerminal()) continue;
            requests.add(task.stem(), reason);
            files.putIfAbsent(now.get().file(), now.get());
            asked.add(task);
        }
        if (asked.isEmpty()) return outcomes;
        endWaiting(files.values());
        Whereabouts after = new Whereabouts();
        for (TaskView task : asked) outcomes.put(task, outcome(after.of(task).map(TaskView::state)));
        return outcomes;
    }

    /** @param ofFiles one task of each file */
    private void endWaiting(Iterable<TaskView> ofFiles) throws IOException {
        try (DirectoryWorkerQueue mine = operator.get()) {
            for (TaskView task : ofFiles)
                if (task.state() != TaskState.RUNNING) mine.withoutRun().endWaiting(task);
        }
    }

    private static Cancelled outcome(Optional<TaskState> now) {
        if (now.filter(TaskState.CANCELLED::equals).isPresent()) return Cancelled.NOW;
        return now.filter(TaskState::isTerminal).isPresent() ? Cancelled.TOO_LATE : Cancelled.ASKED;
    }

    /** Where tasks are by now. The file that several share is read once for those of them that follow each other. */
    private final class Whereabouts {
        private String sharedStem = "";
        private Optional<BatchLook.Content> shared = Optional.empty();

        Optional<TaskView> of(TaskView task) throws IOException {
            if (task.isPart()) return part(task);
            return ports.disk().exists(task.file()) ? Optional.of(task) : look.locate(task.stem());
        }

        private Optional<TaskView> part(TaskView task) throws IOException {
            if (!task.fileStem().equals(sharedStem)) {
                Optional<BatchLook.Found> file = batches.locate(task.fileStem());
                shared = file.isEmpty() ? Optional.empty() : batches.read(file.get());
                sharedStem = task.fileStem();
            }
            return shared.flatMap(content ->
                    task.part().filter(part -> part.index() < content.count()).map(part -> content.view(part.index())));
        }
    }
}
