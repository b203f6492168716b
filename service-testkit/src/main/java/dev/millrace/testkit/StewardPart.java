package dev.millrace.testkit;

import dev.millrace.queue.RetentionLimits;
import dev.millrace.queue.RetentionLimits.Limit;
import dev.millrace.queue.WorkerQueue;
import java.io.IOException;
import java.util.Set;

/** A steward: its duties, in any order, also beside other stewards. */
final class StewardPart implements Actor.Script {
    private static final RetentionLimits LIMITS =
            new RetentionLimits(Limit.of(World.KEPT, 0), Limit.of(World.KEPT, 0), Limit.of(World.KEPT, 0));

    private final World world;

    StewardPart(World world) {
        this.world = world;
    }

    @Override
    public void play(Actor me) throws IOException {
        WorkerQueue mine = world.join(me, world.queueOf(me));
        int rounds = 4 + world.choices.below(8);
        for (int i = 0; i < rounds; i++) act(me, mine);
        if (world.features.staying()) {
            world.calm.stays(me, steward(me, mine));
            return;
        }
        world.between(me);
        try {
            mine.close();
        } catch (IOException diesInstead) {
            world.met(me, diesInstead);
        }
    }

    /** One who goes on when the faults have stopped: a worker, too, but for tasks that nobody submits here. */
    Calm.Member steward(Actor me, WorkerQueue mine) {
        mine.serveOnly(Set.of("other"));
        return new Calm.Member(Calm.Duty.STEWARD, mine, () -> {
            Setting.tend(mine, world.director::isBelievedDead);
            world.runAll(me, mine);
        });
    }

    private void act(Actor me, WorkerQueue mine) {
        world.between(me);
        try {
            switch (world.choices.below(8)) {
                case 1 -> mine.promote();
                case 2 -> mine.unblock();
                case 3 -> sweep(mine);
                case 4 -> mine.finishUnpublished();
                case 5 -> mine.dropFinishedLogs();
                default -> mine.rescue(world.director::isBelievedDead);
            }
        } catch (IOException triedAgainLater) {
            world.met(me, triedAgainLater);
        }
    }

    private void sweep(WorkerQueue mine) throws IOException {
        if (world.features.retention()) mine.sweep(LIMITS);
    }
}
