package dev.millrace.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What waits for what, in layers: whoever waits for nothing is in layer 0, all others above the highest for which they
 * wait.
 *
 * @param depths the layer of each, but for those that wait in a circle; lower layers first
 * @param circle some that wait for each other, the first one again at the end; empty when there are none
 */
public record Layers<T>(Map<T, Integer> depths, List<T> circle) {

    /** @param waits for each one those for which it waits; others than the keys are ignored */
    public static <T> Layers<T> of(Map<T, ? extends Collection<T>> waits) {
        Map<T, Integer> open = new LinkedHashMap<>();
        Map<T, List<T>> waiters = new HashMap<>();
        waits.forEach((one, others) -> {
            List<T> known =
                    others.stream().filter(waits::containsKey).distinct().toList();
            open.put(one, known.size());
            for (T other : known)
                waiters.computeIfAbsent(other, none -> new ArrayList<>()).add(one);
        });
        Map<T, Integer> depths = settled(open, waiters);
        return new Layers<>(depths, open.isEmpty() ? List.of() : circleIn(open, waits));
    }

    /** Takes out of {@code open} whoever waits for nothing that is left. */
    private static <T> Map<T, Integer> settled(Map<T, Integer> open, Map<T, List<T>> waiters) {
        Map<T, Integer> depths = new LinkedHashMap<>();
        Deque<T> ready = new ArrayDeque<>();
        open.forEach((one, count) -> {
            if (count > 0) return;
            ready.add(one);
            depths.put(one, 0);
        });
        for (T one = ready.poll(); one != null; one = ready.poll()) {
            open.remove(one);
            int above = depths.getOrDefault(one, 0) + 1;
            for (T waiter : waiters.getOrDefault(one, List.of())) {
                if (open.merge(waiter, -1, Integer::sum) > 0) continue;
                depths.put(waiter, above);
                ready.add(waiter);
            }
        }
        return depths;
    }

    /** Each that is left waits for another that is left; so following them comes back to one that was seen. */
    private static <T> List<T> circleIn(Map<T, Integer> left, Map<T, ? extends Collection<T>> waits) {
        List<T> path = new ArrayList<>();
        Map<T, Integer> at = new HashMap<>();
        T one = left.keySet().iterator().next();
        while (!at.containsKey(one)) {
            at.put(one, path.size());
            path.add(one);
            one = nextOf(one, left, waits);
        }
        List<T> circle = new ArrayList<>(path.subList(at.get(one), path.size()));
        circle.add(one);
        return circle;
    }

    private static <T> T nextOf(T one, Map<T, Integer> left, Map<T, ? extends Collection<T>> waits) {
        for (T other : Objects.requireNonNull(waits.get(one))) if (left.containsKey(other)) return other;
        throw new IllegalStateException(one + " waits for nothing that is left");
    }
}
