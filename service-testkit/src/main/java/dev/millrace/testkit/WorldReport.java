package dev.millrace.testkit;

import java.util.Optional;

/**
 * What an exploration of random worlds saw.
 *
 * @param seeds worlds that were run
 * @param steps operations on their disks
 * @param switches how often one process came in between the operations of another
 * @param tasks tasks that were submitted
 * @param ended task files that ended
 * @param kills processes that were killed
 * @param powerCuts how often the power failed
 * @param faults operations that failed or were to fail
 * @param stops processes that were stopped for longer than the heartbeat timeout and went on
 * @param suspicions processes that were wrongly believed dead
 * @param fenced outcomes that came too late and were dropped
 * @param rescued tasks that were taken from processes believed dead
 * @param lost worlds that lost a task
 * @param doubles worlds in which a task got two terminal records, or a seen result changed
 * @param failed worlds that broke any promise
 * @param first the one with the lowest seed among them
 */
public record WorldReport(
        long seeds,
        long steps,
        long switches,
        long tasks,
        long ended,
        long kills,
        long powerCuts,
        long faults,
        long stops,
        long suspicions,
        long fenced,
        long rescued,
        long lost,
        long doubles,
        long failed,
        Optional<WorldFailure> first) {

    /** Nothing was run. */
    public static WorldReport none() {
        return new WorldReport(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Optional.empty());
    }

    /** Both explorations together; the failure is the first one's where there is one. */
    public WorldReport plus(WorldReport later) {
        return new WorldReport(
                seeds + later.seeds,
                steps + later.steps,
                switches + later.switches,
                tasks + later.tasks,
                ended + later.ended,
                kills + later.kills,
                powerCuts + later.powerCuts,
                faults + later.faults,
                stops + later.stops,
                suspicions + later.suspicions,
                fenced + later.fenced,
                rescued + later.rescued,
                lost + later.lost,
                doubles + later.doubles,
                failed + later.failed,
                first.isPresent() ? first : later.first);
    }

    /** One line of figures. */
    public String describe() {
        return seeds + " worlds, " + steps + " steps, " + switches + " switches, " + tasks + " tasks, " + ended
                + " ended files, " + kills + " kills, " + powerCuts + " power cuts, " + faults + " faults, " + stops
                + " stops, " + suspicions + " wrong suspicions, " + rescued + " rescues, " + fenced
                + " fenced commits, " + lost + " lost, " + doubles + " double terminal records, " + failed
                + " broken promises";
    }
}
