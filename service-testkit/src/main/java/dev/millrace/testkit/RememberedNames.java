package dev.millrace.testkit;

import dev.millrace.storage.Disk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells of new names in folders of a {@link RememberedFiles}; waits on the machine's own clock, as a real watch does. */
final class RememberedNames implements Disk.FolderWatch {
    private final Set<Path> folders;
    private final Consumer<RememberedNames> whenClosed;
    private final LinkedBlockingQueue<Path> added = new LinkedBlockingQueue<>();

    RememberedNames(Set<Path> folders, Consumer<RememberedNames> whenClosed) {
        this.folders = Set.copyOf(folders);
        this.whenClosed = whenClosed;
    }

    void offer(Path path) {
        Path parent = path.getParent();
        if (parent != null && folders.contains(parent)) added.add(path);
    }

    @Override
    public Disk.Changes await(Duration atMost) throws InterruptedException {
        @Nullable Path first = added.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
        if (first == null) return new Disk.Changes(List.of(), false);
        List<Path> all = new ArrayList<>(List.of(first));
        added.drainTo(all);
        return new Disk.Changes(all, false);
    }

    @Override
    public void close() {
        whenClosed.accept(this);
    }
}
