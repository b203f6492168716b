package dev.millrace.soak;

import dev.millrace.task.RetryPolicy;
import dev.millrace.task.Task;
import dev.millrace.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Makes up tasks: quick ones by the dozen, which come to share files, and single ones of every other sort. */
final class TaskMaker {
    /** Each has a handler; that of the first is measured as quick. */
    static final List<String> KINDS = List.of("quick", "steady", "slow", "flaky", "later");

    private static final int MOST_AT_ONCE = 100;
    private static final int ATTEMPTS = 100_000;

    private final String name;
    private final RandomGenerator random;
    private final Time time;
    private long made;

    TaskMaker(String name, RandomGenerator random, Time time) {
        this.name = name;
        this.random = random;
        this.time = time;
    }

    /** What is submitted at once. */
    List<Task> next() {
        int dice = random.nextInt(100);
        if (dice < 30) return quick(1 + random.nextInt(MOST_AT_ONCE));
        if (dice < 50) return quick(1);
        if (dice < 88) return List.of(task("steady").args(Map.of("ms", 1 + random.nextInt(20))));
        if (dice < 92) return List.of(slow());
        if (dice < 96) return List.of(flaky());
        return List.of(task("later").notBefore(time.instant().plusMillis(100 + random.nextInt(2_000))));
    }

    private List<Task> quick(int count) {
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) tasks.add(task("quick"));
        return tasks;
    }

    /** One that takes 100 to 600 ms, so that whoever runs it may be killed meanwhile. */
    Task slow() {
        return task("slow").args(Map.of("ms", 100 + random.nextInt(500)));
    }

    private Task flaky() {
        return task("flaky")
                .args(Map.of("fails", true))
                .retry(RetryPolicy.fixed(Duration.ofMillis(100)))
                .maxAttempts(ATTEMPTS);
    }

    private Task task(String kind) {
        return Task.of(kind).id("t" + name + "-" + made++);
    }
}
