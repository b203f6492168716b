package dev.millrace.queue;

import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Unique keys in files that somebody dropped into pending/, and what is left of keys that nobody has any more. */
final class UniqueFiles {
    private static final int MOST_SWEPT = 100;
    private static final Duration SWEEP_EVERY = Duration.ofMinutes(10);

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final UniqueIndex index;
    private final Deque<String> unswept = new ArrayDeque<>();
    private long sweptAt;

    UniqueFiles(QueueLayout layout, QueueOptions options, QueuePorts ports) {
        this.layout = layout;
        this.ports = ports;
        this.index = new UniqueIndex(layout, options, ports);
        this.sweptAt = ports.time().nanos();
    }

    /** Why a task that was claimed for the first time must not run; its key is its own when there is no reason. */
    Optional<String> objectionTo(FileClaim claim) throws IOException {
        TaskName name = claim.name().task();
        String key = claim.document().text("unique_key").orElse("");
        boolean claimedBefore = name.attempt() > 1 || name.returns() > waits(claim);
        if (key.isEmpty() || claimedBefore || TaskOrder.isOurs(name.stem())) return Optional.empty();
        String file = UniqueIndex.nameOf(key);
        try (DiskLock mine = index.lock(file)) {
            Optional<UniqueEntry> entry = index.read(file);
            if (entry.isPresent() && !isOwn(entry.get(), name) && index.isTaken(entry.get()))
                return Optional.of("unique_key is taken by " + entry.get().id() + " ("
                        + entry.get().stem() + ")");
            double window = claim.document().value("unique").path("window_sec").asDouble(0);
            index.write(
                    file,
                    new UniqueEntry(key, claim.id(), name.stem(), ports.time().epochSeconds(), window, true, ""));
            return Optional.empty();
        }
    }

    /** One that was laid aside before bears a count of returns when it is claimed for the first time. */
    private static int waits(FileClaim claim) {
        boolean waitsForOthers =
                !DependencyPlan.namesIn(claim.document().value("depends_on")).isEmpty();
        return waitsForOthers || DueTime.isNamedIn(claim.document().body()) ? 1 : 0;
    }

    /** Foreign names are used again: an entry is that of an earlier file of this name when that one has ended. */
    private boolean isOwn(UniqueEntry entry, TaskName name) throws IOException {
        return entry.stem().equals(name.stem())
                && new QueueLook(layout, ports).terminal(name.stem()).isEmpty();
    }

    /** Forgets keys that nobody has any more, some at each step. */
    void sweep() throws IOException {
        if (unswept.isEmpty()) {
            if (ports.time().nanos() - sweptAt < SWEEP_EVERY.toNanos()) return;
            sweptAt = ports.time().nanos();
            for (String name : ports.disk().sortedNames(layout.unique()))
                if (name.endsWith(UniqueIndex.SUFFIX) && !name.startsWith("."))
                    unswept.add(name.substring(0, name.length() - UniqueIndex.SUFFIX.length()));
        }
        for (int left = Math.min(MOST_SWEPT, unswept.size()); left > 0; left--) sweep(unswept.remove());
    }

    private void sweep(String name) throws IOException {
        Optional<DiskLock> held = index.tryLock(name);
        if (held.isEmpty()) return;
        try (DiskLock mine = held.get()) {
            Optional<UniqueEntry> entry = index.read(name);
            if (entry.isEmpty() || !index.isTaken(entry.get())) index.remove(name);
        }
    }
}
