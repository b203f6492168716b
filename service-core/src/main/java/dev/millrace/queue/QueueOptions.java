package dev.millrace.queue;

import dev.millrace.storage.Durability;
import dev.millrace.task.LimitRules;
import dev.millrace.task.TaskDocument;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * How a queue behaves.
 *
 * @param durability what an acknowledged submit and a visible result survive
 * @param shared true when others may write into the queue folder
 * @param poll how often a folder is listed although nothing was noticed; positive
 * @param maxRescues how often a task may lose its worker before it is failed, at least 0
 * @param indexSize how many pending names are remembered at once, at least 1
 * @param batchLimit how many small tasks may share a file, at least 1; 1 where workers of other makes drain the queue
 * @param limits how many tasks of a kind, or with one concurrency key, may run, and how many may begin in a time
 */
public record QueueOptions(
        Durability durability,
        boolean shared,
        Duration poll,
        int maxRescues,
        int indexSize,
        int batchLimit,
        LimitRules limits) {
    /** Beyond it, a batch gains nothing. */
    public static final int DEFAULT_BATCH_LIMIT = 5_000;

    /** A million names cost ten listings and 15 MB. */
    private static final int DEFAULT_INDEX_SIZE = 100_000;

    public QueueOptions {
        if (poll.isNegative() || poll.isZero())
            throw new IllegalArgumentException("poll " + poll + " must be positive");
        if (maxRescues < 0) throw new IllegalArgumentException("max_rescues " + maxRescues + " must not be negative");
        if (batchLimit < 1) throw new IllegalArgumentException("batch limit " + batchLimit + " must be at least 1");
        if (indexSize < 1) throw new IllegalArgumentException("index size " + indexSize + " must be at least 1");
    }

    /** Forced writes, private folder, a poll of one second, five rescues. */
    public static QueueOptions defaults() {
        return new QueueOptions(
                Durability.FSYNC,
                false,
                Duration.ofSeconds(1),
                5,
                DEFAULT_INDEX_SIZE,
                DEFAULT_BATCH_LIMIT,
                LimitRules.NONE);
    }

    public QueueOptions withDurability(Durability newDurability) {
        return new QueueOptions(newDurability, shared, poll, maxRescues, indexSize, batchLimit, limits);
    }

    public QueueOptions withShared(boolean newShared) {
        return new QueueOptions(durability, newShared, poll, maxRescues, indexSize, batchLimit, limits);
    }

    public QueueOptions withPoll(Duration newPoll) {
        return new QueueOptions(durability, shared, newPoll, maxRescues, indexSize, batchLimit, limits);
    }

    public QueueOptions withMaxRescues(int newMaxRescues) {
        return new QueueOptions(durability, shared, poll, newMaxRescues, indexSize, batchLimit, limits);
    }

    public QueueOptions withIndexSize(int newIndexSize) {
        return new QueueOptions(durability, shared, poll, maxRescues, newIndexSize, batchLimit, limits);
    }

    public QueueOptions withBatchLimit(int newBatchLimit) {
        return new QueueOptions(durability, shared, poll, maxRescues, indexSize, newBatchLimit, limits);
    }

    /** How often a task may be tried that loses its workers: what it says itself, then its kind, then the queue. */
    int mostAttempts(TaskDocument document) {
        OptionalInt ofKind = limits.of(document.kind().orElse("")).maxAttempts();
        return document.maxAttempts().orElse(ofKind.orElse(maxRescues + 1));
    }

    public QueueOptions withLimits(LimitRules newLimits) {
        return new QueueOptions(durability, shared, poll, maxRescues, indexSize, batchLimit, newLimits);
    }
}
