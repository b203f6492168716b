package dev.millrace.queue;

import dev.millrace.task.BatchName;
import dev.millrace.task.TaskOrder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the tasks that others name as their dependencies. Unique names are looked up directly; for ids the folders are
 * listed, once for all of them.
 */
final class DependencyFinder {
    private static final int LOOKS = 2;

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
            if (BatchName.partOf(name).isPresent() && isFound(name)) found.put(name, name);
            else (TaskOrder.isOurs(name) ? stems : ids).add(name);
        for (String stem : existing(stems)) found.put(stem, stem);
        found.putAll(NewestTasks.of(layout, ports, ids));
        return found;
    }

    private boolean isFound(String stem) throws IOException {
        return look.locate(stem).isPresent();
    }

    /**
     * Those of some unique names of single tasks whose task is anywhere. One that goes back while the folders are listed, to be
     * tried again or because its worker died, may not be met; so what is nowhere is looked for once more.
     */
    Set<String> existing(Collection<String> stems) throws IOException {
        Set<String> found = new HashSet<>(ended(stems));
        for (int look = 0; look < LOOKS; look++) {
            Set<String> open = new HashSet<>(stems);
            open.removeAll(found);
            if (open.isEmpty()) return found;
            found.addAll(
                    LogReplay.whereabouts(layout, ports.disk(), open::contains).keySet());
            open.removeAll(found);
            found.addAll(ended(open));
        }
        return found;
    }

    private Set<String> ended(Collection<String> stems) throws IOException {
        Set<String> found = new HashSet<>();
        for (String stem : stems) if (look.terminal(stem).isPresent()) found.add(stem);
        return found;
    }

    /** Names that are not among the found ones, in their order. */
    static List<String> missing(Collection<String> names, Map<String, String> found) {
        return new ArrayList<>(
                names.stream().filter(name -> !found.containsKey(name)).toList());
    }
}
