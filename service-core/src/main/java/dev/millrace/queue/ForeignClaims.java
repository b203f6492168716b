package dev.millrace.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.task.ClaimName;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Claims of AGILAB's own workers. Their names bear a token that is new for each claim; whose they are stands in the
 * document, which the worker writes just after the rename. A claim that keeps silent about its owner for a minute, seen
 * from here, has lost it in between.
 */
final class ForeignClaims {
    private static final long SILENT_FOR_NANOS = 60_000_000_000L;
    private static final int LARGEST_DOCUMENT = 64 << 20;

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final Map<String, Long> silentSince = new HashMap<>();

    ForeignClaims(QueueLayout layout, QueuePorts ports) {
        this.layout = layout;
        this.ports = ports;
    }

    /** True when nobody will finish it. */
    boolean isLeftBehind(ClaimName claim, Predicate<String> isDead) throws IOException {
        Optional<String> owner = ownerOf(claim);
        if (owner.isPresent()) {
            silentSince.remove(claim.fileName());
            return isDead.test(owner.get());
        }
        long now = ports.time().nanos();
        return now - silentSince.computeIfAbsent(claim.fileName(), name -> now) >= SILENT_FOR_NANOS;
    }

    /** Forgets claims that are not there any more. */
    void keepOnly(List<String> names) {
        silentSince.keySet().retainAll(names);
    }

    /** The incarnation that a claim's document names. */
    Optional<String> ownerOf(ClaimName claim) throws IOException {
        return ownerIn(layout.folder(TaskState.RUNNING).resolve(claim.fileName()), false);
    }

    /** A worker of AGILAB's writes a second file and then deletes its claim; when it dies in between, both are there. */
    boolean isFinished(ClaimName claim) throws IOException {
        Optional<String> owner = ownerOf(claim);
        if (owner.isEmpty()) return false;
        for (TaskState state : List.of(TaskState.DONE, TaskState.FAILED)) {
            Path terminal = layout.folder(state).resolve(claim.task().fileName());
            if (ownerIn(terminal, true).equals(owner)) return true;
        }
        return false;
    }

    private Optional<String> ownerIn(Path file, boolean ended) throws IOException {
        try {
            ObjectNode document = Json.parseObject(ports.disk().read(file, LARGEST_DOCUMENT));
            String owner = document.path("claim").path("worker_incarnation").asText("");
            boolean fits =
                    !owner.isEmpty() && (!ended || document.path("status").isTextual());
            return fits ? Optional.of(owner) : Optional.empty();
        } catch (MalformedJsonException | NoSuchFileException | FileTooLargeException saysNothing) {
            return Optional.empty();
        }
    }
}
