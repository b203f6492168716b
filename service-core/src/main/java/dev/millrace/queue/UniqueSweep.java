package dev.millrace.queue;

import dev.millrace.storage.Disk.DiskLock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Forgets unique keys that nobody has any more, some at each step, and finishes what was begun with the others. */
final class UniqueSweep {
    private static final int MOST = 100;
    private static final Duration EVERY = Duration.ofMinutes(10);

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final UniqueIndex index;
    private final UniqueLook look;
    private final UniqueIndex.Ending ending;
    private final Deque<String> unswept = new ArrayDeque<>();
    private long sweptAt;

    UniqueSweep(QueueLayout layout, QueueOptions options, QueuePorts ports, UniqueIndex.Ending ending) {
        this.layout = layout;
        this.ports = ports;
        this.index = new UniqueIndex(layout, options, ports);
        this.look = new UniqueLook(layout, ports);
        this.ending = ending;
        this.sweptAt = ports.time().nanos();
    }

    void step() throws IOException {
        if (unswept.isEmpty()) {
            if (ports.time().nanos() - sweptAt < EVERY.toNanos()) return;
            sweptAt = ports.time().nanos();
            for (String name : ports.disk().sortedNames(layout.unique()))
                if (name.endsWith(UniqueIndex.SUFFIX) && !name.startsWith("."))
                    unswept.add(name.substring(0, name.length() - UniqueIndex.SUFFIX.length()));
        }
        for (int left = Math.min(MOST, unswept.size()); left > 0; left--) sweep(unswept.remove());
    }

    private void sweep(String name) throws IOException {
        Optional<DiskLock> held = index.tryLock(name);
        if (held.isEmpty()) return;
        try (DiskLock mine = held.get()) {
            Optional<UniqueEntry> entry = index.finished(name, ending);
            if (entry.isEmpty() || !look.isNeeded(entry.get())) index.remove(name);
        }
    }
}
