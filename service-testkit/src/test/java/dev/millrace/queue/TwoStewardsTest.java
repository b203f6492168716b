package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two stewards at once are harmless: an owner stands still at one of its changes, one steward stands still at one of its
 * own, and the other begins and ends its round in between, itself begun before.
 */
@Tag("once")
class TwoStewardsTest {
    private static final int STEPS_OF_A_STEWARD = 7;

    @TempDir
    private Path folder;

    private int worlds;

    /** A round of rescue in a thread of its own that stands still before its n-th change until it is let go. */
    private static final class PausedRound {
        private final CountDownLatch standing = new CountDownLatch(1);
        private final CountDownLatch go = new CountDownLatch(1);
        private final CompletableFuture<Integer> end;

        PausedRound(Actor steward, int nth, Set<String> dead) {
            steward.disk().interpose(nth, Moment.BEFORE, () -> {
                standing.countDown();
                await(go);
            });
            // A thread of its own: on a small machine the common pool has one, and two rounds stand still at once.
            end = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return steward.rescue(dead::contains);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        } finally {
                            standing.countDown();
                        }
                    },
                    task -> new Thread(task, "steward").start());
            await(standing);
        }

        void goOn() {
            go.countDown();
            end.orTimeout(20, TimeUnit.SECONDS).join();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) throw new AssertionError("stood still for too long");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Test
    void whatever_they_do_to_each_other_a_settled_outcome_stays_and_no_document_is_torn() throws IOException {
        for (int owners = 1; owners <= 7; owners++)
            for (int first = 1; first <= STEPS_OF_A_STEWARD; first++)
                for (int second = 1; second <= STEPS_OF_A_STEWARD; second++) meet(owners, first, second);
    }

    private void meet(int owners, int first, int second) throws IOException {
        QueueWorld world = QueueWorld.in(folder.resolve("w" + worlds++));
        String stem = world.submit("t").stem();
        Actor owner = world.actor("owner");
        Actor one = world.actor("one");
        Actor two = world.actor("two");
        Set<String> dead = Set.of(owner.incarnation());
        Claim claim = owner.claim();
        String where = "owner at " + owners + ", one at " + first + ", two at " + second;
        owner.disk().interpose(owners, Moment.BEFORE, () -> bothRescue(one, two, first, second, dead));
        Settlement settlement = owner.done(claim, "by owner");
        assertThat(world.placesOf(stem)).as(where).hasSize(1);
        // Whoever claims it now reads what the owner may have written into it.
        world.drain(two);
        world.untilQuiet(two, dead);
        world.drain(two);
        ObjectNode end = world.terminal(stem);
        if (settlement instanceof Settlement.Settled)
            assertThat(end.path("result").textValue()).as(where).isEqualTo("by owner");
        assertThat(end.path("claim").path("returns").intValue()).as(where).isLessThanOrEqualTo(1);
    }

    /** Two begins and stands before its change; one begins and stands before its own; two goes on to its end; then one. */
    private static void bothRescue(Actor one, Actor two, int first, int second, Set<String> dead) {
        PausedRound twos = new PausedRound(two, second, dead);
        PausedRound ones = new PausedRound(one, first, dead);
        twos.goOn();
        ones.goOn();
    }

    @Test
    void they_write_down_an_attempt_once() throws IOException {
        QueueWorld world = QueueWorld.in(folder.resolve("w"));
        String stem = world.submit("t").stem();
        Actor owner = world.actor("owner");
        Actor one = world.actor("one");
        Actor two = world.actor("two");
        Set<String> dead = Set.of(owner.incarnation());
        owner.claim();
        bothRescue(one, two, 2, 2, dead);
        world.drain(two);
        assertThat(world.terminal(stem).path("attempts")).hasSize(2);
        assertThat(one.disk().count(Operation.RENAME)).isPositive();
    }

    /** Between listing what is left and reading the logs, the owner may beat again: the answer must not change. */
    @Test
    void an_owner_that_comes_back_to_life_in_the_middle_of_a_round_keeps_its_fenced_outcome() throws IOException {
        QueueWorld world = QueueWorld.in(folder.resolve("w"));
        String stem = world.submit("t").stem();
        Actor owner = world.actor("owner");
        Actor steward = world.actor("steward");
        Claim claim = owner.claim();
        owner.disk().interpose(5, Moment.AFTER, () -> {
            int[] asked = {0};
            try {
                steward.rescue(incarnation -> asked[0]++ == 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(owner.done(claim, "by owner")).isInstanceOf(Settlement.Settled.class);
        assertThat(world.terminal(stem).path("result").textValue()).isEqualTo("by owner");
    }
}
