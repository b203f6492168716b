package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.liveness.WorkerName;
import dev.millrace.queue.QueueLayout;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** What operators ask of each worker, in control/. A worker looks several times a second. */
public interface WorkerOrders {

    /** What a worker is asked to do. */
    enum Order {
        /** Claim and run tasks. */
        RUN,
        /** Finish what runs, take no more, stay. */
        PARK,
        /** Finish what runs, then end. */
        STOP;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The file that holds a worker's order. */
    static Path file(QueueLayout layout, String worker) {
        return layout.control().resolve("worker-" + WorkerName.safe(worker) + ".json");
    }

    /** Gives an order. */
    static void give(Disk disk, QueueLayout layout, String worker, Order order) throws IOException {
        ObjectNode json = Json.object();
        json.put("worker", worker);
        json.put("order", order.word());
        disk.replace(file(layout, worker), Json.bytes(json), Durability.OS);
    }

    /** The order that stands; run when there is none or it cannot be read. */
    static Order standing(Disk disk, QueueLayout layout, String worker) {
        try {
            String word = Json.parseObject(disk.read(file(layout, worker), 4 << 10))
                    .path("order")
                    .asText("");
            return Order.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IOException | MalformedJsonException | IllegalArgumentException none) {
            return Order.RUN;
        }
    }

    /** Forgets an order. */
    static void forget(Disk disk, QueueLayout layout, String worker) throws IOException {
        disk.delete(file(layout, worker));
    }
}
