package dev.millrace.recurring;

import dev.millrace.event.Event;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.TaskQueue;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileFacts;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where recurring tasks lie in control/recurring: {@code state/} marks, {@code defined/} what programs defined,
 * {@code ready/} firings that are about to be submitted, {@code lock}.
 */
final class RecurringFiles {
    private static final int LIMIT_BYTES = 2 << 20;
    private static final String END = ".json";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(20);

    private final Path folder;
    private final QueuePorts ports;
    private final Durability durability;

    RecurringFiles(TaskQueue queue, QueuePorts ports) {
        this.folder = queue.layout().recurring();
        this.ports = ports;
        this.durability = queue.options().durability();
    }

    private Disk disk() {
        return ports.disk();
    }

    Path ready() {
        return folder.resolve("ready");
    }

    private Path marks() {
        return folder.resolve("state");
    }

    private Path definitions() {
        return folder.resolve("defined");
    }

    private Path markOf(String name) {
        return marks().resolve(name + END);
    }

    private Path definitionOf(String name) {
        return definitions().resolve(name + END);
    }

    private void prepare() throws IOException {
        for (Path place : List.of(marks(), definitions(), ready()))
            if (!disk().exists(place)) disk().createFolders(place);
    }

    boolean isThere() throws IOException {
        return disk().exists(folder);
    }

    /** When marks or definitions last changed; looking at two folders is all that an idle steward does. */
    List<Optional<FileFacts>> changed() throws IOException {
        return List.of(disk().facts(marks()), disk().facts(definitions()));
    }

    /** The lock, or nothing when somebody else has it. */
    Optional<DiskLock> tryLock() throws IOException {
        prepare();
        return disk().tryLock(folder.resolve("lock"));
    }

    /** Waits for the lock; who has it holds it for a few files' time. */
    DiskLock lock() throws IOException, InterruptedException {
        long start = ports.time().nanos();
        while (true) {
            Optional<DiskLock> lock = tryLock();
            if (lock.isPresent()) return lock.get();
            if (ports.time().nanos() - start > PATIENCE.toNanos())
                throw new IOException(folder.resolve("lock") + " is held by another process for longer than "
                        + PATIENCE.toSeconds() + " s; try again, or look which process hangs");
            ports.time().sleep(LOOK);
        }
    }

    /**
     * What is remembered of a task; empty when nothing is.
     *
     * @throws IOException when there is something that makes no sense: never taken for nothing, for then it would begin anew
     */
    Optional<Mark> mark(String name) throws IOException {
        try {
            return Optional.of(Mark.parse(disk().read(markOf(name), LIMIT_BYTES)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (MalformedJsonException e) {
            throw new IOException(
                    markOf(name) + " " + e.reason() + "; nothing of '" + name
                            + "' fires until you remove that file: then it begins anew",
                    e);
        }
    }

    void write(String name, Mark mark) throws IOException {
        disk().replace(markOf(name), mark.bytes(name), durability);
    }

    /** Marks that others wrote are on disk from now on. */
    void forceMarks() throws IOException {
        if (durability == Durability.FSYNC) disk().forceFolder(marks());
    }

    /** Forgets a mark. */
    void forget(String name) throws IOException {
        disk().delete(markOf(name));
    }

    List<String> marked() throws IOException {
        return names(marks());
    }

    private List<String> names(Path place) throws IOException {
        List<String> names = new ArrayList<>();
        for (String name : disk().sortedNames(place))
            if (name.endsWith(END) && !name.startsWith(".")) names.add(name.substring(0, name.length() - END.length()));
        return names;
    }

    void define(RecurringTask task) throws IOException {
        disk().replace(definitionOf(task.name()), Json.indented(task.toJson()), durability);
    }

    boolean undefine(String name) throws IOException {
        return disk().delete(definitionOf(name));
    }

    /** What programs defined, by name. One that cannot be read is told of and left out. */
    Map<String, RecurringTask> defined() throws IOException {
        Map<String, RecurringTask> found = new TreeMap<>();
        for (String name : names(definitions())) defined(name).ifPresent(task -> found.put(name, task));
        return found;
    }

    private Optional<RecurringTask> defined(String name) throws IOException {
        Path file = definitionOf(name);
        try {
            return Optional.of(RecurringTask.fromJson(name, Json.parse(disk().read(file, LIMIT_BYTES))));
        } catch (NoSuchFileException removed) {
            return Optional.empty();
        } catch (MalformedJsonException | InvalidRecurringException e) {
            ports.events().accept(new Event.Trouble("the recurring task in " + file + " does not fire", e));
            return Optional.empty();
        }
    }

    /** Removes what lies ready and belongs to no mark: whoever wrote it died before it was decided. */
    void dropUndecided(List<String> decided) throws IOException {
        for (String name : disk().sortedNames(ready()))
            if (!decided.contains(name)) disk().delete(ready().resolve(name));
        for (Path place : List.of(marks(), definitions()))
            for (String name : disk().sortedNames(place))
                if (name.startsWith(".draft-")) disk().delete(place.resolve(name));
    }
}
