package dev.millrace.recurring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class MissedTimesTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final RecurringTask EACH_MINUTE =
            RecurringTask.of("r", Schedule.cron("* * * * *", ZoneOffset.UTC), Task.of("k"));

    private int looked;

    private final MissedTimes missed = new MissedTimes((task, after, upTo, most) -> {
        List<Instant> found = DueTimes.latest(task, after, upTo, most);
        looked += found.size();
        return found;
    });

    private List<Instant> expectAsLookedFor(RecurringTask task, Instant after, Instant upTo) {
        List<Instant> found = missed.latest(task, after, upTo);
        int most = task.catchUp().atOnce();
        assertThat(found).isEqualTo(DueTimes.latest(task, after, upTo, most));
        return found;
    }

    @Test
    void thousands_are_looked_for_once_however_few_a_step_deals_with() {
        RecurringTask task = EACH_MINUTE.catchUp(CatchUp.all(200));
        Instant after = NOON.minus(Duration.ofDays(1));
        Instant now = NOON;
        for (int step = 0; step < 6; step++) {
            List<Instant> dues = expectAsLookedFor(task, after, now);
            after = dues.get(24);
            now = now.plusSeconds(30);
        }
        assertThat(looked).isBetween(200, 203);
    }

    @Test
    void what_comes_meanwhile_pushes_out_the_oldest_beyond_the_most() {
        RecurringTask task = EACH_MINUTE.catchUp(CatchUp.all(10));
        Instant longAgo = NOON.minus(Duration.ofDays(1));
        assertThat(expectAsLookedFor(task, longAgo, NOON)).hasSize(10);
        assertThat(expectAsLookedFor(task, longAgo, NOON.plusSeconds(180)))
                .hasSize(10)
                .endsWith(NOON.plusSeconds(180));
        assertThat(expectAsLookedFor(task, NOON.plusSeconds(200), NOON.plusSeconds(500)))
                .hasSize(5);
    }

    @Test
    void a_changed_task_and_a_clock_that_was_set_back_are_looked_for_anew() {
        RecurringTask task = EACH_MINUTE.catchUp(CatchUp.all(10));
        Instant hourAgo = NOON.minus(Duration.ofHours(1));
        expectAsLookedFor(task, hourAgo, NOON);
        expectAsLookedFor(task, hourAgo, NOON.minusSeconds(300));
        expectAsLookedFor(task, hourAgo.minusSeconds(3_600), NOON);
        expectAsLookedFor(task.catchUp(CatchUp.all(3)), hourAgo, NOON);
        expectAsLookedFor(EACH_MINUTE.catchUp(CatchUp.last()), hourAgo, NOON);
    }
}
