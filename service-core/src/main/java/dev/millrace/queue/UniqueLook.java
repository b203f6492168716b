package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import dev.millrace.task.UniquePolicy;
import dev.millrace.time.Time;
import java.io.IOException;
import java.util.Optional;

/**
 * How the tasks stand that the entries of unique keys name, and so whether these count. Strangers use names again: what
 * ended before an entry was written is an earlier task than the one that it names.
 */
final class UniqueLook {
    /** File systems tell times as coarsely as this, seconds. */
    private static final double COARSE = 1;

    private final QueueLayout layout;
    private final Disk disk;
    private final Time time;
    private final QueueLook look;
    private final EndedTasks ended;

    UniqueLook(QueueLayout layout, QueuePorts ports) {
        this.layout = layout;
        this.disk = ports.disk();
        this.time = ports.time();
        this.look = new QueueLook(layout, ports);
        this.ended = new EndedTasks(layout, ports.disk());
    }

    /** The task that an entry names, wherever it is. */
    Optional<TaskView> taskOf(UniqueEntry entry) throws IOException {
        String stem = entry.stem();
        Optional<TaskView> known = TaskOrder.isOurs(stem) ? Optional.empty() : endedSince(stem, entry.since());
        return known.isPresent() ? known : look.locate(stem);
    }

    /** A task that waits; empty when it runs, has ended, or is nowhere. */
    Optional<TaskView> waiting(String stem) throws IOException {
        return look.locate(stem).filter(view -> !view.state().isTerminal() && view.state() != TaskState.RUNNING);
    }

    /** A task of this name has ended since a moment, epoch seconds; one that waits or runs now came later. */
    boolean hasEnded(String stem, double since) throws IOException {
        return endedSince(stem, since).isPresent();
    }

    private Optional<TaskView> endedSince(String stem, double since) throws IOException {
        Optional<TaskView> named = ended.named(stem);
        if (named.isEmpty() || isSince(named.get(), since)) return named;
        Optional<TaskView> last = ended.last(stem);
        return last.isPresent() && isSince(last.get(), since) ? last : Optional.empty();
    }

    private boolean isSince(TaskView view, double since) throws IOException {
        return ended.changed(view).toEpochMilli() / 1e3 >= since - COARSE;
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
            if (AsideTasks.stemIn(name).filter(entry.stem()::equals).isPresent()) return true;
        return false;
    }
}
