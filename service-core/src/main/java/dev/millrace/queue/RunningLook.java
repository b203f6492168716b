package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.storage.FileFacts;
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
    private final Map<String, Waiting> waiting = new HashMap<>();

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

    /** A stranger's batch in pending, by its unique name. */
    private record Waiting(FileFacts facts, Turn turn) {}

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
        if (batch.isPresent())
            return batch.filter(claim -> claim.stage() == ClaimName.Stage.CLAIM)
                    .map(claim ->
                            new Holder(claim.batch().stem(), claim.incarnation(), turnOfBatch(name, claim, still)));
        return ClaimName.parse(name)
                .filter(claim -> claim.stage() == ClaimName.Stage.CLAIM)
                .map(claim -> new Holder(claim.task().stem(), claim.incarnation(), turnOf(name, claim, still)));
    }

    /** Its owner renames it as outcomes come to count; it is the same claim all the time. */
    private Turn turnOfBatch(String name, BatchClaimName claim, Map<String, Turn> still) {
        Optional<TaskOrder> order = TaskOrder.of(claim.batch().stem());
        if (order.isPresent()) return Turn.of(order.get().marks());
        String key = claim.with(BatchName.fresh(claim.batch().stem(), 0)).fileName();
        Turn before = known.get(key);
        Optional<Turn> turn = before == null ? read(claim.batch(), folder.resolve(name)) : Optional.of(before);
        turn.ifPresent(found -> still.put(key, found));
        return turn.or(() ->
                        Optional.ofNullable(waiting.get(claim.batch().stem())).map(Waiting::turn))
                .orElse(Turn.UNLIMITED);
    }

    /**
     * The turn of a batch that waits and whose name does not tell it: its tasks do. When it has run, another file may come
     * by its name.
     */
    Turn turnOfBatch(BatchName batch, Path pending) {
        Optional<FileFacts> facts = facts(pending);
        if (facts.isEmpty()) return Turn.UNLIMITED;
        Waiting before = waiting.get(batch.stem());
        if (before != null && before.facts().equals(facts.get())) return before.turn();
        if (waiting.size() >= MOST_BATCHES) waiting.clear();
        Optional<Turn> turn = read(batch, pending);
        turn.ifPresent(found -> waiting.put(batch.stem(), new Waiting(facts.get(), found)));
        return turn.orElse(Turn.UNLIMITED);
    }

    private Optional<FileFacts> facts(Path file) {
        try {
            return disk.facts(file);
        } catch (IOException whoeverClaimsItFindsOut) {
            return Optional.empty();
        }
    }

    /** Empty when it has moved, or cannot be read. */
    private Optional<Turn> read(BatchName batch, Path file) {
        try {
            BatchLines lines = BatchLines.of(disk.read(file, BatchLines.MAX_BYTES), batch);
            return Optional.of(new Turn(lines.kindTag(batch), ""));
        } catch (IOException endsByItself) {
            return Optional.empty();
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
