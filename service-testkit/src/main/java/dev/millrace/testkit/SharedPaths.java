package dev.millrace.testkit;

import dev.millrace.queue.QueueLayout;
import dev.millrace.storage.Disk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says whether the order of an operation and of what the others have still to do can matter.
 *
 * <p>It does not when no other actor uses the same place on the disk later on, or when none of the two changes it. Such an
 * operation commutes with all that may come before it, so it is enough to explore schedules in which it comes at once:
 * alone it is what partial-order reduction calls a persistent set.
 *
 * <p>Who uses a place how late is learned while schedules are explored. What is learned takes effect with the next pass
 * over all schedules; when a pass has taught nothing new, everything that it left out was rightly left out.
 */
final class SharedPaths {
    private static final int MOST_ACTORS = 8;
    private static final int READ = 0;
    private static final int WRITE = 1;

    /** Changes a folder's names, in a way that does not hinder others who do so. */
    private static final int ADD = 2;

    private static final String ASIDE = ".aside";

    private final QueueLayout layout;
    private final boolean cutsPower;
    private final Map<Object, int[]> learned = new HashMap<>();
    private final Map<Path, Object> contents = new HashMap<>();
    private Map<Object, int[]> known = Map.of();
    private boolean grown;

    /** @param cutsPower the power may fail, so that forcing changes something */
    SharedPaths(QueueLayout layout, boolean cutsPower) {
        this.layout = layout;
        this.cutsPower = cutsPower;
    }

    /** A folder's names, in contrast to the folder's own existence. */
    private record Names(Path folder) {}

    /** What a file holds, whatever its name is by now. */
    private record Content(Object file) {}

    private record Use(Object place, int manner) {}

    /** An actor is about to do its so-manieth operation. */
    void learn(Actor actor, DiskCall call) {
        for (Use use : usesOf(call)) {
            int[] last = learned.computeIfAbsent(use.place(), none -> unused());
            int at = actor.number * 3 + use.manner();
            if (last[at] >= actor.operations) continue;
            last[at] = actor.operations;
            grown = true;
        }
    }

    private static int[] unused() {
        int[] last = new int[MOST_ACTORS * 3];
        Arrays.fill(last, -1);
        return last;
    }

    /** What was learned takes effect; false when there was nothing new. */
    boolean begin() {
        if (!grown) return false;
        grown = false;
        known = new HashMap<>();
        learned.forEach((place, last) -> known.put(place, last.clone()));
        return true;
    }

    /** True when somebody else may do something later that does not commute with this. */
    boolean isShared(Actor me, DiskCall call, List<Actor> actors) {
        if (cutsPower && isForce(call)) return true;
        for (Use use : usesOf(call)) {
            int[] last = known.get(use.place());
            if (last == null) continue;
            for (Actor other : actors)
                if (other != me && !other.over && conflicts(use.manner(), last, other)) return true;
        }
        return false;
    }

    private static boolean conflicts(int mine, int[] last, Actor other) {
        int from = other.operations;
        boolean reads = last[other.number * 3 + READ] >= from;
        boolean writes = last[other.number * 3 + WRITE] >= from;
        boolean adds = last[other.number * 3 + ADD] >= from;
        if (mine == READ) return writes || adds;
        return mine == WRITE ? reads || writes || adds : reads || writes;
    }

    int size() {
        return known.size();
    }

    private List<Use> usesOf(DiskCall call) {
        List<Use> uses = new ArrayList<>(4);
        Path path = call.path();
        switch (call.operation()) {
            case LIST -> uses.add(new Use(new Names(path), READ));
            case FACTS -> {
                uses.add(new Use(path, READ));
                uses.add(new Use(new Names(path), READ));
                uses.add(new Use(contentOf(path), READ));
            }
            case READ -> {
                uses.add(new Use(path, READ));
                uses.add(new Use(contentOf(path), READ));
            }
            case WRITE_AT, APPEND, TRUNCATE -> uses.add(new Use(contentOf(path), WRITE));
            case OPEN_APPEND, CREATE, DELETE, TOUCH, CREATE_FOLDERS, LOCK -> changes(path, uses);
            case RENAME -> {
                changes(path, uses);
                changes(call.target().orElseThrow(), uses);
            }
            default -> {
                // forces, and looks at what nobody changes
            }
        }
        return uses;
    }

    /**
     * To force changes nothing that anybody sees, but what a power cut leaves; and that may come after anything that the
     * others do.
     */
    private static boolean isForce(DiskCall call) {
        return switch (call.operation()) {
            case FORCE_APPENDED, FORCE_FILE, FORCE_FOLDER, FORCE_FILE_SYSTEM -> true;
            default -> false;
        };
    }

    private static void changes(Path path, List<Use> uses) {
        uses.add(new Use(path, WRITE));
        uses.add(new Use(new Names(Disk.parentOf(path)), ADD));
    }

    /** A task's file is the same under all its names, and so is a log that was moved aside. */
    private Object contentOf(Path path) {
        return contents.computeIfAbsent(path, file -> {
            Optional<TaskPlace> task = TaskPlace.of(layout, file);
            if (task.isPresent()) return new Content(task.get().stem());
            String name = String.valueOf(file.getFileName());
            boolean aside = name.endsWith(ASIDE);
            return new Content(aside ? file.resolveSibling(name.substring(0, name.length() - ASIDE.length())) : file);
        });
    }
}
