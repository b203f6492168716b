package dev.millrace.recurring;

import static dev.millrace.recurring.RecurringWorld.NOON;
import static dev.millrace.recurring.RecurringWorld.eachMinute;
import static dev.millrace.recurring.RecurringWorld.id;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.recurring.RecurringWorld.Steward;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fires when, as one steward sees it. */
class RecurringDutyTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path folder;

    private RecurringWorld world(RecurringTask... tasks) throws Exception {
        return new RecurringWorld(folder, tasks);
    }

    @Test
    void each_due_time_fires_once_under_an_id_of_its_own() throws Exception {
        RecurringWorld world = world(eachMinute().overlap(Overlap.ALLOW));
        Steward steward = world.steward();
        assertThat(steward.step()).isZero();
        assertThat(world.pass(steward, MINUTE.multipliedBy(3))).isEqualTo(3);
        assertThat(world.ids()).containsExactly(id("120100"), id("120200"), id("120300"));
        ObjectNode document = world.document(id("120100"));
        assertThat(document.path("kind").textValue()).isEqualTo("k");
        assertThat(document.path("idempotency_key").textValue()).isEqualTo(id("120100"));
        assertThat(document.path("recurring").toString())
                .isEqualTo("{\"name\":\"r\",\"due\":\"2026-01-01T12:01:00Z\"}");
    }

    @Test
    void what_is_given_for_the_task_goes_with_each_firing() throws Exception {
        Task task = Task.of("k").args(Map.of("n", 5)).priority(8).idempotencyKey("mine");
        RecurringWorld world = world(RecurringTask.of("r", Schedule.every(MINUTE), task));
        Steward steward = world.steward();
        steward.step();
        world.pass(steward, MINUTE);
        ObjectNode document = world.document(id("120100"));
        assertThat(document.path("args").toString()).isEqualTo("{\"n\":5}");
        assertThat(document.path("priority").intValue()).isEqualTo(8);
        assertThat(document.path("idempotency_key").textValue()).isEqualTo("mine");
    }

    // ------------------------------------------------------------------ overlap

    @Test
    void skip_leaves_out_what_is_due_while_an_earlier_firing_has_not_ended() throws Exception {
        RecurringWorld world = world(eachMinute());
        Steward steward = world.steward();
        steward.step();
        world.pass(steward, MINUTE.multipliedBy(3));
        assertThat(world.ids()).containsExactly(id("120100"));
        assertThat(world.tasks().report("r").skipped()).isEqualTo(2);
        world.work(9);
        world.pass(steward, MINUTE);
        assertThat(world.ids()).hasSize(2).contains(id("120100"));
    }

    @Test
    void queue_lets_it_wait_and_fires_one_after_the_other() throws Exception {
        RecurringWorld world = world(eachMinute().overlap(Overlap.QUEUE));
        Steward steward = world.steward();
        steward.step();
        world.pass(steward, MINUTE.multipliedBy(3));
        assertThat(world.ids()).containsExactly(id("120100"));
        assertThat(world.tasks().report("r").waiting()).containsExactly(NOON.plusSeconds(120), NOON.plusSeconds(180));
        world.work(1);
        world.pass(steward, Duration.ofSeconds(3));
        assertThat(world.ids()).containsExactly(id("120100"), id("120200"));
        world.pass(steward, Duration.ofSeconds(3));
        assertThat(world.ids()).hasSize(2);
        world.work(1);
        world.pass(world.steward(), Duration.ofSeconds(3));
        assertThat(world.ids()).containsExactly(id("120100"), id("120200"), id("120300"));
    }

    @Test
    void of_more_than_a_hundred_that_wait_the_oldest_are_left_out() throws Exception {
        RecurringWorld world = world(eachMinute().overlap(Overlap.QUEUE).catchUp(CatchUp.all(1_000)));
        Steward steward = world.steward();
        steward.step();
        world.pass(steward, MINUTE);
        world.time.advance(MINUTE.multipliedBy(105));
        world.pass(steward, Duration.ofSeconds(10));
        RecurringReport report = world.tasks().report("r");
        assertThat(report.waiting()).hasSize(100).endsWith(NOON.plusSeconds(106 * 60));
        assertThat(report.skipped()).isEqualTo(5);
    }

    @Test
    void an_earlier_firing_that_is_nowhere_any_more_has_ended() throws Exception {
        RecurringWorld world = world(eachMinute());
        Steward steward = world.steward();
        steward.step();
        world.pass(steward, MINUTE);
        Files.delete(world.queue.find(id("120100")).get(0).file());
        world.pass(steward, MINUTE);
        assertThat(world.ids()).containsExactly(id("120200"));
    }

    // ------------------------------------------------------------------ catching up

    private List<String> caughtUp(CatchUp policy) throws Exception {
        RecurringWorld world = world(eachMinute().overlap(Overlap.ALLOW).catchUp(policy));
        world.steward().step();
        world.time.advance(HOUR.plusSeconds(70));
        Steward next = world.steward();
        while (next.step() > 0) assertThat(world.ids()).hasSizeLessThan(70);
        return world.ids();
    }

    @Test
    void none_fires_the_current_due_time_alone() throws Exception {
        assertThat(caughtUp(CatchUp.none())).containsExactly(id("130100"));
    }

    @Test
    void last_fires_the_latest_missed_due_time() throws Exception {
        RecurringWorld world =
                world(RecurringTask.of("r", Schedule.cron("30 12 * * *", ZoneId.of("UTC")), Task.of("k")));
        world.steward().step();
        world.time.advance(Duration.ofDays(5));
        assertThat(world.steward().step()).isEqualTo(1);
        assertThat(world.ids()).containsExactly("r-20260105T123000Z");
    }

    @Test
    void none_leaves_out_what_was_missed_by_more_than_a_minute() throws Exception {
        RecurringWorld world = world(RecurringTask.of("r", Schedule.cron("30 12 * * *", ZoneId.of("UTC")), Task.of("k"))
                .catchUp(CatchUp.none()));
        world.steward().step();
        world.time.advance(Duration.ofMinutes(32));
        Steward next = world.steward();
        assertThat(world.pass(next, MINUTE)).isZero();
        world.time.advance(Duration.ofHours(24).minus(Duration.ofMinutes(2)));
        assertThat(next.step()).isEqualTo(1);
        assertThat(world.ids()).containsExactly("r-20260102T123000Z");
    }

    @Test
    void all_fires_every_missed_due_time_over_several_steps() throws Exception {
        List<String> ids = caughtUp(CatchUp.all(100));
        assertThat(ids).hasSize(61).startsWith(id("120100"), id("120200")).endsWith(id("130000"), id("130100"));
    }

    @Test
    void all_fires_the_latest_of_more_than_the_cap() throws Exception {
        assertThat(caughtUp(CatchUp.all(3))).containsExactly(id("125900"), id("130000"), id("130100"));
    }

    @Test
    void what_was_due_before_anybody_knew_of_it_is_not_caught_up() throws Exception {
        RecurringWorld world = world(eachMinute().catchUp(CatchUp.all(100)));
        assertThat(world.steward().step()).isZero();
        assertThat(world.ids()).isEmpty();
    }

    @Test
    void while_the_service_takes_no_work_nothing_fires_and_then_it_is_caught_up() throws Exception {
        RecurringWorld world = world(eachMinute());
        Steward steward = world.steward();
        steward.step();
        world.running = false;
        assertThat(world.pass(steward, HOUR)).isZero();
        world.running = true;
        assertThat(world.pass(steward, Duration.ofSeconds(2))).isEqualTo(1);
        assertThat(world.ids()).containsExactly(id("130000"));
    }

    // ------------------------------------------------------------------ bounds, jitter, other schedules

    @Test
    void nothing_fires_before_the_start_and_after_the_end() throws Exception {
        RecurringWorld world = world(
                eachMinute().overlap(Overlap.ALLOW).start(NOON.plusSeconds(150)).end(NOON.plusSeconds(220)));
        Steward steward = world.steward();
        steward.step();
        world.pass(steward, MINUTE.multipliedBy(9));
        assertThat(world.ids()).containsExactly(id("120230"), id("120330"));
        assertThat(world.tasks().report("r").next()).isEmpty();
    }

    @Test
    void jitter_makes_a_firing_start_later_by_the_same_length_whoever_fires_it() throws Exception {
        RecurringWorld world = world(eachMinute().jitter(HOUR));
        Steward steward = world.steward();
        steward.step();
        world.pass(steward, MINUTE);
        double notBefore = world.document(id("120100")).path("not_before").doubleValue();
        assertThat(notBefore - NOON.plusSeconds(60).getEpochSecond()).isBetween(0.001, 3_600.0);
        assertThat(world.queue.find(id("120100")).get(0).state()).isEqualTo(TaskState.SCHEDULED);
        RecurringWorld again =
                new RecurringWorld(folder.resolve("again"), eachMinute().jitter(HOUR));
        Steward other = again.steward();
        other.step();
        again.pass(other, MINUTE);
        assertThat(again.document(id("120100")).path("not_before").doubleValue())
                .isEqualTo(notBefore);
    }

    @Test
    void another_schedule_under_the_same_name_begins_anew() throws Exception {
        RecurringWorld world = world(eachMinute());
        world.steward().step();
        world.time.advance(HOUR);
        Steward changed = world.steward(List.of(RecurringWorld.each(Duration.ofSeconds(90))));
        assertThat(changed.step()).isZero();
        world.pass(changed, Duration.ofSeconds(90));
        assertThat(world.ids()).containsExactly(id("130130"));
    }

    @Test
    void the_mark_of_a_name_that_nobody_defines_any_more_is_dropped() throws Exception {
        RecurringWorld world = world(eachMinute());
        world.steward().step();
        assertThat(world.names("state")).containsExactly("r.json");
        world.steward(List.of()).step();
        assertThat(world.names("state")).isEmpty();
    }
}
