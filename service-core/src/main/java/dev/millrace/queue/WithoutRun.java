package dev.millrace.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.task.BatchName;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** What becomes of tasks that were claimed, or taken from where they wait, and that nobody runs now. */
final class WithoutRun implements UniqueFiles.Hands {
    private final QueueLayout layout;
    private final Claiming claiming;
    private final CancelRequests cancels;
    private final LaidAside laidAside;
    private final UniqueFiles uniqueFiles;
    private final Batches batches;
    private final Settler settler;

    /** Ends a claim. */
    interface Settler {
        Settlement settle(FileClaim claim, Outcome outcome) throws IOException;
    }

    WithoutRun(
            QueueLayout layout,
            Claiming claiming,
            CancelRequests cancels,
            LaidAside laidAside,
            UniqueFiles uniqueFiles,
            Batches batches,
            Settler settler) {
        this.layout = layout;
        this.claiming = claiming;
        this.cancels = cancels;
        this.laidAside = laidAside;
        this.uniqueFiles = uniqueFiles;
        this.batches = batches;
        this.settler = (claim, outcome) -> settler.settle(claim, unrun(outcome));
    }

    /** That nobody began the task stands in its document: its claim is that of who ended it. */
    private static Outcome unrun(Outcome outcome) {
        ObjectNode details = Json.object().put(TaskRecord.BEGUN, false);
        if (outcome instanceof Outcome.Cancelled cancelled)
            return new Outcome.Cancelled(cancelled.reason(), Optional.of(details));
        if (outcome instanceof Outcome.Failed failed)
            return new Outcome.Failed(failed.error(), failed.traceback(), Optional.of(details));
        return outcome;
    }

    /**
     * Puts what was called off, waits for others, for its time or for its unique key, or is second with that, where it
     * belongs; false when the claim is to be run.
     */
    boolean putAway(FileClaim claim) throws IOException {
        return claiming.orPutBack(
                claim, () -> endCalledOff(claim) || laidAside.isLaidAside(claim) || endOrPutOffForItsKey(claim));
    }

    private boolean endCalledOff(FileClaim claim) throws IOException {
        Optional<Outcome> end = cancels.endOf(claim.stem());
        if (end.isPresent()) settler.settle(claim, end.get());
        return end.isPresent();
    }

    private boolean endOrPutOffForItsKey(FileClaim claim) throws IOException {
        return uniqueFiles
                .take(claim, this)
                .match(
                        runs -> false,
                        second -> {
                            settler.settle(claim, new Outcome.Cancelled(second.reason()));
                            return true;
                        },
                        putOff -> true,
                        waits -> {
                            claiming.putBackForNow(claim);
                            return true;
                        },
                        wrong -> {
                            settler.settle(claim, new Outcome.Failed("was refused: " + wrong.reason(), ""));
                            return true;
                        });
    }

    @Override
    public boolean putOff(FileClaim claim, Instant until) throws IOException {
        return laidAside.putOff(claim, until);
    }

    /** Written down first: whoever finds the claim of one who dies here must not run the task. */
    void endBlocked(TaskName name, Outcome outcome) throws IOException {
        cancels.add(name.stem(), outcome);
        Path file = layout.folder(TaskState.BLOCKED).resolve(name.fileName());
        Optional<FileClaim> claim = claiming.take(file, name);
        if (claim.isEmpty()) return;
        end(claim.get(), outcome);
        cancels.delete(name.stem());
    }

    /** Ends a waiting task that is to be called off, or all such tasks of its batch, and puts the rest of that back. */
    void endWaiting(TaskView view) throws IOException {
        Path file = view.file();
        if (view.isPart()) {
            batches.endCalledOff(file, BatchLook.nameIn(view.state(), String.valueOf(file.getFileName())));
            return;
        }
        Optional<FileClaim> claim = claiming.take(file, nameOf(view));
        if (claim.isPresent())
            claiming.orPutBack(
                    claim.get(), () -> endCalledOff(claim.get()) || backToWaiting(claim.get(), view.state()));
    }

    /** Lets tasks of a waiting batch begin now that wait to be tried again; which of these lines waited. */
    Set<Integer> makeDue(Path file, BatchName name, Set<Integer> lines) throws IOException {
        return batches.makeDue(file, name, lines);
    }

    private boolean backToWaiting(FileClaim claim, TaskState state) throws IOException {
        if (state == TaskState.BLOCKED) laidAside.putBack(claim);
        else settler.settle(claim, new Outcome.HandedBack(""));
        return true;
    }

    /**
     * Ends a task that waits in a file of its own; false when it does not wait any more. Of one that waits for others it is
     * written down first: whoever finds its claim would let it run before them.
     */
    @Override
    public boolean endIfWaiting(TaskView view, Outcome outcome) throws IOException {
        boolean waitsForOthers = view.state() == TaskState.BLOCKED;
        if (waitsForOthers) cancels.add(view.stem(), outcome);
        Optional<FileClaim> claim = claiming.take(view.file(), nameOf(view));
        if (claim.isPresent()) end(claim.get(), outcome);
        if (waitsForOthers) cancels.delete(view.stem());
        return claim.isPresent();
    }

    private Settlement end(FileClaim claim, Outcome outcome) throws IOException {
        return claiming.orPutBack(claim, () -> settler.settle(claim, outcome));
    }

    private static TaskName nameOf(TaskView view) {
        String name = String.valueOf(view.file().getFileName());
        return TaskName.parse(view.state() == TaskState.SCHEDULED ? Promotion.taskFileName(name) : name);
    }
}
