package dev.millrace.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.storage.NotARegularFileException;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Looks at a queue without changing anything. Counts and lists come from names; only {@link #read} opens files. */
final class QueueLook {
    private static final int LARGEST_DOCUMENT = 16 << 20;

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final BatchLook batches;
    private final TaskPlaces places;
    private final EndedDocument endings;

    QueueLook(QueueLayout layout, QueuePorts ports) {
        this.layout = layout;
        this.ports = ports;
        this.batches = new BatchLook(layout, ports.disk());
        this.places = new TaskPlaces(layout, ports.disk(), batches);
        this.endings = new EndedDocument(layout, ports);
    }

    QueueCounts counts() throws IOException {
        Map<TaskState, Long> counts = new EnumMap<>(TaskState.class);
        for (TaskState state : TaskState.values()) {
            counts.merge(state, 0L, Long::sum);
            forEachFile(state, name -> count(state, name, counts));
        }
        return new QueueCounts(counts);
    }

    private static void count(TaskState state, String name, Map<TaskState, Long> counts) {
        if (isSingle(name)) counts.merge(state, 1L, Long::sum);
        else if (BatchName.isBatchFile(name))
            BatchLook.countsOf(state, BatchLook.nameIn(state, name))
                    .forEach((part, count) -> counts.merge(part, (long) count, Long::sum));
    }

    private static boolean isSingle(String name) {
        return TaskName.isTaskFile(name) || name.endsWith(TaskName.PICKLE_SUFFIX);
    }

    private void forEachTask(TaskState state, Consumer<String> visitor) throws IOException {
        forEachFile(state, name -> {
            if (isSingle(name)) visitor.accept(name);
        });
    }

    private void forEachFile(TaskState state, Consumer<String> visitor) throws IOException {
        try {
            ports.disk().forEachName(layout.folder(state), visitor);
        } catch (NoSuchFileException notMadeYet) {
            // counts as empty
        }
    }

    QueueAges ages() throws IOException {
        return new AgesLook(layout, ports, this::forEachFile).ages();
    }

    List<TaskView> list(TaskFilter filter) throws IOException {
        List<TaskView> views = new ArrayList<>();
        for (TaskState state : EnumSet.copyOf(filter.states()))
            forEachTask(state, name -> {
                TaskView view = TaskView.single(layout.folder(state), state, name);
                if (filter.fits(view)) views.add(view);
            });
        return withParts(ofKind(ofTime(views, filter), filter.kind()), filter);
    }

    /** Names of ours tell their time; of strangers' files the disk is asked. */
    private List<TaskView> ofTime(List<TaskView> views, TaskFilter filter) throws IOException {
        if (!filter.hasTime()) return views;
        List<TaskView> fitting = new ArrayList<>();
        for (TaskView view : views)
            if (TaskOrder.isOurs(view.stem()) || filter.isBefore(secondsOf(view))) fitting.add(view);
        return fitting;
    }

    /** When a stranger's file is due, if it says so; else when it was changed. One that has gone is as new as can be. */
    private double secondsOf(TaskView view) throws IOException {
        boolean isFirst = view.returns() == 0 && view.due().isPresent();
        return isFirst ? view.due().getAsDouble() : changedSeconds(view.file());
    }

    private double changedSeconds(Path file) throws IOException {
        return ports.disk()
                .facts(file)
                .map(facts -> TaskOrder.micros(facts.modified()) / 1e6)
                .orElse(Double.POSITIVE_INFINITY);
    }

    private boolean isOfTime(BatchLook.Found file, TaskFilter filter) throws IOException {
        return !filter.hasTime() || TaskOrder.isOurs(file.stem()) || filter.isBefore(changedSeconds(file.file()));
    }

    /** Names of ours tell the kind; files of strangers are opened. */
    private List<TaskView> ofKind(List<TaskView> views, String kind) throws IOException {
        if (kind.isEmpty()) return views;
        List<TaskView> fitting = new ArrayList<>();
        for (TaskView view : views) {
            Optional<TaskOrder> order = TaskOrder.of(view.fileStem());
            boolean fits = order.isPresent()
                    ? order.get().marks().isOfKind(kind)
                    : read(view)
                            .map(record -> record.value("kind").asText("").equals(kind))
                            .orElse(false);
            if (fits) fitting.add(view);
        }
        return fitting;
    }

    private List<TaskView> first(List<TaskView> views, int limit) throws IOException {
        views.sort(Comparator.comparing(TaskView::stem));
        List<TaskView> once = MovedOn.once(views, ports.disk());
        return once.size() <= limit ? once : new ArrayList<>(once.subList(0, limit));
    }

    /** Batches are opened in the order of their names, and only as long as their tasks come before the limit. */
    private List<TaskView> withParts(List<TaskView> singles, TaskFilter filter) throws IOException {
        List<TaskView> views = first(singles, filter.limit());
        List<BatchLook.Found> files = batches.files(List.of(TaskState.values()), name -> true);
        files.sort(Comparator.comparing(BatchLook.Found::stem));
        for (BatchLook.Found file : files) {
            if (BatchLook.countsOf(file.state(), file.name()).keySet().stream().noneMatch(filter.states()::contains))
                continue;
            if (!isOfTime(file, filter)) continue;
            if (views.size() >= filter.limit()
                    && views.get(views.size() - 1).stem().compareTo(file.stem()) < 0) break;
            Optional<BatchLook.Content> content = batches.readWhereverItIs(file);
            if (content.isEmpty()) continue;
            views.addAll(ofKind(parts(content.get(), filter), filter.kind()));
            views = first(views, filter.limit());
        }
        return List.copyOf(views);
    }

    private static List<TaskView> parts(BatchLook.Content content, TaskFilter filter) {
        List<TaskView> parts = new ArrayList<>();
        for (int i = 0; i < content.count(); i++) {
            TaskView view = content.view(i);
            if (filter.states().contains(view.state()) && filter.fits(view)) parts.add(view);
        }
        return parts;
    }

    /** In the order of life, so that a task that moves on meanwhile is seen where it goes rather than not at all. */
    List<TaskView> ofJobs(Set<String> jobs, Set<TaskState> states) throws IOException {
        Map<String, TaskView> newest = new LinkedHashMap<>();
        for (TaskState state : EnumSet.copyOf(states))
            forEachTask(state, name -> {
                TaskView view = TaskView.single(layout.folder(state), state, name);
                if (JobTaskId.parse(view.id())
                        .filter(id -> jobs.contains(id.job()))
                        .isPresent())
                    newest.merge(view.id(), view, (one, other) -> one.stem().compareTo(other.stem()) > 0 ? one : other);
            });
        return List.copyOf(newest.values());
    }

    List<TaskView> find(String id) throws IOException {
        List<TaskView> found = new ArrayList<>();
        for (TaskState state : TaskState.values())
            forEachTask(state, name -> {
                TaskView view = TaskView.single(layout.folder(state), state, name);
                if (view.id().equals(id) || view.stem().equals(id)) found.add(view);
            });
        for (BatchLook.Found file : batches.files(List.of(TaskState.values()), name -> mayHold(name, id)))
            batches.readWhereverItIs(file, List.of(id)).ifPresent(content -> found.addAll(partsWith(content, id)));
        // In the order in which they were met: of a stranger's name, the one that has not ended comes first.
        Set<TaskView> once = new LinkedHashSet<>(found);
        once.retainAll(new HashSet<>(first(found, Integer.MAX_VALUE)));
        List<TaskView> newest = new ArrayList<>(once);
        newest.sort(Comparator.comparing(
                        (TaskView view) -> TaskOrder.dueMicrosOf(view.stem()).orElse(0))
                .reversed());
        return newest;
    }

    /** Ids that we made name their batch; those of authors stand only in the documents. */
    private static boolean mayHold(BatchName batch, String id) {
        Optional<BatchName.Part> part = TaskOrder.isOurs(id) ? BatchName.partOf(id) : Optional.empty();
        return part.isEmpty() || part.get().stem().equals(batch.stem());
    }

    private static List<TaskView> partsWith(BatchLook.Content content, String id) {
        List<TaskView> parts = new ArrayList<>();
        for (int i = 0; i < content.count(); i++) {
            TaskView view = content.view(i);
            if (view.id().equals(id) || view.stem().equals(id)) parts.add(view);
        }
        return parts;
    }

    /** How many tasks share the file of this one; 0 when it is none of several or gone. */
    int sharing(TaskView part) throws IOException {
        Optional<BatchName.Part> found = part.part();
        return found.isEmpty()
                ? 0
                : batches.contentOf(found.get()).map(BatchLook.Content::count).orElse(0);
    }

    /** True while the file of a task of a batch is anywhere; nothing of it is read. */
    boolean hasFile(BatchName.Part part) throws IOException {
        return batches.locate(part.stem()).isPresent();
    }

    /** Wherever it is; of several of a stranger's name, the one that has not ended. */
    Optional<TaskView> locate(String stem) throws IOException {
        return places.locate(stem);
    }

    /** As above, but of several that bear just this name the one that has ended in one of some states. */
    Optional<TaskView> locateEnded(String stem, List<TaskState> ended) throws IOException {
        return places.locateEnded(stem, ended);
    }

    /** A single task that has ended and bears just this name. */
    Optional<TaskView> terminal(String stem) throws IOException {
        return places.terminal(stem);
    }

    Optional<TaskRecord> read(TaskView view) throws IOException {
        Optional<BatchName.Part> part = view.part();
        if (part.isPresent())
            return batches.contentOf(part.get())
                    .map(content -> content.record(part.get().index()));
        Optional<String> why = view.state() == TaskState.FAILED ? sidecarReason(view.file()) : Optional.empty();
        try {
            byte[] content = ports.disk().read(view.file(), LARGEST_DOCUMENT);
            boolean ended = view.state().isTerminal() && why.isEmpty();
            ObjectNode body = ended ? endings.of(view, content) : Json.parseObject(content);
            return Optional.of(new TaskRecord(view, Optional.of(body), why));
        } catch (NoSuchFileException moved) {
            return Optional.empty();
        } catch (MalformedJsonException e) {
            return Optional.of(new TaskRecord(view, Optional.empty(), why.or(() -> Optional.of(e.reason()))));
        } catch (FileTooLargeException | NotARegularFileException e) {
            return Optional.of(
                    new TaskRecord(view, Optional.empty(), why.or(() -> Optional.of(String.valueOf(e.getReason())))));
        }
    }

    private Optional<String> sidecarReason(Path file) throws IOException {
        try {
            ObjectNode sidecar = Json.parseObject(ports.disk().read(Quarantine.sidecarOf(file), LARGEST_DOCUMENT));
            return Optional.of(sidecar.path("reason").asText("was refused"));
        } catch (NoSuchFileException notRefused) {
            return Optional.empty();
        } catch (MalformedJsonException torn) {
            return Optional.of("was refused; its sidecar is damaged");
        }
    }
}
