package dev.millrace.testkit;

import dev.millrace.storage.Disk;
import java.util.function.UnaryOperator;

/**
 * How worlds are explored.
 *
 * @param lanes how many threads explore, each a world of its own at a time, at least 1
 * @param layer put between the queue and the simulated disk of each process; what it does wrong the exploration should
 *     find. The identity changes nothing
 */
public record WorldOptions(int lanes, UnaryOperator<Disk> layer) {
    public WorldOptions {
        if (lanes < 1) throw new IllegalArgumentException("lanes " + lanes + " must be at least 1");
    }

    /** As many threads as this machine has processors, and nothing between the queue and the disk. */
    public static WorldOptions defaults() {
        return new WorldOptions(Runtime.getRuntime().availableProcessors(), UnaryOperator.identity());
    }

    public WorldOptions withLanes(int newLanes) {
        return new WorldOptions(newLanes, layer);
    }

    public WorldOptions withLayer(UnaryOperator<Disk> newLayer) {
        return new WorldOptions(lanes, newLayer);
    }
}
