package dev.millrace.queue;

import dev.millrace.task.DependencyPolicy;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A task in blocked/ and what it still waits for. */
final class Waiter {
    private final TaskName name;
    private final long dueMillis;
    private final DependencyPolicy policy;
    private final boolean isNoted;
    private final Set<String> open = new HashSet<>();
    private Optional<String> trouble = Optional.empty();

    Waiter(TaskName name, long dueMillis, DependencyPolicy policy, List<Awaited> awaited) {
        this.name = name;
        this.dueMillis = dueMillis;
        this.policy = policy;
        this.isNoted = awaited.size() > 1;
        for (Awaited one : awaited) open.add(one.stem());
    }

    TaskName name() {
        return name;
    }

    String stem() {
        return name.stem();
    }

    /** From when on it may be started, when it waits for nothing else. */
    long dueMillis() {
        return dueMillis;
    }

    DependencyPolicy policy() {
        return policy;
    }

    /** What it waits for. */
    Set<String> open() {
        return open;
    }

    /** True when what has ended is written down while it waits for more. */
    boolean isNoted() {
        return isNoted;
    }

    void ended(Map<String, Awaited.Ending> endings) {
        endings.forEach(this::ended);
    }

    void ended(String stem, Awaited.Ending how) {
        if (open.remove(stem) && !how.isAllDone() && trouble.isEmpty()) trouble = Optional.of(told(stem, how));
    }

    private static String told(String stem, Awaited.Ending how) {
        String what = how.equals(Awaited.Ending.UNKNOWN)
                ? "is not in the queue any more, and nobody knows how it ended"
                : how.failed() > 0 ? "failed" : "was cancelled";
        return "its dependency " + TaskOrder.idOf(stem) + " " + what + " (" + stem + ")";
    }

    /** Why it is to end without having run; empty when it is not. */
    Optional<String> end() {
        return policy == DependencyPolicy.RUN ? Optional.empty() : trouble;
    }

    boolean isReady() {
        return open.isEmpty();
    }
}
