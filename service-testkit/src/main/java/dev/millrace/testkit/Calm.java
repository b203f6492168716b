package dev.millrace.testkit;

import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.WorkerQueue;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What comes after the faults: the workers and stewards that live on do their duties in turns, in peace, and only those are
 * rescued who are dead. Everything must end so. The drain, which comes after it, could not show that: there everybody else
 * counts as dead, and so what one who lives holds on to, has forgotten, or refuses for life is taken from him.
 */
final class Calm implements Actor.Script {
    private final World world;
    private final Map<Actor, Member> members = new LinkedHashMap<>();

    Calm(World world) {
        this.world = world;
    }

    /** What somebody is there for. */
    enum Duty {
        WORKER,
        STEWARD
    }

    /** A round of somebody who goes on. */
    interface Work {
        void play() throws IOException;
    }

    /** Somebody who goes on. */
    record Member(Duty duty, WorkerQueue queue, Work round) {
        private void goOn() throws IOException {
            round.play();
            queue.finishUnpublished();
            queue.dropFinishedLogs();
        }
    }

    /** This process has done its part while there were faults, and stays. It can still be killed, and believed dead. */
    void stays(Actor me, Member member) {
        members.put(me, member);
        me.stays = true;
    }

    /** Somebody is there to run what is left. */
    boolean hasWorker() {
        return has(Duty.WORKER);
    }

    private boolean has(Duty duty) {
        return living().values().stream().anyMatch(member -> member.duty() == duty);
    }

    private Map<Actor, Member> living() {
        members.keySet().removeIf(Actor::isGone);
        return members;
    }

    /** One thread does the work of all; each operation is that of the process whose turn it is. */
    @Override
    public void play(Actor me) throws IOException, InterruptedException {
        TaskQueue queue = world.queueOf(me);
        queue.control().resume(Optional.of("k"));
        if (!has(Duty.STEWARD)) stays(me, new StewardPart(world).steward(me, world.join(me, queue)));
        world.untilEnded(living().keySet() + ", who live on,", world.ledger::open, () -> {
            world.pass(me, Duration.ofMinutes(1));
            for (Member member : members.values()) member.goOn();
        });
        for (Member member : members.values()) member.queue().close();
    }
}
