package dev.millrace.testkit;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.queue.Claim;
import dev.millrace.queue.Settlement;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.task.BatchName;
import dev.millrace.task.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A worker with two slots: claims, runs, settles, and does so again when its disk failed. */
final class WorkerPart implements Actor.Script {
    private static final int TRIES = 4;

    private final World world;

    WorkerPart(World world) {
        this.world = world;
    }

    @Override
    public void play(Actor me) throws IOException {
        TaskQueue queue = world.queueOf(me);
        Life life = new Life(me, world.join(me, queue));
        int rounds = 5 + world.choices.below(10);
        for (int i = 0; i < rounds; i++) life.act();
        if (world.features.staying()) world.calm.stays(me, life.goingOn());
        else life.end();
    }

    /** A claim and the terminal outcome that was tried first for it, which is the only one that it can end with. */
    private static final class Running {
        private final Claim claim;
        private Optional<String> tried = Optional.empty();

        private Running(Claim claim) {
            this.claim = claim;
        }
    }

    private final class Life {
        private final Actor me;
        private final WorkerQueue mine;
        private final List<Running> running = new ArrayList<>();

        private Life(Actor me, WorkerQueue mine) {
            this.me = me;
            this.mine = mine;
        }

        private void act() {
            world.between(me);
            try {
                switch (world.choices.below(10)) {
                    case 1, 2 -> claim();
                    case 3 -> mine.finishUnpublished();
                    case 4 -> mine.dropFinishedLogs();
                    case 5 -> mine.release();
                    default -> goOn();
                }
            } catch (IOException triedAgainLater) {
                world.met(me, triedAgainLater);
            }
        }

        private void goOn() throws IOException {
            if (running.isEmpty()) claim();
            else settle(running.get(world.choices.below(running.size())));
            mine.finishUnpublished();
        }

        private void claim() throws IOException {
            if (running.size() >= 2) return;
            mine.claim().ifPresent(this::begin);
        }

        private void begin(Claim claim) {
            running.add(new Running(claim));
            world.ledger.began(me, claim.stem(), claim.attempt());
        }

        private void settle(Running one) throws IOException {
            settle(one, outcome(one));
        }

        private void settle(Running one, Outcome outcome) throws IOException {
            Settlement settlement = mine.settle(one.claim, outcome);
            running.remove(one);
            note(one, outcome, settlement);
            mine.claimAfter(one.claim).ifPresent(this::begin);
        }

        private void note(Running one, Outcome outcome, Settlement settlement) {
            String stem = one.claim.stem();
            world.note(me + " ended " + stem + " as " + outcome + ": " + settlement);
            if (settlement instanceof Settlement.PutBack
                    && outcome instanceof Outcome.Retry
                    && BatchName.partOf(stem).isEmpty()) world.ledger.spent(stem, one.claim.attempt());
            if (settlement instanceof Settlement.Settled
                    && BatchName.partOf(stem).isEmpty()) world.ledger.settled(me, stem, one.tried.orElseThrow());
        }

        private Outcome outcome(Running one) {
            Optional<String> calledOff = mine.cancelRequest(one.claim);
            int what = world.choices.below(12);
            boolean last = one.claim.attempt()
                    >= one.claim.document().maxAttempts().orElse(world.queueOptions.maxRescues() + 1);
            if (calledOff.isPresent() && what < 9) return terminal(one, new Outcome.Cancelled(newText(one)));
            return switch (what) {
                case 6 -> last ? failed(one) : new Outcome.Retry("not yet", Duration.ZERO);
                case 7 -> last ? failed(one) : new Outcome.Retry("not yet", Duration.ofSeconds(5));
                case 8 -> new Outcome.HandedBack("");
                case 9 -> new Outcome.Snoozed("later", Duration.ofSeconds(3));
                case 10 -> failed(one);
                default -> terminal(one, new Outcome.Done(TextNode.valueOf(newText(one))));
            };
        }

        private Outcome failed(Running one) {
            return terminal(one, new Outcome.Failed(newText(one), ""));
        }

        private String newText(Running one) {
            return one.tried.orElseGet(() -> world.newResult(me, one.claim));
        }

        private Outcome terminal(Running one, Outcome outcome) {
            if (one.tried.isEmpty()) one.tried = Optional.of(textOf(outcome));
            world.ledger.gives(one.claim.stem(), one.tried.get());
            return outcome;
        }

        private static String textOf(Outcome outcome) {
            if (outcome instanceof Outcome.Done done) return done.result().asText();
            if (outcome instanceof Outcome.Failed failed) return failed.error();
            return outcome instanceof Outcome.Cancelled cancelled ? cancelled.reason() : "";
        }

        private Calm.Member goingOn() {
            return new Calm.Member(Calm.Duty.WORKER, mine, this::runEverything);
        }

        private void runEverything() throws IOException {
            while (!running.isEmpty()) settle(running.get(0), lastOutcome(running.get(0)));
            world.runAll(me, mine);
        }

        private Outcome lastOutcome(Running one) {
            boolean calledOff = mine.cancelRequest(one.claim).isPresent();
            String text = newText(one);
            return terminal(one, calledOff ? new Outcome.Cancelled(text) : new Outcome.Done(TextNode.valueOf(text)));
        }

        /** Ends what it runs and leaves in peace; after too many failures it just goes, as if it had been killed. */
        private void end() {
            for (int tries = 0; tries < TRIES * 3 && !running.isEmpty(); tries++) {
                world.between(me);
                try {
                    settle(running.get(0));
                } catch (IOException again) {
                    world.met(me, again);
                }
            }
            for (int tries = 0; tries < TRIES; tries++) {
                world.between(me);
                try {
                    mine.close();
                    return;
                } catch (IOException again) {
                    world.met(me, again);
                }
            }
        }
    }
}
