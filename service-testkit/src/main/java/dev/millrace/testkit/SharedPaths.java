package dev.millrace.testkit;

import dev.millrace.storage.Disk;
import dev.millrace.testkit.DiskCall.Operation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which places on the disk several actors use, one of them by changing it. Only there does the order of two operations
 * matter; everything else commutes.
 *
 * <p>It is found out while schedules are explored: a place that turns out to be shared makes all that was explored before
 * void, and the exploration begins anew with more points of decision. When nothing new turns up any more, each operation
 * that was not such a point was independent of all operations of all others in every schedule, so nothing was missed.
 */
final class SharedPaths {
    private static final int WRITES = 1 << 16;

    private final Map<Object, Integer> users = new HashMap<>();
    private final Set<Object> shared = new HashSet<>();
    private boolean grown;

    /** A folder's names, in contrast to the folder's own existence. */
    private record Names(Path folder) {}

    /** What a file holds, whatever its name is by now. */
    private record Content(Object file) {}

    /** An operation's place. */
    record Use(Object place, boolean writes) {}

    /** True when the order of this operation and those of others matters, as far as is known. */
    boolean isShared(DiskCall call, Setting setting) {
        for (Use use : usesOf(call, setting)) if (shared.contains(use.place())) return true;
        return false;
    }

    /** An actor is about to use a place. */
    void used(int actor, DiskCall call, Setting setting) {
        for (Use use : usesOf(call, setting)) {
            int bits = (1 << actor) | (use.writes() ? WRITES << actor : 0);
            int all = users.merge(use.place(), bits, (a, b) -> a | b);
            int readers = all & (WRITES - 1);
            int writers = all >>> 16;
            boolean several = Integer.bitCount(readers) > 1 && writers != 0;
            if (several && shared.add(use.place())) grown = true;
        }
    }

    /** True once after new shared places have turned up. */
    boolean hasGrown() {
        boolean was = grown;
        grown = false;
        return was;
    }

    int size() {
        return shared.size();
    }

    /** Two operations of which neither changes what the other uses. */
    static boolean areIndependent(DiskCall one, DiskCall other, Setting setting) {
        for (Use mine : usesOf(one, setting))
            for (Use theirs : usesOf(other, setting))
                if (mine.place().equals(theirs.place()) && (mine.writes() || theirs.writes())) return false;
        return true;
    }

    /** Forcing changes nothing that anybody sees while the power does not fail. */
    static List<Use> usesOf(DiskCall call, Setting setting) {
        List<Use> uses = new ArrayList<>();
        Path path = call.path();
        switch (call.operation()) {
            case LIST -> uses.add(new Use(new Names(path), false));
            case FACTS -> {
                uses.add(new Use(path, false));
                uses.add(new Use(new Names(path), false));
                uses.add(new Use(contentOf(path, setting), false));
            }
            case READ -> {
                uses.add(new Use(path, false));
                uses.add(new Use(contentOf(path, setting), false));
            }
            case WRITE_AT, APPEND, TRUNCATE -> uses.add(new Use(contentOf(path, setting), true));
            case OPEN_APPEND, CREATE, DELETE, TOUCH, CREATE_FOLDERS, LOCK -> changes(path, uses);
            case RENAME -> {
                changes(path, uses);
                changes(call.target().orElseThrow(), uses);
            }
            default -> {
                // forces, and the like
            }
        }
        return uses;
    }

    private static void changes(Path path, List<Use> uses) {
        uses.add(new Use(path, true));
        uses.add(new Use(new Names(Disk.parentOf(path)), true));
    }

    /** A task's file is the same under all its names. */
    private static Object contentOf(Path path, Setting setting) {
        return new Content(TaskPlace.of(setting.layout, path).map(place -> (Object) place.stem()).orElse(path));
    }

    static boolean isForce(DiskCall call) {
        return call.is(Operation.FORCE_APPENDED)
                || call.is(Operation.FORCE_FILE)
                || call.is(Operation.FORCE_FOLDER)
                || call.is(Operation.FORCE_FILE_SYSTEM);
    }
}
