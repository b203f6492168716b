package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.event.Event;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An owner that is paused in the middle of settling, taken for dead, and goes on afterwards. */
@Tag("once")
class FencingTest {
    @TempDir
    private Path folder;

    private int worlds;

    private QueueWorld world() throws IOException {
        return QueueWorld.in(folder.resolve("w" + worlds++));
    }

    private interface Act {
        void run() throws IOException;
    }

    private static Runnable quietly(Act act) {
        return () -> {
            try {
                act.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    static List<Arguments> outcomes() {
        return List.of(
                Arguments.of("done", QueueWorld.done("by owner")),
                Arguments.of("failed", new Outcome.Failed("by owner", "")),
                Arguments.of("retried at once", QueueWorld.retry(Duration.ZERO)),
                Arguments.of("retried later", QueueWorld.retry(Duration.ofSeconds(3))),
                Arguments.of("handed back", new Outcome.HandedBack("draining")));
    }

    private static int changesOf(QueueWorld world, Outcome outcome) throws IOException {
        world.submit("t");
        Actor owner = world.actor("owner");
        Claim claim = owner.claim();
        owner.disk().forget();
        owner.queue().settle(claim, outcome);
        return owner.disk().changes();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("outcomes")
    void a_paused_owner_that_was_rescued_from_changes_nothing_when_it_goes_on(String name, Outcome outcome)
            throws IOException {
        int changes = changesOf(world(), outcome);
        assertThat(changes).isPositive();
        for (int nth = 1; nth <= changes; nth++) for (Moment moment : Moment.values()) pausedAt(outcome, nth, moment);
    }

    private void pausedAt(Outcome outcome, int nth, Moment moment) throws IOException {
        QueueWorld world = world();
        String stem = world.submit("t").stem();
        Actor owner = world.actor("owner");
        Actor other = world.actor("other");
        Claim claim = owner.claim();
        List<ObjectNode> seen = new ArrayList<>();
        owner.disk().interpose(nth, moment, quietly(() -> {
            world.untilQuiet(other, Set.of(owner.incarnation()));
            world.drain(other);
            world.time.advance(Duration.ofSeconds(5));
            world.untilQuiet(other, Set.of(owner.incarnation()));
            world.drain(other);
            if (world.stateOf(stem).isTerminal()) seen.add(world.terminal(stem));
        }));
        String where = outcome + " paused " + moment + " change " + nth;
        Settlement settlement = owner.queue().settle(claim, outcome);
        world.untilQuiet(other, Set.of(owner.incarnation()));
        world.drain(other);
        world.time.advance(Duration.ofSeconds(5));
        world.untilQuiet(other, Set.of(owner.incarnation()));
        world.drain(other);
        ObjectNode end = world.terminal(stem);
        if (!seen.isEmpty()) assertThat(end).as(where).isEqualTo(seen.get(0));
        boolean ownersCounts =
                end.path("result").asText(end.path("error").asText()).equals("by owner");
        if (settlement instanceof Settlement.Settled)
            assertThat(ownersCounts).as(where).isTrue();
        if (settlement instanceof Settlement.Fenced) {
            assertThat(world.events.of(Event.Fenced.class)).as(where).hasSize(1);
            assertThat(ownersCounts).as(where).isFalse();
        }
        assertThat(world.placesOf(stem)).as(where).hasSize(1);
    }

    @Test
    void a_rescued_owners_result_is_dropped_reported_and_leaves_the_document_alone() throws IOException {
        QueueWorld world = world();
        String stem = world.submit("t").stem();
        Actor owner = world.actor("owner");
        Actor other = world.actor("other");
        Claim claim = owner.claim();
        world.untilQuiet(other, Set.of(owner.incarnation()));
        assertThat(world.drain(other)).containsExactly(stem);
        byte[] before = Files.readAllBytes(world.folder(TaskState.DONE).resolve(stem + ".task.json"));
        assertThat(owner.done(claim, "by owner")).isInstanceOf(Settlement.Fenced.class);
        assertThat(world.events.of(Event.Fenced.class)).containsExactly(new Event.Fenced(stem, owner.incarnation()));
        assertThat(world.folder(TaskState.DONE).resolve(stem + ".task.json")).hasBinaryContent(before);
        world.untilQuiet(other, Set.of(owner.incarnation()));
        assertThat(world.folder(TaskState.DONE).resolve(stem + ".task.json")).hasBinaryContent(before);
    }

    @Test
    void a_dropped_result_keeps_no_log() throws IOException {
        QueueWorld world = world();
        world.submit("t");
        Actor owner = world.actor("owner");
        Actor other = world.actor("other");
        Claim claim = owner.claim();
        world.untilQuiet(other, Set.of(owner.incarnation()));
        assertThat(owner.done(claim, "by owner")).isInstanceOf(Settlement.Fenced.class);
        owner.queue().close();
        assertThat(world.names(world.layout().outcomes())).isEmpty();
    }

    @Test
    void an_owner_whose_log_was_moved_aside_keeps_working() throws IOException {
        QueueWorld world = world();
        Actor owner = world.actor("owner");
        Actor other = world.actor("other");
        for (int i = 0; i < 3; i++) {
            world.submit("t" + i);
            world.passPoll();
            Claim claim = owner.claim();
            assertThat(owner.done(claim, "by owner")).isInstanceOf(Settlement.Settled.class);
            assertThat(world.names(world.layout().outcomes())).hasSize(1);
            world.untilQuiet(other, Set.of(owner.incarnation()));
            assertThat(world.names(world.layout().outcomes())).isEmpty();
        }
        assertThat(world.names(TaskState.DONE)).hasSize(3);
        owner.queue().close();
    }

    @Test
    void an_outcome_that_was_logged_into_a_file_just_moved_aside_is_logged_again_and_survives_its_owner()
            throws IOException {
        int changes = changesOf(world(), QueueWorld.done("by owner"));
        for (int nth = 1; nth <= changes; nth++) {
            QueueWorld world = world();
            Actor owner = world.actor("owner");
            Actor other = world.actor("other");
            world.submit("first");
            owner.done(owner.claim(), "by owner");
            world.passPoll();
            // A steward whose round began before the second claim moves the log aside in the middle of its settling.
            String stem = world.submit("second").stem();
            world.passPoll();
            Claim claim = owner.claim();
            owner.disk().forget();
            owner.disk()
                    .interpose(
                            nth,
                            Moment.AFTER,
                            quietly(() -> DeadLogs.collect(
                                            other.disk(),
                                            world.layout().outcomes(),
                                            owner.incarnation()::equals,
                                            new UnreadableLogs(world.ports(other.disk())))
                                    .drop()));
            Settlement settlement = owner.done(claim, "by owner");
            assertThat(settlement).as("log lost after change " + nth).isInstanceOf(Settlement.Settled.class);
            assertThat(world.terminal(stem).path("result").textValue()).isEqualTo("by owner");
        }
    }

    @Test
    void an_owner_that_is_rescued_from_while_it_reads_its_claim_runs_nothing() throws IOException {
        QueueWorld world = world();
        String stem = world.submit("t").stem();
        Actor owner = world.actor("owner");
        Actor other = world.actor("other");
        owner.disk().interpose(1, Moment.AFTER, quietly(() -> {
            world.untilQuiet(other, Set.of(owner.incarnation()));
            world.drain(other);
        }));
        Optional<Claim> claim = owner.queue().claim();
        assertThat(claim).isEmpty();
        assertThat(world.stateOf(stem)).isEqualTo(TaskState.DONE);
    }

    /**
     * The hardest case: two stewards that take a living owner for dead, the second acting at every change of the first,
     * while the owner stands at each of its own changes.
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("outcomes")
    void two_stewards_and_a_paused_owner_agree_on_one_outcome(String name, Outcome outcome) throws IOException {
        int changes = changesOf(world(), outcome);
        for (int nth = 1; nth <= changes; nth++)
            for (Moment moment : List.of(Moment.BEFORE, Moment.HALFWAY, Moment.AFTER))
                for (int second = 1; second <= 8; second++) stewardsAt(outcome, nth, moment, second);
    }

    private void stewardsAt(Outcome outcome, int nth, Moment moment, int second) throws IOException {
        QueueWorld world = world();
        String stem = world.submit("t").stem();
        Actor owner = world.actor("owner");
        Actor one = world.actor("one");
        Actor two = world.actor("two");
        Set<String> dead = Set.of(owner.incarnation());
        Claim claim = owner.claim();
        String where = outcome + " paused " + moment + " change " + nth + ", second steward at change " + second;
        owner.disk().interpose(nth, moment, quietly(() -> {
            one.disk().interpose(second, Moment.BEFORE, quietly(() -> two.rescue(dead::contains)));
            one.rescue(dead::contains);
        }));
        Settlement settlement = owner.queue().settle(claim, outcome);
        List<String> calls =
                owner.disk().calls().stream().map(DiskCall::toString).toList();
        one.disk().restart();
        assertThat(world.placesOf(stem)).as(where + calls).hasSize(1);
        world.untilQuiet(two, dead);
        world.drain(two);
        world.time.advance(Duration.ofSeconds(5));
        world.untilQuiet(two, dead);
        world.drain(two);
        ObjectNode end = world.terminal(stem);
        boolean ownersCounts =
                end.path("result").asText(end.path("error").asText()).equals("by owner");
        if (settlement instanceof Settlement.Settled)
            assertThat(ownersCounts).as(where).isTrue();
    }
}
