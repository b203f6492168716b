package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskState;
import dev.millrace.task.UniquePolicy;
import dev.millrace.time.Time;
import java.io.IOException;
import java.util.Optional;

/** How the tasks stand that the entries of unique keys name, and so whether these count. */
final class UniqueLook {
    private final QueueLayout layout;
    private final Disk disk;
    private final Time time;
    private final QueueLook look;

    UniqueLook(QueueLayout layout, QueuePorts ports) {
        this.layout = layout;
        this.disk = ports.disk();
        this.time = ports.time();
        this.look = new QueueLook(layout, ports);
    }

    /** The task that an entry names, wherever it is. */
    Optional<TaskView> taskOf(UniqueEntry entry) throws IOException {
        return look.locate(entry.stem());
    }

    /** A task that waits; empty when it runs, has ended, or is nowhere. */
    Optional<TaskView> waiting(String stem) throws IOException {
        return look.locate(stem).filter(view -> !view.state().isTerminal() && view.state() != TaskState.RUNNING);
    }

    /** A task of this name has ended; when one waits all the same, its author uses names again. */
    boolean hasEnded(String stem) throws IOException {
        return look.terminal(stem).isPresent();
    }

    /** The entry of the task that one was to replace which was never submitted; empty when that is nowhere, too. */
    Optional<UniqueEntry> heldBefore(UniqueEntry never) throws IOException {
        Optional<TaskView> view = look.locate(never.replaces());
        if (view.isEmpty()) return Optional.empty();
        double window = look.read(view.get())
                .flatMap(TaskRecord::document)
                .map(document -> UniqueRule.of(document).window())
                .orElse(0.0);
        return Optional.of(never.withdrawn(view.get().id(), window));
    }

    /** To be put off, an earlier task must still be there; how long ago it was submitted does not matter. */
    boolean isTaken(UniqueEntry entry, UniquePolicy policy) throws IOException {
        return policy == UniquePolicy.DEBOUNCE ? isUnended(entry) : isTaken(entry);
    }

    /** True when the entry tells something, to whatever task may come. */
    boolean isNeeded(UniqueEntry entry) throws IOException {
        return isTaken(entry) || isUnended(entry);
    }

    boolean isSomewhere(UniqueEntry entry) throws IOException {
        return taskOf(entry).isPresent() || isRunAgain(entry);
    }

    private boolean isUnended(UniqueEntry entry) throws IOException {
        return taskOf(entry).filter(view -> !view.state().isTerminal()).isPresent();
    }

    /** True when the key is taken: in the window, or as long as its task has not ended. */
    private boolean isTaken(UniqueEntry entry) throws IOException {
        boolean inWindow = entry.isInWindow(time.epochSeconds());
        if (entry.sure() && entry.window() > 0) return inWindow;
        Optional<TaskState> state = taskOf(entry).map(TaskView::state);
        if (state.isEmpty()) return isRunAgain(entry);
        return entry.window() > 0 ? inWindow : !state.get().isTerminal();
    }

    /** Its old run is removed and the new one not let in yet: whoever died in between left it where the steward finds it. */
    private boolean isRunAgain(UniqueEntry entry) throws IOException {
        for (String name : disk.sortedNames(layout.secondRuns()))
            if (TaskName.isTaskFile(name)
                    && AsideTasks.stemOf(layout.secondRuns().resolve(name)).equals(entry.stem())) return true;
        return false;
    }
}
