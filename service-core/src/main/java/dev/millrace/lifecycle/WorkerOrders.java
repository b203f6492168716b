package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.liveness.WorkerName;
import dev.millrace.queue.QueueLayout;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What operators ask of each worker, in control/. A worker looks several times a second. */
public interface WorkerOrders {

    /** What a worker is asked to do. */
    enum Order {
        /** Claim and run tasks. */
        RUN,
        /** Finish what runs, take no more, stay: a stop of the whole service that keeps it warm. The next start ends it. */
        PARK,
        /** The same, asked of this worker by an operator. It stands until an operator ends it, or the service is stopped. */
        DRAIN,
        /** Finish what runs, then end. */
        STOP;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Order> of(String word) {
            return Arrays.stream(values())
                    .filter(order -> order.word().equals(word.toLowerCase(Locale.ROOT)))
                    .findFirst();
        }
    }

    /** An order is a hundred bytes. */
    int LIMIT_BYTES = 4 << 10;

    /** The file that holds a worker's order. */
    static Path file(QueueLayout layout, String worker) {
        return layout.control().resolve("worker-" + WorkerName.safe(worker) + ".json");
    }

    /**
     * Gives an order. Parking leaves a drained worker drained: it takes no more anyway, and whoever ends the parking must
     * not end the drain.
     */
    static void give(Disk disk, QueueLayout layout, String worker, Order order) throws IOException {
        if (order == Order.PARK && isNow(Order.DRAIN, disk, layout, worker)) return;
        ObjectNode json = Json.object();
        json.put("worker", worker);
        json.put("order", order.word());
        disk.replace(file(layout, worker), Json.bytes(json), Durability.OS);
    }

    /**
     * Asks a worker to take no more, and to give back what it has not finished after so long, for others to run.
     *
     * @param after from when the worker sees it; at most a billion seconds
     */
    static void drainWithin(Disk disk, QueueLayout layout, String worker, Duration after) throws IOException {
        ObjectNode json = Json.object();
        json.put("worker", worker);
        json.put("order", Order.DRAIN.word());
        json.put("hand_back_after_sec", after.toMillis() / 1e3);
        disk.replace(file(layout, worker), Json.bytes(json), Durability.OS);
    }

    /** After how long a drained worker gives back what it has not finished; empty when it finishes all. */
    static Optional<Duration> handBackAfter(Disk disk, QueueLayout layout, String worker) throws IOException {
        try {
            JsonNode seconds = Json.parseObject(disk.read(file(layout, worker), LIMIT_BYTES))
                    .path("hand_back_after_sec");
            return seconds.isNumber()
                    ? Optional.of(Duration.ofMillis(
                            Math.round(Math.min(1e9, Math.max(0, seconds.doubleValue())) * 1e3)))
                    : Optional.empty();
        } catch (NoSuchFileException | MalformedJsonException none) {
            return Optional.empty();
        }
    }

    /**
     * Lets a worker run that a stop had asked to park or to end. What an operator has asked of it stands.
     *
     * @throws IOException when nobody can tell whether an operator has; the order is as it was
     */
    static void lift(Disk disk, QueueLayout layout, String worker) throws IOException {
        if (standing(disk, layout, worker) != Order.DRAIN) give(disk, layout, worker, Order.RUN);
    }

    /**
     * The order that stands; run when none was given.
     *
     * @throws IOException when there is one that cannot be read now or makes no sense: it may be any, and whoever knew it
     *     before goes by that
     */
    static Order standing(Disk disk, QueueLayout layout, String worker) throws IOException {
        Path file = file(layout, worker);
        try {
            String word =
                    Json.parseObject(disk.read(file, LIMIT_BYTES)).path("order").asText("");
            return Order.of(word)
                    .orElseThrow(() -> new MalformedJsonException("names the unknown order '" + word + "'"));
        } catch (NoSuchFileException none) {
            return Order.RUN;
        } catch (MalformedJsonException e) {
            throw new IOException(
                    "the order " + file + " " + e.reason() + "; 'millrace drain' gives it anew, with --resume to run",
                    e);
        }
    }

    /** True when the order that stands is known to be this one. */
    static boolean isNow(Order order, Disk disk, QueueLayout layout, String worker) {
        try {
            return standing(disk, layout, worker) == order;
        } catch (IOException unknown) {
            return false;
        }
    }

    /** Forgets an order. */
    static void forget(Disk disk, QueueLayout layout, String worker) throws IOException {
        disk.delete(file(layout, worker));
    }
}
