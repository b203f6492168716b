package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.task.ClaimName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Fences of which the disk did not tell whether they hold. It may carry the rename out, deny it, and fail again when it is asked.
 * Then whoever wanted to end the task may give up and put it back, or leave it, and finds nothing: it has ended as it was
 * to end at first, and nobody else would finish it while this worker lives. Safe for use by several threads.
 *
 * @param <T> what a task was to end with
 */
final class DeniedFences<T> {
    private final Publisher publisher;
    private final Disk disk;
    private final Ender<T> ender;
    private final Map<ClaimName, T> doubtful = new ConcurrentHashMap<>();

    /** Ends a task as it was to end at first. */
    interface Ender<T> {
        Settlement end(T decided) throws IOException;
    }

    DeniedFences(Publisher publisher, Disk disk, Ender<T> ender) {
        this.publisher = publisher;
        this.disk = disk;
        this.ender = ender;
    }

    /** See {@link Publisher#fence}. */
    boolean fence(ClaimName claim, T decided) throws IOException {
        try {
            boolean won = publisher.fence(claim);
            doubtful.remove(claim);
            return won;
        } catch (IOException e) {
            doubtful.put(claim, decided);
            throw e;
        }
    }

    boolean isEmpty() {
        return doubtful.isEmpty();
    }

    /** Ends the task when its fence holds although the disk has denied it. */
    Optional<Settlement> end(ClaimName claim) throws IOException {
        T decided = doubtful.get(claim);
        if (decided == null) return Optional.empty();
        if (disk.exists(publisher.running(claim.settled()))) return Optional.of(ender.end(decided));
        // Whoever has tried again meanwhile, and was denied again, is in doubt of his own.
        doubtful.remove(claim, decided);
        return Optional.empty();
    }

    /** The same for all; how many have ended. */
    int endAll() throws IOException {
        List<Independent.Step> steps = new ArrayList<>();
        for (ClaimName claim : doubtful.keySet()) steps.add(() -> end(claim).isPresent() ? 1 : 0);
        return Independent.take(steps);
    }
}
