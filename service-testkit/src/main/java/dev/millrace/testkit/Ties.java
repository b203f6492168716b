package dev.millrace.testkit;

import dev.millrace.task.TaskOrder;
import dev.millrace.task.UniquePolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which tasks have a unique key in common, and which are a group, as their submitters say before they submit them. */
final class Ties {
    /** Unique keys that begin with this are those of tasks of which the latest counts. */
    static final String LATEST = "latest-";

    private static final Pattern RIVAL =
            Pattern.compile("unique_key is taken by \\S+ \\(([^)]+)\\)|replaced by (\\S+), which was submitted later");

    private final List<List<String>> together = new ArrayList<>();

    /** By the ids of the tasks that have them. */
    private final Map<String, String> keys = new HashMap<>();

    /** By the ids of those that wait. */
    private final Map<String, Set<String>> awaited = new HashMap<>();

    /** One of the keys of tasks with such a policy. */
    static String keyFor(UniquePolicy policy, int number) {
        return (policy.replaces() ? LATEST : "one-") + number;
    }

    /** Whatever is submitted with this id has this unique key. */
    void hasKey(String id, String key) {
        keys.put(id, key);
    }

    private String keyOf(TaskLife life) {
        return keys.getOrDefault(TaskOrder.idOf(life.stem), "");
    }

    /** What was dropped by another program is asked for its key when it is claimed, and not before. */
    private static boolean hasKeyNow(TaskLife life) {
        return life.hasKeyNow() && (life.begun || TaskOrder.isOurs(life.stem));
    }

    /** One that runs may be followed by a later one where its key says so; else nobody else with the key may be there. */
    void requireKeyFree(Actor actor, TaskLife life, Collection<TaskLife> lives) {
        String key = keyOf(life);
        if (key.isEmpty() || key.startsWith(LATEST) || !hasKeyNow(life)) return;
        for (TaskLife other : lives)
            if (other != life && hasKeyNow(other) && keyOf(other).equals(key))
                throw Ledger.broken(
                        Invariant.UNIQUE_KEYS,
                        actor + " moved or began " + shown(life) + " with the key " + key + ", which " + shown(other)
                                + " has");
    }

    /** What ends for its key does so for another one with that key, which was there and had it. */
    void requireRival(Actor actor, TaskLife life, Map<String, TaskLife> lives) {
        Matcher told = RIVAL.matcher(life.seen.getOrDefault(life.stem, ""));
        if (!told.find()) return;
        boolean known = Optional.ofNullable(told.group(1))
                .map(stem -> hadKey(lives.get(stem), life))
                .orElseGet(() -> lives.values().stream()
                        .anyMatch(one -> TaskOrder.idOf(one.stem).equals(told.group(2)) && isRival(one, life)));
        if (!known)
            throw Ledger.broken(
                    Invariant.UNIQUE_KEYS,
                    actor + " ended " + shown(life) + " although nobody had its key: " + told.group());
    }

    private boolean hadKey(@Nullable TaskLife holder, TaskLife life) {
        return holder != null && isRival(holder, life) && (hasWindow(life) || holder.endedAt >= life.takenAt);
    }

    /** Its key may be taken for a while after the task that has it has ended. */
    private boolean hasWindow(TaskLife life) {
        return keyOf(life).startsWith(LATEST);
    }

    private boolean isRival(TaskLife one, TaskLife life) {
        return one != life && !keyOf(life).isEmpty() && keyOf(one).equals(keyOf(life));
    }

    private static String shown(TaskLife life) {
        return life.place.map(TaskPlace::shown).orElse(life.stem);
    }

    /** Whatever is submitted with this id begins after these, which are named by their ids or stems. */
    void waits(String id, Collection<String> others) {
        awaited.put(id, Set.copyOf(others));
    }

    /** Who runs a task again does not let it wait again. */
    void requireDependenciesFirst(Actor actor, String stem, Collection<TaskLife> lives) {
        if (lives.stream().anyMatch(life -> life.again.equals(stem))) return;
        for (String other : awaited.getOrDefault(TaskOrder.idOf(stem), Set.of()))
            if (lives.stream().noneMatch(life -> life.everEnded && isCalled(life, other)))
                throw Ledger.broken(Invariant.DEPENDENCIES_FIRST, actor + " runs " + stem + " before " + other);
    }

    private static boolean isCalled(TaskLife life, String name) {
        return life.stem.equals(name) || TaskOrder.idOf(life.stem).equals(name);
    }

    /** These ids are submitted together. */
    void belongTogether(List<String> ids) {
        together.add(ids);
    }

    /** At the end, when nobody submits any more. */
    void requireWholeGroups(Collection<TaskLife> lives) {
        Set<String> there = new HashSet<>();
        for (TaskLife life : lives) there.add(TaskOrder.idOf(life.stem));
        for (List<String> ids : together) {
            long found = ids.stream().filter(there::contains).count();
            if (found != 0 && found != ids.size())
                throw Ledger.broken(Invariant.GROUPS_ARE_WHOLE, "of the group " + ids + " there are only " + found);
        }
    }

    /** Goes on with what others know. */
    void takeOver(Ties before) {
        together.addAll(before.together);
        keys.putAll(before.keys);
        awaited.putAll(before.awaited);
    }
}
