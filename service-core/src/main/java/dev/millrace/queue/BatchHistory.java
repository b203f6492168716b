package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.task.BatchName;
import dev.millrace.task.BatchName.Tally;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which outcomes of a batch count, and what they say.
 *
 * <p>Each owner writes a log of its own, whose name says with which outcome it began ({@code base}). An owner that was
 * taken for dead may have gone on writing: what it wrote beyond the base of the next owner does not count. Of the last
 * owner's outcomes those count that the batch's name counts; and, when that owner is dead or the power was cut, all that
 * it wrote, because nobody has run those tasks again. Whether a log is the last owner's says the count of returns: an
 * owner that has not yet logged anything has no log, and the one before it may still be writing.
 */
final class BatchHistory {
    private static final int LIMIT_BYTES = 256 << 20;

    private final List<BatchRecord> counted;
    private final List<Path> logs;
    private final int returns;

    private BatchHistory(List<BatchRecord> counted, List<Path> logs, int returns) {
        this.counted = counted;
        this.logs = logs;
        this.returns = returns;
    }

    /** Whose outcomes are asked for. */
    enum Trust {
        /** The outcomes that the name counts: the owner may be alive. */
        THE_NAME,
        /** All that was written: the owner is dead. What was read is made durable before anybody relies on it. */
        THE_LOG
    }

    private record Log(BatchLogName name, Path file) {}

    /** Reads the logs of a batch whose file bears this name now. */
    static BatchHistory read(Disk disk, Path folder, BatchName batch, Trust trust) throws IOException {
        List<Log> logs = new ArrayList<>();
        for (String name : disk.sortedNames(folder))
            if (name.startsWith(batch.stem()))
                BatchLogName.parse(name)
                        .filter(found -> found.stem().equals(batch.stem()))
                        .ifPresent(found -> logs.add(new Log(found, folder.resolve(name))));
        logs.sort(Comparator.comparingInt((Log log) -> log.name().returns())
                .thenComparingInt(log -> log.name().part()));
        Map<Integer, BatchRecord> records = new HashMap<>();
        int returns = -1;
        for (int i = 0; i < logs.size(); i++) {
            returns = logs.get(i).name().returns();
            readInto(records, disk, logs.get(i), upTo(logs, i, batch, trust));
            if (trust == Trust.THE_LOG) forceIfThere(disk, logs.get(i).file());
        }
        return new BatchHistory(
                withoutGaps(records), logs.stream().map(Log::file).toList(), returns);
    }

    private static void forceIfThere(Disk disk, Path file) throws IOException {
        try {
            disk.forceFile(file);
        } catch (NoSuchFileException dropped) {
            // its batch has ended and is on disk
        }
    }

    private static int upTo(List<Log> logs, int i, BatchName batch, Trust trust) {
        for (Log later : logs.subList(i + 1, logs.size()))
            if (later.name().returns() > logs.get(i).name().returns())
                return later.name().base();
        boolean isLastOwners = logs.get(i).name().returns() >= batch.returns();
        return trust == Trust.THE_LOG && isLastOwners
                ? Integer.MAX_VALUE
                : batch.tally().progress();
    }

    private static void readInto(Map<Integer, BatchRecord> records, Disk disk, Log log, int upTo) throws IOException {
        byte[] content;
        try {
            content = disk.read(log.file(), LIMIT_BYTES);
        } catch (NoSuchFileException dropped) {
            return;
        }
        int from = 0;
        for (int at = 0; at < content.length; at++) {
            if (content[at] != '\n') continue;
            BatchRecord.parse(content, from, at)
                    .filter(record -> record.number() > log.name().base() && record.number() <= upTo)
                    .ifPresent(record -> records.put(record.number(), record));
            from = at + 1;
        }
    }

    private static List<BatchRecord> withoutGaps(Map<Integer, BatchRecord> records) {
        List<BatchRecord> counted = new ArrayList<>();
        for (int number = 1; records.containsKey(number); number++)
            counted.add(java.util.Objects.requireNonNull(records.get(number)));
        return counted;
    }

    /** Of a batch that nobody has run. */
    static BatchHistory none() {
        return new BatchHistory(List.of(), List.of(), -1);
    }

    /** The outcomes that count, in the order in which they came to count. */
    List<BatchRecord> counted() {
        return counted;
    }

    /** The terminal outcome of one task. */
    Optional<BatchRecord> terminal(int index) {
        return counted.stream()
                .filter(record -> record.index() == index && record.isTerminal())
                .findFirst();
    }

    Tally tally() {
        Tally tally = Tally.NONE;
        for (BatchRecord record : counted)
            tally = tally.plus(record.isTerminal() ? Optional.of(record.state()) : Optional.<TaskState>empty());
        return tally;
    }

    /** The highest return count of an owner that wrote a log; -1 when there is none. */
    int returns() {
        return returns;
    }

    List<Path> logs() {
        return logs;
    }
}
