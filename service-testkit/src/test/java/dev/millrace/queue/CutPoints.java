package dev.millrace.queue;

import static dev.millrace.testkit.ReliabilityPage.spelled;

import dev.millrace.storage.Disk;
import dev.millrace.testkit.SimulatedDisk;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * One story, cut before each change that anybody makes on disk and after the last one, in two ways: all processes die and
 * what they did stays, or the power fails and of what was not forced any part may survive. Each state that is left is taken
 * over by new processes, sometimes by a worker before a steward has looked, and every promise must be kept. States that two
 * cuts have in common are tried once.
 */
final class CutPoints {
    /** Of each cut so many outcomes of a power cut are tried: all there are, or the corners and always the same sample. */
    static final int OUTCOMES_IN_A_BUILD = 8;

    static final int OUTCOMES = Integer.getInteger("millrace.cuts.outcomes", OUTCOMES_IN_A_BUILD);

    private static final int RECOVERIES = Math.max(2, OUTCOMES / 4);

    private final CutStory story;
    private final UnaryOperator<Disk> layer;
    private final Figures figures;
    private final Set<Integer> tried = new HashSet<>();

    /** How much was tried, over some stories. Not safe for use by several threads. */
    static final class Figures {
        private long stories;
        private long cuts;
        private long complete;
        private long outcomes;
        private long states;

        long stories() {
            return stories;
        }

        /** Places to cut, those of them at which all was tried, and outcomes of power cuts, as the page tells them. */
        String[] told() {
            return new String[] {spelled(cuts), spelled(complete), spelled(outcomes)};
        }

        /** For people. */
        String describe() {
            return cuts + " cuts, " + complete + " of them with all that a power cut may leave, " + outcomes
                    + " outcomes of power cuts, " + states + " different states taken over";
        }
    }

    /** A cut after which a promise was not kept. */
    static final class PromiseBroken extends AssertionError {
        private static final long serialVersionUID = 1L;

        PromiseBroken(String where, Throwable cause) {
            super(where, cause);
        }
    }

    /** @param layer put between each process and the disk; the identity changes nothing */
    CutPoints(CutStory story, UnaryOperator<Disk> layer, Figures figures) {
        this.story = story;
        this.layer = layer;
        this.figures = figures;
    }

    /** How many places to cut there are. */
    int tryAll() throws Exception {
        figures.stories++;
        CutWorld world = CutWorld.create(layer);
        story.tell(world);
        List<CutWorld.Cut> cuts = world.cuts();
        for (int at = 0; at < cuts.size(); at++) tryCut(story + " cut at change " + at, cuts.get(at), world, OUTCOMES);
        return cuts.size();
    }

    /** Log replay, rescue and all the rest of a first round, after cuts that are drawn. */
    void tryRecoveries() throws Exception {
        figures.stories++;
        CutWorld world = CutWorld.create(layer);
        story.tell(world);
        List<CutWorld.Cut> cuts = world.cuts();
        RandomGenerator random = new SplittableRandom(story.name().hashCode());
        for (int i = 0; i < RECOVERIES; i++) {
            CutWorld.Cut first = cuts.get(cuts.size() - 1 - random.nextInt(cuts.size() / 2));
            lookAt(first, world);
            List<SimulatedDisk> left = first.disk().survivors(2 * OUTCOMES).disks();
            world.itIs(first.at());
            CutWorld second = world.after(left.get(random.nextInt(left.size())), first.promised(), 5)
                    .watched();
            new Aftermath(story, second, i % 2 == 0).begin();
            String where = story + " cut before " + first.before() + ", recovery cut again";
            for (CutWorld.Cut again : second.cuts()) tryCut(where, again, second, RECOVERIES);
        }
    }

    /**
     * All processes die where the next thing to do was to force a folder, so what is there need not be durable; others go on
     * with it, and are cut in turn: nobody may make durable what rests on something that a power cut takes.
     */
    void tryDeaths() throws Exception {
        figures.stories++;
        CutWorld world = CutWorld.create(layer);
        story.tell(world);
        int deaths = 0;
        for (CutWorld.Cut first : world.cuts()) {
            if (!first.before().contains(" FORCE_FOLDER ")) continue;
            lookAt(first, world);
            world.itIs(first.at());
            CutWorld second =
                    world.after(first.disk().copy(), first.promised().copy(), 6).watched();
            new Aftermath(story, second, deaths++ % 2 == 0).goOn();
            String where = story + " killed before " + first.before() + ", those who go on cut";
            for (CutWorld.Cut again : second.cuts()) tryCut(where, again, second, RECOVERIES);
        }
    }

    private static void lookAt(CutWorld.Cut cut, CutWorld world) throws IOException {
        CutWorld onlooker = world.after(cut.disk().copy(), new Promised(), 4);
        cut.promised().seen().putAll(onlooker.seen());
    }

    private void tryCut(String where, CutWorld.Cut cut, CutWorld world, int most) throws IOException {
        lookAt(cut, world);
        figures.cuts++;
        SimulatedDisk killed = cut.disk().copy();
        killed.forceFileSystem(CutWorld.LAYOUT.root());
        tryLeft(where + ", all killed", killed, cut, world);
        SimulatedDisk.Survivors survivors = cut.disk().survivors(most);
        if (survivors.complete()) figures.complete++;
        int outcome = 0;
        for (SimulatedDisk left : survivors.disks()) {
            figures.outcomes++;
            tryLeft(where + ", power cut, outcome " + outcome++, left, cut, world);
        }
    }

    private void tryLeft(String where, SimulatedDisk left, CutWorld.Cut cut, CutWorld world) {
        if (!tried.add(Objects.hash(left.stateHash(), cut.promised()))) return;
        figures.states++;
        boolean workerFirst = tried.size() % 2 == 0;
        world.itIs(cut.at());
        try {
            Promised promised = cut.promised().copy();
            new Aftermath(story, world.after(left, promised, workerFirst ? 2 : 3), workerFirst).check();
        } catch (Exception | AssertionError e) {
            String who = workerFirst ? ", worker first" : ", steward first";
            throw new PromiseBroken(
                    where + ", before " + cut.before() + who + ": " + e.getMessage() + "\nbefore the cut:\n"
                            + cut.disk().describe() + "in the end:\n" + left.describe() + "Run it again with: "
                            + command(),
                    e);
        }
    }

    /** Runs this story again, and no other. */
    private String command() {
        return "mvn -pl service-testkit -am test -Dtest=CutPointsTest -Dmillrace.cuts.story=" + story
                + " -Dmillrace.cuts.outcomes=" + OUTCOMES + " -Dsurefire.failIfNoSpecifiedTests=false";
    }
}
