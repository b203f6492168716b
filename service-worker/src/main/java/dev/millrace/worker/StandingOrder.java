package dev.millrace.worker;

import dev.millrace.event.Event;
import dev.millrace.event.EventSink;
import dev.millrace.lifecycle.WorkerOrders;
import dev.millrace.queue.QueueLayout;
import dev.millrace.storage.Disk;
import dev.millrace.storage.FileFacts;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a worker is asked to do. It is looked at several times a second, so the file is read only when it has changed; and
 * at every eighth look, because two changes within one tick of the file system's clock look like one.
 *
 * <p>While the order cannot be read, the last one that was known stands: a worker that was drained must not run again
 * because a disk stumbles. A worker that has never known one waits.
 */
final class StandingOrder {
    private static final int READ_EVERY = 8;

    private final Disk disk;
    private final Time time;
    private final QueueLayout layout;
    private final String worker;
    private final EventSink events;
    private final Path file;
    private Optional<FileFacts> seen = Optional.empty();
    private Optional<WorkerOrders.Order> order = Optional.empty();
    private Optional<Duration> handBackAfter = Optional.empty();
    private long since;
    private boolean told;
    private int looks;

    StandingOrder(Disk disk, Time time, QueueLayout layout, String worker, EventSink events) {
        this.disk = disk;
        this.time = time;
        this.layout = layout;
        this.worker = worker;
        this.events = events;
        this.file = WorkerOrders.file(layout, worker);
    }

    /** The order that stands; empty as long as none could be read. */
    Optional<WorkerOrders.Order> standing() {
        try {
            Optional<FileFacts> now = disk.facts(file);
            if (order.isEmpty() || !now.equals(seen) || ++looks % READ_EVERY == 0) read(!now.equals(seen));
            seen = now;
        } catch (IOException e) {
            tell(e);
        }
        return order;
    }

    /** True when the worker is drained and has had the time that this order leaves it to finish what it runs. */
    boolean isTimeUp() {
        return handBackAfter.isPresent()
                && time.nanos() - since >= handBackAfter.get().toNanos();
    }

    /** An order counts from when it is seen, also when it is the same as the one before. */
    private void read(boolean given) throws IOException {
        Optional<WorkerOrders.Order> before = order;
        Optional<Duration> handedBackAfter = handBackAfter;
        order = Optional.of(WorkerOrders.standing(disk, layout, worker));
        handBackAfter = order.get() == WorkerOrders.Order.DRAIN
                ? WorkerOrders.handBackAfter(disk, layout, worker)
                : Optional.empty();
        if (given || !before.equals(order) || !handedBackAfter.equals(handBackAfter)) since = time.nanos();
        told = false;
    }

    private void tell(IOException trouble) {
        String meanwhile = order.map(known -> "the last one stands: " + known).orElse("it takes no work before it can");
        if (!told)
            events.accept(new Event.Trouble("worker " + worker + " cannot read its order now; " + meanwhile, trouble));
        told = true;
    }
}
