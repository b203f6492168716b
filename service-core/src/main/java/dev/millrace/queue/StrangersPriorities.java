package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.storage.Disk;
import dev.millrace.task.CorruptTaskException;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The priority of files that other programs dropped into pending, whose names do not tell it. Each is read once, and its
 * name remembered as long as it lies there, whether anybody here may claim it or not. What cannot be read now, or makes no
 * sense, tells none here; whoever claims it finds out why.
 */
final class StrangersPriorities implements PendingIndex.StrangersPriority {
    private final Disk disk;
    private final Path pending;
    private final int most;
    private Map<String, OptionalInt> known = new HashMap<>();

    /** What was known before the last listing, and has not been asked for since. */
    private Map<String, OptionalInt> older = new HashMap<>();

    /**
     * @param most how many names are remembered; while there are more, the others tell none, so that they are not read at
     *     each listing
     */
    StrangersPriorities(Disk disk, Path pending, int most) {
        this.disk = disk;
        this.pending = pending;
        this.most = most;
    }

    @Override
    public OptionalInt of(String name) {
        if (!TaskName.isTaskFile(name)) return OptionalInt.empty();
        OptionalInt before = older.remove(name);
        if (before != null) known.put(name, before);
        OptionalInt now = known.get(name);
        if (now != null) return now;
        return known.size() + older.size() < most ? told(name) : OptionalInt.empty();
    }

    @Override
    public void forget(String name) {
        known.remove(name);
        older.remove(name);
    }

    @Override
    public void beginListing() {
        older.putAll(known);
        known = new HashMap<>();
    }

    @Override
    public void endListing() {
        older = new HashMap<>();
    }

    private OptionalInt told(String name) {
        try {
            JsonNode priority = TaskDocument.parse(disk.read(pending.resolve(name), TaskDocument.MAX_BYTES))
                    .value("priority");
            OptionalInt told = priority.isNumber() ? OptionalInt.of(priority.intValue()) : OptionalInt.empty();
            known.put(name, told);
            return told;
        } catch (CorruptTaskException whoeverClaimsItFindsOut) {
            known.put(name, OptionalInt.empty());
            return OptionalInt.empty();
        } catch (IOException passingOrFoundOutByTheClaim) {
            return OptionalInt.empty();
        }
    }
}
