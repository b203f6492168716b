package dev.millrace.queue;

import dev.millrace.task.BatchClaimName;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Claims of batches that could neither be opened nor put back, because the disk refused. Nobody else would put them back
 * while this worker lives.
 */
final class StrandedBatches {
    private final BatchPorts ports;
    private final Queue<BatchClaimName> stranded = new ConcurrentLinkedQueue<>();

    StrandedBatches(BatchPorts ports) {
        this.ports = ports;
    }

    void add(BatchClaimName claim) {
        stranded.add(claim);
    }

    /** Puts them back into pending, or fails as long as the disk refuses. */
    void putBack() throws IOException {
        for (BatchClaimName claim = stranded.peek(); claim != null; claim = stranded.peek()) {
            Optional<BatchClaimName> now = nowNamed(claim);
            if (now.isPresent()) putBack(now.get());
            stranded.remove(claim);
        }
    }

    /**
     * Under the name that it has. To count a return would say that this owner knew which outcomes count, and that the log
     * of the one before is not the last.
     */
    private void putBack(BatchClaimName claim) throws IOException {
        Path pending = ports.layout().folder(TaskState.PENDING);
        ports.publisher()
                .move(ports.running(claim), pending.resolve(claim.batch().fileName()));
    }

    /** Whether it was renamed to tell what counts may be unknown: its owner and number tell which it is. */
    private Optional<BatchClaimName> nowNamed(BatchClaimName claim) throws IOException {
        List<BatchClaimName> found = new ArrayList<>();
        ports.disk()
                .forEachName(
                        ports.layout().folder(TaskState.RUNNING),
                        name -> BatchClaimName.parse(name)
                                .filter(one -> isSameClaim(one, claim))
                                .ifPresent(found::add));
        return found.stream().findFirst();
    }

    private static boolean isSameClaim(BatchClaimName one, BatchClaimName other) {
        return one.claimNumber() == other.claimNumber() && one.incarnation().equals(other.incarnation());
    }
}
