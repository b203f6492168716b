package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.millrace.queue.CutPoints.Figures;
import dev.millrace.testkit.ReliabilityPage;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every step of a task's life is cut wherever it can be, see {@link CutPoints}. {@code -Dmillrace.cuts.outcomes=N} tries
 * more of what a power cut may leave, {@code -Dmillrace.cuts.story=NAME} tells one story alone.
 */
@Tag("once")
class CutPointsTest {
    /** Of so many stories the recovery is cut. */
    private static final long RECOVERED = 11;

    private static final String STORY = System.getProperty("millrace.cuts.story", "");
    private static final Figures STORIES = new Figures();
    private static final Figures RECOVERIES = new Figures();
    private static final Figures DEATHS = new Figures();

    private static CutPoints cutsOf(CutStory story, Figures figures) {
        assumeThat(STORY).isIn("", story.name());
        return new CutPoints(story, UnaryOperator.identity(), figures);
    }

    @ParameterizedTest
    @EnumSource(CutStory.class)
    void wherever_a_story_is_cut_every_promise_is_kept(CutStory story) throws Exception {
        assertThat(cutsOf(story, STORIES).tryAll()).isGreaterThan(1);
    }

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
        cutsOf(story, RECOVERIES).tryRecoveries();
    }

    @ParameterizedTest
    @EnumSource(CutStory.class)
    void nothing_rests_on_what_a_dead_process_has_not_forced(CutStory story) throws Exception {
        cutsOf(story, DEATHS).tryDeaths();
    }

    @AfterAll
    static void tell_how_much_was_tried() throws IOException {
        System.out.println("stories: " + STORIES.describe());
        System.out.println("recoveries: " + RECOVERIES.describe());
        System.out.println("deaths: " + DEATHS.describe());
        int known = CutStory.values().length;
        boolean all = STORIES.stories() == known && DEATHS.stories() == known && RECOVERIES.stories() == RECOVERED;
        if (!all || CutPoints.OUTCOMES != CutPoints.OUTCOMES_IN_A_BUILD) return;
        ReliabilityPage.holds("a build, " + STORIES.stories() + " stories", 0, STORIES.told());
        ReliabilityPage.holds("a build, recoveries", 0, RECOVERIES.told());
        ReliabilityPage.holds("a build, after deaths", 0, DEATHS.told());
    }
}
