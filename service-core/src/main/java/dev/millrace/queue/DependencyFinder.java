package dev.millrace.queue;

import dev.millrace.task.BatchName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the tasks that others name as their dependencies. Unique names are looked up directly; for ids the folders are
 * listed, once for all of them, and those of ended tasks only when an id was not found among the others.
 */
final class DependencyFinder {
    private static final List<TaskState> WAITING =
            List.of(TaskState.BLOCKED, TaskState.SCHEDULED, TaskState.PENDING, TaskState.RUNNING);
    private static final List<TaskState> ENDED = List.of(TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED);

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final QueueLook look;

    DependencyFinder(QueueLayout layout, QueuePorts ports) {
        this.layout = layout;
        this.ports = ports;
        this.look = new QueueLook(layout, ports);
    }

    /** The unique name for each of some names; what is nowhere is left out. Of several tasks of one id, the newest. */
    Map<String, String> stems(Collection<String> names) throws IOException {
        Map<String, String> found = new HashMap<>();
        Set<String> ids = new LinkedHashSet<>();
        Set<String> stems = new LinkedHashSet<>();
        for (String name : names)
            if (BatchName.partOf(name).isPresent()) look.locate(name).ifPresent(view -> found.put(name, view.stem()));
            else (TaskOrder.isOurs(name) ? stems : ids).add(name);
        for (String stem : existing(stems)) found.put(stem, stem);
        found.putAll(byId(ids));
        return found;
    }

    /** Those of some unique names of single tasks whose task is anywhere. */
    Set<String> existing(Collection<String> stems) throws IOException {
        Set<String> found = new HashSet<>();
        for (String stem : stems) if (look.terminal(stem).isPresent()) found.add(stem);
        Set<String> open = new HashSet<>(stems);
        open.removeAll(found);
        if (open.isEmpty()) return found;
        found.addAll(LogReplay.whereabouts(layout, ports.disk(), open::contains).keySet());
        open.removeAll(found);
        for (String moved : open) if (look.terminal(moved).isPresent()) found.add(moved);
        return found;
    }

    private Map<String, String> byId(Set<String> ids) throws IOException {
        Map<String, String> found = new HashMap<>();
        if (ids.isEmpty()) return found;
        found.putAll(newestOf(ids, WAITING));
        Set<String> missing = new HashSet<>(ids);
        missing.removeAll(found.keySet());
        if (missing.isEmpty()) return found;
        found.putAll(newestOf(missing, ENDED));
        missing.removeAll(found.keySet());
        if (!missing.isEmpty()) found.putAll(partsOf(missing));
        return found;
    }

    private Map<String, String> newestOf(Set<String> ids, List<TaskState> states) throws IOException {
        Map<String, String> newest = new HashMap<>();
        for (TaskState state : states)
            LogReplay.forEachTask(ports.disk(), layout.folder(state), name -> {
                String stem = LogReplay.nameIn(state, name).stem();
                String id = TaskOrder.idOf(stem);
                if (ids.contains(id)) newest.merge(id, stem, DependencyFinder::newer);
            });
        return newest;
    }

    private static String newer(String one, String other) {
        return TaskOrder.dueMicrosOf(one).orElse(0)
                        > TaskOrder.dueMicrosOf(other).orElse(0)
                ? one
                : other;
    }

    /** The same among tasks that share files, which are all read. */
    private Map<String, String> partsOf(Set<String> ids) throws IOException {
        Map<String, String> newest = new HashMap<>();
        BatchLook batches = new BatchLook(layout, ports.disk());
        for (BatchLook.Found file : batches.files(List.of(TaskState.values()), name -> true)) {
            Optional<BatchLook.Content> content = batches.read(file);
            for (int i = 0; content.isPresent() && i < content.get().count(); i++) {
                String id = content.get().idOf(i);
                if (ids.contains(id)) newest.merge(id, BatchName.partStem(file.stem(), i), DependencyFinder::newer);
            }
        }
        return newest;
    }

    /** Names that are not among the found ones, in their order. */
    static List<String> missing(Collection<String> names, Map<String, String> found) {
        return new ArrayList<>(
                names.stream().filter(name -> !found.containsKey(name)).toList());
    }
}
