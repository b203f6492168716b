package dev.millrace.queue;

import dev.millrace.event.Event;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.HeldFile;
import dev.millrace.storage.Durability;
import dev.millrace.task.BatchClaimName;
import dev.millrace.task.BatchName;
import dev.millrace.task.ClaimName;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Takes up the batches that dead incarnations left in running/, and drops the logs of those that have ended.
 *
 * <p>All that a dead owner logged counts: it is made durable, covered by the batch's new name, and the batch goes back to
 * pending as a whole. Being wrong about the death costs a second run of a few tasks: the owner's next rename finds
 * nothing, and what it logs from then on does not count.
 */
final class BatchRescue {
    private final BatchPorts ports;

    BatchRescue(BatchPorts ports) {
        this.ports = ports;
    }

    int rescue(Predicate<String> isDead) throws IOException {
        List<BatchClaimName> left = new ArrayList<>();
        List<String> strays = new ArrayList<>();
        ports.disk().forEachName(ports.layout().folder(TaskState.RUNNING), name -> {
            if (!BatchName.isBatchFile(name)) return;
            BatchClaimName.parse(name).ifPresentOrElse(left::add, () -> strays.add(name));
        });
        for (String stray : strays) putStrayBack(stray);
        int rescued = 0;
        for (BatchClaimName claim : left) if (isDead.test(claim.incarnation())) rescued += rescueOrReport(claim);
        return rescued;
    }

    /** Somebody moved it there by hand; nobody owns it. */
    private void putStrayBack(String name) throws IOException {
        Path pending = ports.layout().folder(TaskState.PENDING).resolve(name);
        Path running = ports.layout().folder(TaskState.RUNNING).resolve(name);
        if (!ports.disk().exists(pending)) ports.publisher().move(running, pending);
    }

    /** One file that the disk refuses does not keep the others from being rescued. */
    private int rescueOrReport(BatchClaimName claim) {
        try {
            return rescue(claim) ? 1 : 0;
        } catch (NoSuchFileException takenByAnother) {
            return 0;
        } catch (IOException e) {
            String what = "cannot rescue " + ports.running(claim) + " now; it is tried again";
            ports.events().accept(new Event.Trouble(what, e));
            return 0;
        }
    }

    private boolean rescue(BatchClaimName claim) throws IOException {
        BatchHistory history = history(claim.batch());
        BatchName known = claim.batch().withTally(history.tally());
        if (claim.stage() == ClaimName.Stage.SETTLED || hasEnded(known)) return finish(claim, known, history);
        BatchName again =
                known.withSuspicion(claim.batch().suspicion().afterDeath()).returned();
        Path target = ports.layout().folder(TaskState.PENDING).resolve(again.fileName());
        return ports.publisher().move(ports.running(claim), target) && rescued(claim, "pending");
    }

    private static boolean hasEnded(BatchName batch) {
        return batch.count() > 0 && batch.tally().ended() == batch.count();
    }

    private BatchHistory history(BatchName batch) throws IOException {
        return BatchHistory.read(ports.disk(), ports.layout().outcomes(), batch, BatchHistory.Trust.THE_LOG);
    }

    private boolean finish(BatchClaimName claim, BatchName known, BatchHistory history) throws IOException {
        BatchClaimName settled = claim.with(known).settled();
        boolean renamed = claim.equals(settled) || ports.publisher().move(ports.running(claim), ports.running(settled));
        if (!renamed) return false;
        writeOutcomes(ports.running(settled), known, history);
        ports.publisher().move(ports.running(settled), ports.terminal(known));
        ports.finished(known.stem());
        return rescued(claim, known.terminalState().word());
    }

    private void writeOutcomes(Path file, BatchName known, BatchHistory history) throws IOException {
        try (HeldFile held = ports.disk().hold(file, BatchLines.MAX_BYTES * 2)) {
            BatchLines lines = BatchLines.of(held.content(), known);
            BatchTasks tasks = new BatchTasks(known.count(), history.counted(), false, false);
            ports.writeOutcomes(held, lines.end(), lines.isWhole(), tasks.allOutcomes());
        }
    }

    private boolean rescued(BatchClaimName claim, String to) {
        ports.events().accept(new Event.Rescued(claim.batch().stem(), claim.incarnation(), to));
        return true;
    }

    // ------------------------------------------------------------------ logs of batches that have ended

    /** Logs whose writer is dead and whose batch waits nowhere. What a power cut tore is mended from them first. */
    int dropLogs(Predicate<String> isDead) throws IOException {
        Set<String> candidates = new HashSet<>();
        for (String name : ports.disk().sortedNames(ports.layout().outcomes()))
            BatchLogName.parse(name)
                    .filter(log -> isDead.test(log.incarnation()))
                    .ifPresent(log -> candidates.add(log.stem()));
        if (candidates.isEmpty()) return 0;
        candidates.retainAll(ended(candidates));
        List<Independent.Step> steps = new ArrayList<>();
        Set<String> mended = new HashSet<>();
        for (String stem : candidates)
            steps.add(() -> {
                mend(stem);
                mended.add(stem);
                return 0;
            });
        return Independent.take(List.of(() -> Independent.take(steps), () -> drop(ports, mended)));
    }

    /**
     * Those that lie where nothing leaves again. A batch that waits or runs moves both ways, and may be found nowhere by
     * who lists one folder after the other; so not to find it there would prove nothing.
     */
    private Set<String> ended(Set<String> stems) throws IOException {
        Set<String> found = new HashSet<>();
        for (TaskState state : List.of(TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED))
            ports.disk().forEachName(ports.layout().folder(state), name -> {
                if (!BatchName.isBatchFile(name)) return;
                String stem = BatchLook.nameIn(state, name).stem();
                if (stems.contains(stem)) found.add(stem);
            });
        return found;
    }

    private void mend(String stem) throws IOException {
        for (TaskState state : List.of(TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED)) {
            List<String> names = new ArrayList<>();
            ports.disk().forEachName(ports.layout().folder(state), name -> {
                if (name.startsWith(stem)
                        && BatchName.isBatchFile(name)
                        && BatchName.parse(name).stem().equals(stem)) names.add(name);
            });
            for (String name : names) mend(ports.layout().folder(state).resolve(name), BatchName.parse(name));
        }
    }

    private void mend(Path file, BatchName name) throws IOException {
        BatchHistory history = history(name);
        boolean knowsAll = history.tally().ended() == name.count();
        if (!knowsAll || BatchLook.hasWholeOutcomes(ports.disk(), file, name)) return;
        writeOutcomes(file, name.withTally(history.tally()), history);
    }

    /** Deletes the logs of batches that have ended, once everything is certainly on disk. */
    static int drop(BatchPorts ports, Set<String> stems) throws IOException {
        if (stems.isEmpty()) return 0;
        Disk disk = ports.disk();
        if (ports.durability() == Durability.FSYNC)
            disk.forceFileSystem(ports.layout().root());
        int dropped = 0;
        for (String name : disk.sortedNames(ports.layout().outcomes())) {
            boolean over = BatchLogName.parse(name)
                    .filter(log -> stems.contains(log.stem()))
                    .isPresent();
            if (over && disk.delete(ports.layout().outcomes().resolve(name))) dropped++;
        }
        return dropped;
    }
}
