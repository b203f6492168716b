package dev.millrace.worker;

import dev.millrace.lifecycle.WorkerOrders;
import dev.millrace.queue.QueueLayout;
import dev.millrace.storage.Disk;
import dev.millrace.storage.FileFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a worker is asked to do. It is looked at ten times a second, so the file is read only when it has changed; and at
 * every tenth look, because two changes within one tick of the file system's clock look like one.
 */
final class StandingOrder {
    private static final int READ_EVERY = 10;

    private final Disk disk;
    private final QueueLayout layout;
    private final String worker;
    private final Path file;
    private Optional<FileFacts> seen = Optional.empty();
    private int looks;
    private WorkerOrders.Order order = WorkerOrders.Order.RUN;

    StandingOrder(Disk disk, QueueLayout layout, String worker) {
        this.disk = disk;
        this.layout = layout;
        this.worker = worker;
        this.file = WorkerOrders.file(layout, worker);
    }

    WorkerOrders.Order standing() throws IOException {
        Optional<FileFacts> now = disk.facts(file);
        if (!now.equals(seen) || ++looks % READ_EVERY == 0) order = WorkerOrders.standing(disk, layout, worker);
        seen = now;
        return order;
    }
}
