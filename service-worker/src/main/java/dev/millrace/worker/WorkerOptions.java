package dev.millrace.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.queue.PayloadLimits;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a worker runs tasks.
 *
 * @param slots how many tasks at once, 1 to 1024
 * @param rules how long attempts may run and how often tasks are tried, when a task says nothing
 * @param grace how long a handler has, after it was interrupted, before it is given up
 * @param resultLimit the most bytes of a result
 * @param beatEvery the time between heartbeats
 * @param poll the longest wait for work between two looks
 * @param appFolder the app's folder
 * @param serviceArgs what the service was started with
 */
public record WorkerOptions(
        int slots,
        RulesByKind rules,
        Duration grace,
        int resultLimit,
        Duration beatEvery,
        Duration poll,
        Path appFolder,
        ObjectNode serviceArgs) {

    public WorkerOptions {
        if (slots < 1 || slots > 1024) throw new IllegalArgumentException("slots " + slots + " must be 1 to 1024");
        if (beatEvery.isZero() || beatEvery.isNegative())
            throw new IllegalArgumentException("beat interval " + beatEvery + " must be positive");
        serviceArgs = serviceArgs.deepCopy();
    }

    /** One slot, no time limit, a beat and a poll each second. */
    public static WorkerOptions defaults(Path appFolder) {
        return new WorkerOptions(
                1,
                RulesByKind.NONE,
                Duration.ofSeconds(5),
                PayloadLimits.defaults().largest(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                appFolder,
                Json.object());
    }

    public WorkerOptions withSlots(int newSlots) {
        return new WorkerOptions(newSlots, rules, grace, resultLimit, beatEvery, poll, appFolder, serviceArgs);
    }

    public WorkerOptions withRules(RulesByKind newRules) {
        return new WorkerOptions(slots, newRules, grace, resultLimit, beatEvery, poll, appFolder, serviceArgs);
    }

    public WorkerOptions withGrace(Duration newGrace) {
        return new WorkerOptions(slots, rules, newGrace, resultLimit, beatEvery, poll, appFolder, serviceArgs);
    }

    public WorkerOptions withBeatEvery(Duration newBeatEvery) {
        return new WorkerOptions(slots, rules, grace, resultLimit, newBeatEvery, poll, appFolder, serviceArgs);
    }

    public WorkerOptions withPoll(Duration newPoll) {
        return new WorkerOptions(slots, rules, grace, resultLimit, beatEvery, newPoll, appFolder, serviceArgs);
    }

    public WorkerOptions withServiceArgs(ObjectNode newArgs) {
        return new WorkerOptions(slots, rules, grace, resultLimit, beatEvery, poll, appFolder, newArgs);
    }
}
