package dev.millrace.queue;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.queue.CutPoints.Figures;
import dev.millrace.queue.CutPoints.PromiseBroken;
import dev.millrace.testkit.PlantedBug;
import dev.millrace.testkit.PlantedBugRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bugs that are planted in the protocol are found where stories are cut; {@link CutPointsTest} shows that the right protocol
 * passes the same cuts. {@code -Dworld.all=true} asks every story about every bug.
 */
@Tag("once")
class CutPointsFindBugsTest {
    /** With a story that finds it soon; those that no story finds are not there. */
    private static final Map<PlantedBug, CutStory> FOUND_IN = Map.ofEntries(
            entry(PlantedBug.LOG_NOT_FORCED, CutStory.DONE),
            entry(PlantedBug.LOG_FORCED_AFTER_THE_FENCE, CutStory.BATCH_RESCUED_HALF_DONE),
            entry(PlantedBug.APPENDED_BEHIND_HALF_A_LINE, CutStory.DONE_AT_THE_SECOND_TRY),
            entry(PlantedBug.SUBMIT_FOLDER_NOT_FORCED, CutStory.SUBMIT),
            entry(PlantedBug.DRAFT_NOT_FORCED, CutStory.DONE),
            entry(PlantedBug.RESCUE_BY_COPY, CutStory.RESCUE),
            entry(PlantedBug.RETURN_COUNT_LEFT_OUT, CutStory.RESCUE_FROM_ONE_WHO_LIVES),
            entry(PlantedBug.RETURN_COUNT_IGNORED, CutStory.RESCUE_FROM_ONE_WHO_LIVES),
            entry(PlantedBug.NO_LOG_LOOKUP, CutStory.BATCH_RESCUED_HALF_DONE),
            entry(PlantedBug.JOINS_WITHOUT_A_LOOK, CutStory.DONE),
            entry(PlantedBug.LOG_DROPPED_BEFORE_THE_SYNC, CutStory.DONE),
            entry(PlantedBug.PUBLISHED_BY_COPY, CutStory.FAILED),
            entry(PlantedBug.PROMOTED_BY_COPY, CutStory.RETRY),
            entry(PlantedBug.CLAIMED_BY_COPY, CutStory.DONE),
            entry(PlantedBug.PROGRESS_BEFORE_THE_FORCE, CutStory.BATCH),
            entry(PlantedBug.COUNTS_FORGOTTEN_AT_A_RETURN, CutStory.BATCH_RESCUED_HALF_DONE),
            entry(PlantedBug.COUNTS_FORGOTTEN_AT_THE_END, CutStory.BATCH),
            entry(PlantedBug.KEY_MARKED_LATE, CutStory.UNIQUE),
            entry(PlantedBug.KEY_MARK_NOT_FORCED, CutStory.UNIQUE),
            entry(PlantedBug.GROUP_ONE_BY_ONE, CutStory.GROUP),
            entry(PlantedBug.GROUP_LIST_FIRST, CutStory.GROUP),
            entry(PlantedBug.RELEASED_BY_COPY, CutStory.DEPENDENCY),
            entry(PlantedBug.CANCEL_DROPPED, CutStory.CANCEL_WAITING),
            entry(PlantedBug.CANCEL_NOT_FORCED, CutStory.CANCEL_RUNNING),
            entry(PlantedBug.CANCEL_FORGOTTEN_AT_A_RETURN, CutStory.CANCEL_RUNNING),
            entry(PlantedBug.OLD_RUN_REMOVED_FIRST, CutStory.SECOND_RUN),
            entry(PlantedBug.REMOVED_IS_PUT_BACK, CutStory.RETENTION),
            entry(PlantedBug.FENCED_BY_COPY, CutStory.FAILED),
            entry(PlantedBug.DUE_TASK_LEFT, CutStory.SUBMIT_SEVERAL),
            entry(PlantedBug.LAST_NAME_NOT_COUNTED, CutStory.DONE));

    private static final boolean ALL = Boolean.getBoolean("world.all");

    private static List<PlantedBug> asked() {
        return Arrays.stream(PlantedBug.values())
                .filter(bug -> ALL || FOUND_IN.containsKey(bug))
                .toList();
    }

    private static Optional<CutStory> finderOf(PlantedBug bug) {
        return Optional.ofNullable(FOUND_IN.get(bug));
    }

    @ParameterizedTest
    @MethodSource("asked")
    void a_planted_bug_is_found_where_a_story_is_cut(PlantedBug bug) {
        if (ALL) assertFoundWhereThePageSays(bug);
        finderOf(bug).ifPresent(story -> assertFound(bug, story));
    }

    private static void assertFound(PlantedBug bug, CutStory story) {
        assertThatThrownBy(() -> new CutPoints(story, bug.layer(), new Figures()).tryAll())
                .isInstanceOf(PromiseBroken.class)
                .hasMessageStartingWith(story + " cut at change ")
                .hasMessageContaining("-Dtest=CutPointsTest -Dmillrace.cuts.story=" + story + " ")
                .as("a promise, and no mishap of the layer")
                .hasCauseInstanceOf(AssertionError.class);
    }

    @Test
    void the_page_names_the_story_that_finds_a_bug() throws IOException {
        assertThat(PlantedBugRow.ofPage())
                .extracting(PlantedBugRow::cutPoints)
                .containsExactlyElementsOf(Arrays.stream(PlantedBug.values())
                        .map(bug ->
                                finderOf(bug).map(CutPointsFindBugsTest::words).orElse(""))
                        .toList());
    }

    private static String words(CutStory story) {
        return story.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Also that no story finds a bug of which the page says so. */
    private static void assertFoundWhereThePageSays(PlantedBug bug) {
        List<CutStory> finders = new ArrayList<>();
        for (CutStory story : CutStory.values()) if (finds(story, bug)) finders.add(story);
        System.out.println(bug + " is found in " + finders);
        assertThat(finders.isEmpty()).as(bug.toString()).isEqualTo(finderOf(bug).isEmpty());
    }

    private static boolean finds(CutStory story, PlantedBug bug) {
        try {
            new CutPoints(story, bug.layer(), new Figures()).tryAll();
            return false;
        } catch (PromiseBroken broken) {
            return broken.getCause() instanceof AssertionError;
        } catch (Exception | AssertionError cannotBeTold) {
            return false;
        }
    }
}
