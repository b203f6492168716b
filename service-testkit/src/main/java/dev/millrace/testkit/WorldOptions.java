package dev.millrace.testkit;

import dev.millrace.storage.Disk;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * How worlds are explored.
 *
 * @param lanes how many threads explore, each a world of its own at a time, at least 1
 * @param layer put between the queue and the simulated disk of each process; what it does wrong the exploration should
 *     find. The identity changes nothing
 * @param sought the promises that are looked at: what breaks none of them is no failure
 */
public record WorldOptions(int lanes, UnaryOperator<Disk> layer, Set<Invariant> sought) {
    public WorldOptions {
        sought = Set.copyOf(sought);
        if (lanes < 1) throw new IllegalArgumentException("lanes " + lanes + " must be at least 1");
    }

    /** As many threads as this machine has processors, nothing between the queue and the disk, and every promise. */
    public static WorldOptions defaults() {
        return new WorldOptions(
                Runtime.getRuntime().availableProcessors(), UnaryOperator.identity(), EnumSet.allOf(Invariant.class));
    }

    public WorldOptions withLanes(int newLanes) {
        return new WorldOptions(newLanes, layer, sought);
    }

    public WorldOptions withLayer(UnaryOperator<Disk> newLayer) {
        return new WorldOptions(lanes, newLayer, sought);
    }

    /** Worlds and schedules that break other promises are passed over. */
    public WorldOptions withSought(Set<Invariant> newSought) {
        return new WorldOptions(lanes, layer, newSought);
    }

    boolean seeks(InvariantBroken broken) {
        return sought.contains(broken.invariant());
    }
}
