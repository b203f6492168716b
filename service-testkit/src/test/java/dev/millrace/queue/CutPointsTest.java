package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.SimulatedDisk;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every step of a task's life, cut before each change that anybody makes on disk and after the last one, in two ways: all
 * processes die and what they did stays, or the power fails and of what was not forced any part may survive. Each state
 * that is left is taken over by new processes, sometimes by a worker before a steward has looked, and every promise must
 * be kept.
 *
 * <p>Of each cut a number of outcomes are tried: all there are, or the corners and a sample that is the same each time.
 * {@code -Dmillrace.cuts.outcomes=N} tries more. States that two cuts have in common are tried once.
 */
class CutPointsTest {
    private static final int OUTCOMES = Integer.getInteger("millrace.cuts.outcomes", 8);
    private static final int RECOVERIES = Math.max(2, OUTCOMES / 4);

    private final Set<Integer> tried = new HashSet<>();

    @ParameterizedTest
    @EnumSource(CutStory.class)
    void wherever_a_story_is_cut_every_promise_is_kept(CutStory story) throws Exception {
        CutWorld world = CutWorld.create();
        story.tell(world);
        List<CutWorld.Cut> cuts = world.cuts();
        assertThat(cuts).hasSizeGreaterThan(1);
        for (int at = 0; at < cuts.size(); at++)
            tryCut(story, story + " cut at change " + at, cuts.get(at), world, OUTCOMES);
    }

    /** Log replay, rescue and all the rest of a first round, after cuts that are drawn. */
    @ParameterizedTest
    @EnumSource(
            value = CutStory.class,
            names = {
                "GROUP_TO_ITS_END",
                "DONE",
                "RETRY",
                "RESCUE_FROM_ONE_WHO_LIVES",
                "RESCUE_OF_A_FENCED_OUTCOME",
                "GIVEN_UP",
                "BATCH",
                "BATCH_RESCUED_HALF_DONE",
                "CANCEL_BLOCKED",
                "DEPENDENCY_THAT_FAILS",
                "SECOND_RUN"
            })
    void a_recovery_that_is_cut_itself_keeps_every_promise(CutStory story) throws Exception {
        CutWorld world = CutWorld.create();
        story.tell(world);
        List<CutWorld.Cut> cuts = world.cuts();
        RandomGenerator random = new SplittableRandom(story.name().hashCode());
        for (int i = 0; i < RECOVERIES; i++) {
            CutWorld.Cut first = cuts.get(cuts.size() - 1 - random.nextInt(cuts.size() / 2));
            lookAt(first, world);
            List<SimulatedDisk> left = first.disk().survivors(2 * OUTCOMES).disks();
            world.itIs(first.at());
            CutWorld second = CutWorld.after(left.get(random.nextInt(left.size())), world.time, first.promised(), 5)
                    .watched();
            new Aftermath(story, second, i % 2 == 0).begin();
            String where = story + " cut before " + first.before() + ", recovery cut again";
            for (CutWorld.Cut again : second.cuts()) tryCut(story, where, again, second, RECOVERIES);
        }
    }

    private static void lookAt(CutWorld.Cut cut, CutWorld world) throws IOException {
        CutWorld onlooker = CutWorld.after(cut.disk().copy(), world.time, new Promised(), 4);
        cut.promised().seen().putAll(onlooker.seen());
    }

    private void tryCut(CutStory story, String where, CutWorld.Cut cut, CutWorld world, int most) throws IOException {
        lookAt(cut, world);
        SimulatedDisk killed = cut.disk().copy();
        killed.forceFileSystem(CutWorld.LAYOUT.root());
        tryLeft(story, where + ", all killed", killed, cut, world);
        int outcome = 0;
        for (SimulatedDisk left : cut.disk().survivors(most).disks())
            tryLeft(story, where + ", power cut, outcome " + outcome++, left, cut, world);
    }

    private void tryLeft(CutStory story, String where, SimulatedDisk left, CutWorld.Cut cut, CutWorld world) {
        if (!tried.add(Objects.hash(left.stateHash(), cut.promised()))) return;
        boolean workerFirst = tried.size() % 2 == 0;
        world.itIs(cut.at());
        try {
            Promised promised = cut.promised().copy();
            new Aftermath(story, CutWorld.after(left, world.time, promised, workerFirst ? 2 : 3), workerFirst).check();
        } catch (Exception | AssertionError e) {
            String who = workerFirst ? ", worker first" : ", steward first";
            throw new AssertionError(
                    where + ", before " + cut.before() + who + "\nbefore the cut:\n"
                            + cut.disk().describe() + "in the end:\n" + left.describe(),
                    e);
        }
    }
}
