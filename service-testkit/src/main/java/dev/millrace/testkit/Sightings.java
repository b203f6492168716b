package dev.millrace.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskRecord;
import dev.millrace.queue.TaskView;
import dev.millrace.storage.Disk;
import dev.millrace.task.BatchName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What callers can see of tasks that have ended; what they have seen once must stay. */
final class Sightings {
    private static final int LARGEST = 16 << 20;

    private final Disk disk;
    private final Supplier<TaskQueue> observers;
    private boolean afterCut;

    /**
     * @param disk read behind everybody's back
     * @param observers callers who have seen nothing yet
     */
    Sightings(Disk disk, Supplier<TaskQueue> observers) {
        this.disk = disk;
        this.observers = observers;
    }

    /** From now on a task that had ended may be torn, or lie elsewhere, until it is restored. */
    void powerWasCut() {
        afterCut = true;
    }

    boolean isAfterPowerCut() {
        return afterCut;
    }

    /** Sees a task, or those of a batch, as any caller can do now; what was seen before must be there. */
    void look(String who, TaskLife life) throws IOException {
        TaskPlace place = life.place.orElseThrow();
        if (place.batch().isPresent()) lookAtBatch(who, life, place.batch().get());
        else lookAtTask(who, life, place);
    }

    private void lookAtTask(String who, TaskLife life, TaskPlace place) throws IOException {
        String outcome = outcomeIn(who, place);
        life.recovering = outcome == null;
        if (outcome != null) seen(who, life, life.stem, outcome);
    }

    private void seen(String who, TaskLife life, String stem, String outcome) {
        life.everEnded = true;
        String before = life.seen.putIfAbsent(stem, outcome);
        if (before != null && !before.equals(outcome))
            throw Ledger.broken(
                    Invariant.SEEN_RESULTS_STAY, who + " replaced " + stem + " " + before + " by " + outcome);
        if (!life.told.isEmpty() && !outcome.contains(life.told))
            throw Ledger.broken(
                    Invariant.SETTLED_STAYS, who + " ended " + stem + " as " + outcome + " instead of " + life.told);
    }

    /** Null while a power cut has left it torn, or as it was before it ended. */
    private @Nullable String outcomeIn(String who, TaskPlace place) throws IOException {
        String text = new String(disk.read(place.file(), LARGEST), StandardCharsets.UTF_8).stripTrailing();
        try {
            ObjectNode document = Json.parseObject(text.getBytes(StandardCharsets.UTF_8));
            boolean whole = document.path("status")
                    .asText()
                    .equals(place.state().orElseThrow().word());
            if (whole) return text;
        } catch (MalformedJsonException torn) {
            if (!afterCut)
                throw Ledger.broken(Invariant.ONE_TERMINAL_RECORD, who + " left a torn " + place.shown() + ": " + text);
        }
        if (!afterCut)
            throw Ledger.broken(
                    Invariant.ONE_TERMINAL_RECORD, who + " left no outcome in " + place.shown() + ": " + text);
        return null;
    }

    private void lookAtBatch(String who, TaskLife life, BatchName batch) throws IOException {
        boolean missing = false;
        TaskQueue observer = observers.get();
        for (int i = 0; i < batch.count(); i++) {
            String part = BatchName.partStem(batch.stem(), i);
            Optional<TaskView> view = observer.locate(part);
            Optional<TaskRecord> record = view.isEmpty() ? Optional.empty() : observer.read(view.get());
            if (record.isPresent() && record.get().view().state().isTerminal())
                seenInBatch(who, life, part, shown(record.get()));
            else if (life.seen.containsKey(part)) missing = true;
            if (missing && !life.recovering)
                throw Ledger.broken(
                        Invariant.SEEN_RESULTS_STAY, who + " took back " + life.seen.get(part) + " of " + part);
        }
        life.recovering = missing;
    }

    private void seenInBatch(String who, TaskLife life, String part, String outcome) {
        seen(who, life, part, outcome);
        life.parts.requireGiven(who, part, outcome);
    }

    private static String shown(TaskRecord record) {
        return record.view().state().word() + " " + record.result() + " "
                + record.error().orElse("");
    }
}
