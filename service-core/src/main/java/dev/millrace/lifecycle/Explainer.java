package dev.millrace.lifecycle;

import dev.millrace.lifecycle.Explanation.Cause;
import dev.millrace.lifecycle.Explanation.Code;
import dev.millrace.liveness.Judgement;
import dev.millrace.queue.TaskFilter;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskRecord;
import dev.millrace.queue.TaskView;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.ServiceSettings;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskMarks;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds out why a task is not run. Only looks. */
final class Explainer {
    private final AppEnv env;
    private final ServicePorts ports;
    private final Optional<ServiceRecord> record;
    private final ServiceSettings settings;
    private final Held held;
    private final TaskQueue queue;

    Explainer(AppEnv env, ServicePorts ports, Optional<ServiceRecord> record, ServiceSettings usual) {
        this.env = env;
        this.ports = ports;
        this.record = record;
        this.settings = record.map(ServiceRecord::settings).orElse(usual);
        this.held = new Held(
                ports,
                settings,
                record.map(ServiceRecord::queueDir)
                        .orElseGet(() -> env.queueFolder(settings.storage().queueDir())));
        this.queue = held.queue();
    }

    /** Of several tasks with one id, one that has not ended is meant; then the newest. */
    Explanation why(String subject) throws IOException, InterruptedException {
        List<TaskView> found = queue.find(subject);
        Optional<TaskView> task = found.stream()
                .filter(view -> !view.state().isTerminal())
                .findFirst()
                .or(() -> found.stream().findFirst());
        if (task.isPresent()) return ofTask(task.get());
        if (isKind(subject)) return ofKind(subject);
        throw new ServiceException("there is neither a task nor a kind '" + subject + "' of " + env.target()
                + "; 'millrace tasks' lists the tasks; " + TaskView.DROPPED_FILES);
    }

    private boolean isKind(String name) throws IOException {
        return settings.tasks().handlers().containsKey(name)
                || settings.tasks().kinds().containsKey(name)
                || settings.tasks().defaultKind().filter(name::equals).isPresent()
                || queue.control().pauses().kinds().containsKey(name)
                || !waiting(name).isEmpty();
    }

    /** The tasks that wait and whose name tells that they are of a kind. */
    private List<TaskView> waiting(String kind) throws IOException {
        Set<TaskState> states =
                EnumSet.of(TaskState.BLOCKED, TaskState.PENDING, TaskState.SCHEDULED, TaskState.RUNNING);
        return queue.list(new TaskFilter(states, "", Integer.MAX_VALUE)).stream()
                .filter(view -> marksOf(view.stem())
                        .filter(marks -> marks.isOfKind(kind))
                        .isPresent())
                .toList();
    }

    private static Optional<TaskMarks> marksOf(String stem) {
        String file = BatchName.partOf(stem).map(BatchName.Part::stem).orElse(stem);
        return TaskOrder.of(file).map(TaskOrder::marks);
    }

    private Explanation ofTask(TaskView view) throws IOException, InterruptedException {
        Optional<TaskRecord> document = queue.read(view);
        String kind = document.map(found -> found.value("kind").asText("")).orElse("");
        if (view.state().isTerminal()) return new Explanation(view.id(), Optional.of(view), kind, ended(view));
        Map<String, Judgement> judged = held.look();
        WorkerCauses workers = new WorkerCauses(ports, record, judged, queue.layout(), env.target());
        QueueCauses causes = new QueueCauses(ports, queue, workers);
        List<Cause> all = new ArrayList<>();
        DueCauses times = new DueCauses(ports, queue, workers);
        boolean early = times.isEarly(view);
        if (view.state() == TaskState.RUNNING && !early) all.add(workers.running(view));
        else if (view.state() == TaskState.RUNNING) all.addAll(times.scheduled(view, document));
        else {
            if (view.state() == TaskState.BLOCKED && document.isPresent()) all.add(causes.blocked(document.get()));
            if (early || view.state() == TaskState.SCHEDULED) all.addAll(times.scheduled(view, document));
            all.addAll(workers.ofTask(document, kind, settings));
            all.addAll(causes.ofKind(kind));
            all.addAll(causes.ofJob(view));
            all.addAll(causes.ofKey(
                    kind,
                    document.map(found -> found.value("concurrency_key").asText(""))
                            .orElse("")));
            all.addAll(causes.ofDisk());
            all.addAll(causes.ofLocks(kind, document));
            if (all.isEmpty()) all.add(causes.line(view, workers.slots(document, kind, settings)));
        }
        return new Explanation(
                view.id(),
                Optional.of(view),
                kind,
                view.state() == TaskState.RUNNING ? all : withClocks(sorted(all), workers));
    }

    private static List<Cause> ended(TaskView view) {
        return List.of(new Cause(
                Code.ENDED, view.id() + " has ended as " + view.state().word(), "millrace task " + view.id()));
    }

    private Explanation ofKind(String kind) throws IOException, InterruptedException {
        WorkerCauses workers = new WorkerCauses(ports, record, held.look(), queue.layout(), env.target());
        QueueCauses causes = new QueueCauses(ports, queue, workers);
        List<Cause> all = new ArrayList<>(workers.ofTask(Optional.empty(), kind, settings));
        all.addAll(causes.ofKind(kind));
        all.addAll(causes.ofDisk());
        all.addAll(causes.ofLocks(kind, Optional.empty()));
        if (all.isEmpty()) all.add(causes.free(kind, waiting(kind), workers.slots(Optional.empty(), kind, settings)));
        return new Explanation(kind, Optional.empty(), kind, withClocks(sorted(all), workers));
    }

    /** Clocks that differ come last, unless one of them is the cause. */
    private static List<Cause> withClocks(List<Cause> causes, WorkerCauses workers) throws IOException {
        Set<Cause> all = new LinkedHashSet<>(causes);
        all.addAll(workers.skewed());
        return List.copyOf(all);
    }

    /** What keeps everything from running comes first. */
    private static List<Cause> sorted(List<Cause> causes) {
        List<Cause> sorted = new ArrayList<>(causes);
        sorted.sort(Comparator.comparing(Cause::code));
        return sorted;
    }
}
