package dev.millrace.queue;

import dev.millrace.task.BatchName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks whether awaited tasks have ended. What must be listed for it is listed once until {@link #forget}. */
final class AwaitedLook {
    private final QueueLayout layout;
    private final QueuePorts ports;
    private final QueueLook look;
    private final BatchLook batches;
    private @Nullable Map<String, BatchName> badBatches;
    private final EndedTasks ended;
    private @Nullable Set<String> strangers;
    private @Nullable Map<String, TaskView> again;

    AwaitedLook(QueueLayout layout, QueuePorts ports) {
        this.layout = layout;
        this.ports = ports;
        this.look = new QueueLook(layout, ports);
        this.ended = new EndedTasks(layout, ports.disk());
        this.batches = new BatchLook(layout, ports.disk());
    }

    /** From now on things may have changed. */
    void forget() {
        badBatches = null;
        strangers = null;
        again = null;
    }

    /**
     * How it ended; empty when it has not, or is nowhere. Of a stranger's name that is used again, what ended before
     * somebody waited for it does not count while another task of that name has not ended.
     *
     * @param since from when on somebody is known to wait
     */
    Optional<Awaited.Ending> ending(Awaited awaited, Instant since) throws IOException {
        if (awaited.isBatch()) return batch(awaited);
        Optional<TaskView> view = awaited.mayBePart()
                ? look.locate(awaited.stem()).filter(found -> found.state().isTerminal())
                : look.terminal(awaited.stem());
        if (view.isPresent() && isEarlier(view.get(), since)) view = later(view.get());
        return view.map(found -> Awaited.Ending.of(found.state()));
    }

    private boolean isEarlier(TaskView view, Instant since) throws IOException {
        return !view.isPart()
                && !TaskOrder.isOurs(view.stem())
                && ended.changed(view).isBefore(since);
    }

    /** Empty while another one of that name has not ended. */
    private Optional<TaskView> later(TaskView view) throws IOException {
        return waitingStrangers().contains(view.stem()) ? Optional.empty() : last(view);
    }

    private Optional<TaskView> last(TaskView view) throws IOException {
        if (again == null) again = ended.again();
        TaskView other = again.get(view.stem());
        return other == null ? Optional.of(view) : ended.last(List.of(view, other));
    }

    private Set<String> waitingStrangers() throws IOException {
        if (strangers == null) {
            Set<String> found = new HashSet<>();
            for (TaskState state : TaskPlaces.WAITING)
                LogReplay.forEachTask(ports.disk(), layout.folder(state), name -> {
                    String stem = LogReplay.nameIn(state, name).stem();
                    if (!TaskOrder.isOurs(stem)) found.add(stem);
                });
            strangers = found;
        }
        return strangers;
    }

    /** The name of a batch in done/ is known; in the other folders it tells how many tasks ended how. */
    private Optional<Awaited.Ending> batch(Awaited awaited) throws IOException {
        String name = BatchName.fresh(awaited.stem(), awaited.batch()).fileName();
        Optional<Path> done = layout.file(TaskState.DONE, name);
        if (done.isPresent() && ports.disk().exists(done.get()))
            return Optional.of(new Awaited.Ending(awaited.batch(), 0, 0));
        if (badBatches == null) badBatches = listed();
        return Optional.ofNullable(badBatches.get(awaited.stem())).map(AwaitedLook::tallied);
    }

    private Map<String, BatchName> listed() throws IOException {
        Map<String, BatchName> found = new HashMap<>();
        for (BatchLook.Found file : batches.files(List.of(TaskState.FAILED, TaskState.CANCELLED), name -> true))
            found.put(file.stem(), file.name());
        return found;
    }

    private static Awaited.Ending tallied(BatchName name) {
        BatchName.Tally tally = name.tally();
        return new Awaited.Ending(tally.done(), tally.failed(), tally.cancelled());
    }

    /**
     * Everything about a single task, or one of a batch, with the outcome when it has ended.
     *
     * @param waits true when of several tasks of a stranger's name the one is meant that has not ended
     */
    Optional<TaskRecord> read(String stem, boolean waits) throws IOException {
        Optional<TaskView> view = waits ? look.locate(stem) : look.locateEnded(stem, EndedTasks.STATES);
        if (view.isEmpty()) return Optional.empty();
        boolean isLast = view.get().isPart()
                || TaskOrder.isOurs(stem)
                || !view.get().state().isTerminal();
        return look.read(isLast ? view.get() : last(view.get()).orElse(view.get()));
    }

    /** The state of a task that has not ended. */
    Optional<TaskState> stateOf(String stem) throws IOException {
        return look.locate(stem).map(TaskView::state);
    }
}
