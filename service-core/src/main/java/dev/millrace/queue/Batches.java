package dev.millrace.queue;

import dev.millrace.event.Event;
import dev.millrace.storage.Disk.HeldFile;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.storage.NotARegularFileException;
import dev.millrace.task.BatchClaimName;
import dev.millrace.task.BatchName;
import dev.millrace.task.ClaimName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The batches that one incarnation has claimed, and how it claims them. */
final class Batches {
    private static final int HELD_BACK_LIMIT = 10_000;

    private final BatchPorts ports;
    private final Quarantine quarantine;
    private final StrandedBatches stranded;
    private final List<OpenBatch> open = new CopyOnWriteArrayList<>();

    /** By the names under which they were put back; a stranger's next file of the same name has not been put back. */
    private final Map<String, Pauses> heldBack = new ConcurrentHashMap<>();

    private final AtomicLong nextClaim = new AtomicLong();
    private @Nullable Set<String> loggedBefore;

    Batches(BatchPorts ports) {
        this.ports = ports;
        this.quarantine = new Quarantine(ports.layout(), ports.ports());
        this.stranded = new StrandedBatches(ports);
    }

    /** Puts back what was claimed and could neither be opened nor put back. */
    void putBackStranded() throws IOException {
        stranded.putBack();
    }

    boolean isAnyOpen() {
        return !open.isEmpty();
    }

    /** Of the most urgent one that is open. */
    int priority() {
        int most = 0;
        for (OpenBatch batch : open) most = Math.max(most, batch.priority());
        return most;
    }

    /** A task of a batch that is claimed already; of the most urgent one that has any, among equals of the first. */
    Optional<Claim> next() {
        for (OpenBatch batch : open) {
            Optional<Claim> task = batch.next();
            if (task.isPresent()) return task;
        }
        return Optional.empty();
    }

    /** Claims a batch; empty when it was lost, is nothing that can be run, or has no task that may be run now. */
    Optional<Claim> claim(String fileName) throws IOException {
        BatchName name = BatchName.parse(fileName);
        if (isHeldBack(fileName, name)) return Optional.empty();
        Optional<OpenBatch> batch =
                taken(ports.layout().folder(TaskState.PENDING).resolve(fileName), name);
        batch.ifPresent(this::add);
        return batch.flatMap(OpenBatch::first);
    }

    private void add(OpenBatch batch) {
        open.add(batch);
        open.sort(Comparator.comparingInt(OpenBatch::priority).reversed());
    }

    /** Its name tells the kind; a stranger's is known when it was put back before, because of its tasks. */
    private boolean isHeldBack(String fileName, BatchName name) {
        Pauses paused = ports.pauses().known();
        boolean byName = TaskOrder.of(name.stem())
                .filter(order -> paused.holdsBack(
                        order.marks().kindTag(), ports.options().limits()))
                .isPresent();
        return byName || paused.equals(heldBack.get(fileName));
    }

    /** Ends all tasks of a waiting batch that are to be called off, and puts the rest back. */
    void endCalledOff(Path file, BatchName name) throws IOException {
        Optional<OpenBatch> batch = taken(file, name);
        if (batch.isEmpty()) return;
        batch.get().endCalledOff();
        batch.get().close();
        putBack(batch.get());
    }

    /** Lets tasks of a waiting batch begin now that wait to be tried again, and puts it back; which of them waited. */
    Set<Integer> makeDue(Path file, BatchName name, Set<Integer> indexes) throws IOException {
        Optional<OpenBatch> batch = taken(file, name);
        if (batch.isEmpty()) return Set.of();
        batch.get().close();
        Set<Integer> waited = batch.get().makeDue(indexes);
        putBack(batch.get());
        return waited;
    }

    /** It was taken without a turn and is closed, so that no slot of this worker gives out its tasks. */
    private void putBack(OpenBatch closed) throws IOException {
        add(closed);
        step();
    }

    private Optional<OpenBatch> taken(Path file, BatchName name) throws IOException {
        BatchClaimName claim = new BatchClaimName(
                name, ClaimName.Stage.CLAIM, ports.member().incarnation(), nextClaim.getAndIncrement());
        return isMoved(file, claim) ? opened(claim) : Optional.empty();
    }

    /** Where the disk does not tell whether it was moved, it is looked for later. */
    private boolean isMoved(Path file, BatchClaimName claim) throws IOException {
        boolean isKnown = false;
        try {
            boolean moved = ports.publisher().move(file, ports.running(claim));
            isKnown = true;
            return moved;
        } finally {
            if (!isKnown) stranded.add(claim);
        }
    }

    /** A claim that cannot be opened now goes back, at once or as soon as the disk lets it. */
    private Optional<OpenBatch> opened(BatchClaimName claim) throws IOException {
        boolean over = false;
        try {
            Optional<HeldFile> file = held(claim);
            Optional<OpenBatch> batch = file.isEmpty() ? Optional.empty() : opened(claim, file.get());
            over = true;
            return batch;
        } catch (NoSuchFileException rescuedAtOnce) {
            over = true;
            return Optional.empty();
        } catch (IOException passing) {
            String what = "cannot read " + ports.running(claim) + " now; it is put back";
            ports.events().accept(new Event.Trouble(what, passing));
        } finally {
            if (!over) stranded.add(claim);
        }
        stranded.putBack();
        return Optional.empty();
    }

    /** Empty when it will never be readable, and was refused. */
    private Optional<HeldFile> held(BatchClaimName claim) throws IOException {
        try {
            return Optional.of(ports.disk().hold(ports.running(claim), BatchLines.MAX_BYTES));
        } catch (NotARegularFileException | FileTooLargeException | AccessDeniedException e) {
            refuse(claim, e.getReason() == null ? String.valueOf(e.getMessage()) : e.getReason());
            return Optional.empty();
        }
    }

    private void refuse(BatchClaimName claim, String reason) throws IOException {
        quarantine.put(
                ports.running(claim),
                BatchName.fresh(claim.batch().stem(), claim.batch().count()).fileName(),
                reason);
    }

    private Optional<OpenBatch> opened(BatchClaimName claim, HeldFile file) throws IOException {
        boolean taken = false;
        try {
            BatchHistory history = history(claim.batch());
            BatchLines lines = lines(claim.batch(), history, file.content());
            BatchClaimName known = renamed(claim, lines, history);
            OpenBatch batch = new OpenBatch(ports, known, lines, file, history);
            taken = true;
            return Optional.of(batch);
        } finally {
            if (!taken) file.close();
        }
    }

    /** A power cut leaves something behind the tasks only where outcomes were logged; else it is another task. */
    private static BatchLines lines(BatchName batch, BatchHistory history, byte[] content) {
        return history.counted().isEmpty() ? BatchLines.of(content) : BatchLines.of(content, batch);
    }

    private BatchHistory history(BatchName batch) throws IOException {
        boolean untouched = batch.returns() == 0 && batch.tally().progress() == 0;
        if (untouched && !wereLoggedBefore().contains(batch.stem())) return BatchHistory.none();
        return BatchHistory.read(ports.disk(), ports.layout().outcomes(), batch, BatchHistory.Trust.THE_LOG);
    }

    /**
     * Batches that had outcomes when this worker joined. After a power cut a name may have forgotten them. While the worker
     * lives, the power does not fail, so this is looked up once.
     */
    private Set<String> wereLoggedBefore() throws IOException {
        Set<String> known = loggedBefore;
        if (known != null) return known;
        Set<String> found = new HashSet<>();
        for (String name : ports.disk().sortedNames(ports.layout().outcomes()))
            BatchLogName.parse(name).ifPresent(log -> found.add(log.stem()));
        loggedBefore = found;
        return found;
    }

    /** The logs and the lines know better than the name, which a power cut may have set back or a stranger made up. */
    private BatchClaimName renamed(BatchClaimName claim, BatchLines lines, BatchHistory history) throws IOException {
        BatchName name = claim.batch();
        BatchName right = name.withCount(lines.countIn(name))
                .withTally(history.tally())
                .withReturns(Math.max(name.returns(), history.returns() + 1));
        if (right.equals(name)) return claim;
        BatchClaimName renamed = claim.with(right);
        if (!ports.publisher().move(ports.running(claim), ports.running(renamed)))
            throw new NoSuchFileException(ports.running(claim).toString());
        return renamed;
    }

    /** Lets outcomes count that are due, and ends batches that are over; the number of those that had something to do. */
    int step() throws IOException {
        List<Independent.Step> steps = new ArrayList<>();
        for (OpenBatch batch : open) steps.add(() -> batch.step() ? 1 : 0);
        steps.add(Independent.uncounted(this::forgetOver));
        return Independent.take(steps);
    }

    private void forgetOver() {
        for (OpenBatch batch : open)
            if (batch.isOver() && batch.isHeldBack() && heldBack.size() < HELD_BACK_LIMIT)
                heldBack.put(batch.returnedName(), ports.pauses().known());
        open.removeIf(OpenBatch::isOver);
    }

    /** Gives out no more tasks; what runs is waited for, and then the batches go back. */
    void release() throws IOException {
        for (OpenBatch batch : open) batch.close();
        step();
    }

    /** True while outcomes wait to be counted, which must not take long. */
    boolean hasUncounted() {
        for (OpenBatch batch : open) if (batch.hasUncounted()) return true;
        return false;
    }
}
