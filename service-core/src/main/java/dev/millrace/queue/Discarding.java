package dev.millrace.queue;

import dev.millrace.queue.QueueControl.Changed;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;

/**
 * Removes tasks that have ended, for good. A file that several share is removed whole: nobody writes into one that has
 * ended, so none of its tasks can be taken out alone.
 */
final class Discarding {
    private final QueueLayout layout;
    private final QueuePorts ports;
    private final QueueLook look;

    Discarding(QueueLayout layout, QueuePorts ports, QueueLook look) {
        this.layout = layout;
        this.ports = ports;
        this.look = look;
    }

    /** Tasks of one file. */
    Changed discard(List<TaskView> together) throws IOException {
        TaskView first = together.get(0);
        if (together.stream().anyMatch(task -> !task.state().isTerminal())) return Changed.WRONG_STATE;
        if (first.isPart() && !isWhole(together)) return Changed.SHARED;
        if (!ports.disk().delete(first.file())) return Changed.UNKNOWN;
        ports.disk().delete(Quarantine.sidecarOf(first.file()));
        for (TaskView task : together) ports.disk().delete(layout.logs().resolve(task.stem() + ".log"));
        return Changed.DONE;
    }

    /** True when all tasks that share a file have ended, and these are all of them. */
    private boolean isWhole(List<TaskView> together) throws IOException {
        Path file = together.get(0).file();
        boolean ended = EnumSet.allOf(TaskState.class).stream()
                .filter(TaskState::isTerminal)
                .anyMatch(state -> layout.folder(state).equals(file.getParent()));
        long named = together.stream().map(TaskView::stem).distinct().count();
        return ended && named == look.sharing(together.get(0));
    }
}
