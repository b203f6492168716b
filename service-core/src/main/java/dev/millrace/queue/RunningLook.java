package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.task.BatchClaimName;
import dev.millrace.task.BatchName;
import dev.millrace.task.ClaimName;
import dev.millrace.task.CorruptTaskException;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskMarks;
import dev.millrace.task.TaskOrder;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which tasks run now, over all workers: the claims in running/ say so, and they cannot be wrong, for whoever dies leaves
 * his claims there until they are rescued. A batch counts as one, because of a limited kind it runs one task at a time.
 */
final class RunningLook {
    private static final int MOST_BATCHES = 1_000;

    private final Disk disk;
    private final Path folder;
    private Map<String, Turn> known = new HashMap<>();
    private final Map<String, Turn> knownBatches = new HashMap<>();

    RunningLook(Disk disk, Path folder) {
        this.disk = disk;
        this.folder = folder;
    }

    /**
     * A task that runs.
     *
     * @param stem its unique name, or that of its batch
     * @param incarnation whose it is
     * @param turn its kind and key
     */
    record Holder(String stem, String incarnation, Turn turn) {}

    /** All that run; names that do not tell kind and key are opened, once each. */
    List<Holder> holders() throws IOException {
        List<String> names = new ArrayList<>();
        try {
            disk.forEachName(folder, names::add);
        } catch (NoSuchFileException notMadeYet) {
            return List.of();
        }
        Map<String, Turn> still = new HashMap<>();
        List<Holder> holders = new ArrayList<>();
        for (String name : names) {
            Optional<Holder> holder = holder(name, still);
            holder.ifPresent(holders::add);
        }
        known = still;
        return holders;
    }

    private Optional<Holder> holder(String name, Map<String, Turn> still) {
        Optional<BatchClaimName> batch = BatchClaimName.parse(name);
        if (batch.isPresent()) {
            String stem = batch.get().batch().stem();
            Turn turn = TaskOrder.of(stem)
                    .map(order -> Turn.of(order.marks()))
                    .orElseGet(() -> turnOfBatch(batch.get().batch(), folder.resolve(name)));
            return batch.get().stage() == ClaimName.Stage.SETTLED
                    ? Optional.empty()
                    : Optional.of(new Holder(stem, batch.get().incarnation(), turn));
        }
        return ClaimName.parse(name)
                .filter(claim -> claim.stage() == ClaimName.Stage.CLAIM)
                .map(claim -> new Holder(claim.task().stem(), claim.incarnation(), turnOf(name, claim, still)));
    }

    /** The turn of a batch whose name does not tell it: its tasks do. */
    Turn turnOfBatch(BatchName batch, Path file) {
        Turn before = knownBatches.get(batch.stem());
        if (before != null) return before;
        if (knownBatches.size() >= MOST_BATCHES) knownBatches.clear();
        try {
            BatchLines lines = BatchLines.of(disk.read(file, BatchLines.MAX_BYTES), batch);
            Turn turn = new Turn(lines.kindTag(batch), "");
            knownBatches.put(batch.stem(), turn);
            return turn;
        } catch (IOException endsByItself) {
            return Turn.UNLIMITED;
        }
    }

    private Turn turnOf(String name, ClaimName claim, Map<String, Turn> still) {
        Optional<TaskMarks> marks = TaskOrder.of(claim.task().stem()).map(TaskOrder::marks);
        if (marks.isPresent() && !marks.get().keyed()) return Turn.of(marks.get());
        Turn turn = known.containsKey(name) ? known.get(name) : read(folder.resolve(name), marks);
        still.put(name, turn);
        return turn;
    }

    private Turn read(Path file, Optional<TaskMarks> marks) {
        try {
            return Turn.of(TaskDocument.parse(disk.read(file, TaskDocument.MAX_BYTES)));
        } catch (IOException | CorruptTaskException endsSoon) {
            return marks.map(Turn::of).orElse(Turn.UNLIMITED);
        }
    }
}
