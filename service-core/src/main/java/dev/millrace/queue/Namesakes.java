package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.storage.NotARegularFileException;
import dev.millrace.task.ClaimName;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Tells of which file a record speaks.
 *
 * <p>Our names are unique for ever, so the name tells. Other programs use names again, and a task of theirs must not get the
 * outcome of one that had its name before. Of two files with one name a record speaks of
 *
 * <ul>
 *   <li>the one whose claim it settles: no incarnation uses a claim number twice. But when another record with a higher count of
 *       returns is for the same document, and that has not ended, the claim was lost before, and that record counts;
 *   <li>no other claim with the record's own count of returns: each return raises the count, so an earlier state of the
 *       task, which a power cut brought back, has a lower one;
 *   <li>else the one whose document begins as the record says, and only while none that does has ended under the record's
 *       terminal name: what has ended is the record's, and what waits is another.
 * </ul>
 *
 * What cannot be told apart: the same bytes dropped again, when the first one's document has been removed and its owner's log
 * still lies there.
 */
final class Namesakes {
    /** A document at its limit, its result at its limit, and room for what surrounds them. */
    static final int LARGEST_DOCUMENT = 16 << 20;

    private static final List<TaskState> TERMINAL = List.of(TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED);

    private final QueueLayout layout;
    private final Disk disk;

    Namesakes(QueueLayout layout, Disk disk) {
        this.layout = layout;
        this.disk = disk;
    }

    /** The one among the records for a name that speaks of an unfinished task's file; the first counts most. */
    Optional<DeadLogs.Valid> recordOf(Path file, TaskName name, List<DeadLogs.Valid> records) throws IOException {
        List<DeadLogs.Valid> possible = records.stream()
                .filter(one -> name.returns() <= one.record().returns())
                .toList();
        if (possible.isEmpty() || TaskOrder.isOurs(name.stem()))
            return possible.stream().findFirst();
        Optional<ClaimName> claim = ClaimName.parse(String.valueOf(file.getFileName()));
        Optional<DeadLogs.Valid> its = possible.stream()
                .filter(one -> claim.filter(one::settles).isPresent())
                .findFirst();
        return its.isPresent() ? laterOf(its.get(), possible) : ofDocument(file, withoutOtherClaims(possible, claim));
    }

    /** A power cut may bring back a claim that was taken from its owner, and then what its owner has logged was fenced. */
    private Optional<DeadLogs.Valid> laterOf(DeadLogs.Valid its, List<DeadLogs.Valid> records) throws IOException {
        for (DeadLogs.Valid one : records)
            if (one.overrules(its) && terminal(one.record()).isEmpty()) return Optional.of(one);
        return Optional.of(its);
    }

    private static List<DeadLogs.Valid> withoutOtherClaims(List<DeadLogs.Valid> records, Optional<ClaimName> claim) {
        if (claim.isEmpty()) return records;
        int returns = claim.get().task().returns();
        return records.stream().filter(one -> one.record().returns() != returns).toList();
    }

    private Optional<DeadLogs.Valid> ofDocument(Path file, List<DeadLogs.Valid> records) throws IOException {
        Optional<byte[]> document = records.isEmpty() ? Optional.empty() : read(file);
        if (document.isEmpty()) return Optional.empty();
        for (DeadLogs.Valid one : records)
            if (one.record().isFor(document.get()))
                return terminal(one.record()).isPresent() ? Optional.empty() : Optional.of(one);
        return Optional.empty();
    }

    /** The file that a record speaks of, whole or torn, when it lies in a terminal folder. */
    Optional<Path> terminal(LogRecord record) throws IOException {
        boolean isOurs = TaskOrder.isOurs(record.stem());
        List<String> names =
                isOurs ? List.of(record.terminalName()) : List.of(record.terminalName(), record.otherTerminalName());
        for (TaskState state : TERMINAL)
            for (String name : names) {
                Path file = layout.folder(state).resolve(name);
                boolean isThere = isOurs
                        ? disk.exists(file)
                        : read(file).filter(record::isFor).isPresent();
                if (isThere) return Optional.of(file);
            }
        return Optional.empty();
    }

    /** The terminal file in which a record's very outcome stands. */
    Optional<Path> carriedOut(LogRecord record) throws IOException {
        Optional<Path> file = terminal(record);
        return file.isPresent() && read(file.get()).filter(record::standsIn).isPresent() ? file : Optional.empty();
    }

    /** Empty when nothing is there that could be a document. */
    private Optional<byte[]> read(Path file) throws IOException {
        try {
            return Optional.of(disk.read(file, LARGEST_DOCUMENT));
        } catch (NoSuchFileException | FileTooLargeException | NotARegularFileException noneOrAnother) {
            return Optional.empty();
        }
    }
}
