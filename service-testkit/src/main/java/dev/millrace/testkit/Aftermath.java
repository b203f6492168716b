package dev.millrace.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What comes of a moment at which the power fails: all processes are gone, the disk holds what was forced and some of the
 * rest, and one steward and worker puts things right. What was acknowledged, seen and told before must hold after it.
 */
final class Aftermath extends Setting {
    private Aftermath(SimulatedDisk disk, WorldOptions options, Baton baton, @Nullable List<String> trace) {
        super(2, options, baton, disk, trace);
    }

    /** Cuts the power now, in some of the ways that it may go; in how many. */
    static int of(Setting before, int most, WorldOptions options, Baton baton) throws IOException {
        List<SimulatedDisk> disks = before.disk.survivors(most).disks();
        for (SimulatedDisk disk : disks) {
            Aftermath after = new Aftermath(disk, options, baton, before.traceToShare());
            after.check(before);
        }
        return disks.size();
    }

    private void check(Setting before) throws IOException {
        note("the power fails");
        time.advance(Duration.ofMinutes(1));
        ledger.takeOver(before.ledger);
        ledger.afterPowerCut();
        Actor last = new Actor(99, "recovery", new SplittableRandom(99), me -> {});
        try {
            drain(last);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("nothing waits here", e);
        }
        ledger.requireEnd();
    }
}
