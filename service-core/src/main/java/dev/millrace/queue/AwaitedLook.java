package dev.millrace.queue;

import dev.millrace.task.BatchName;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks whether awaited tasks have ended. What must be listed for it is listed once until {@link #forget}. */
final class AwaitedLook {
    private final QueueLayout layout;
    private final QueuePorts ports;
    private final QueueLook look;
    private final BatchLook batches;
    private @Nullable Map<String, BatchName> badBatches;

    AwaitedLook(QueueLayout layout, QueuePorts ports) {
        this.layout = layout;
        this.ports = ports;
        this.look = new QueueLook(layout, ports);
        this.batches = new BatchLook(layout, ports.disk());
    }

    /** From now on things may have changed. */
    void forget() {
        badBatches = null;
    }

    /** How it ended; empty when it has not, or is nowhere. */
    Optional<Awaited.Ending> ending(Awaited awaited) throws IOException {
        if (awaited.isBatch()) return batch(awaited);
        Optional<TaskView> view = awaited.mayBePart()
                ? look.locate(awaited.stem()).filter(found -> found.state().isTerminal())
                : look.terminal(awaited.stem());
        return view.map(found -> Awaited.Ending.of(found.state()));
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

    /** Everything about a single task, or one of a batch, with the outcome when it has ended. */
    Optional<TaskRecord> read(String stem) throws IOException {
        Optional<TaskView> view = look.locate(stem);
        return view.isEmpty() ? Optional.empty() : look.read(view.get());
    }

    /** The state of a task that has not ended. */
    Optional<TaskState> stateOf(String stem) throws IOException {
        return look.locate(stem).map(TaskView::state);
    }
}
