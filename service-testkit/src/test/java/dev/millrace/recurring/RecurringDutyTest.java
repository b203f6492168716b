package dev.millrace.recurring;

import static dev.millrace.recurring.RecurringWorld.NOON;
import static dev.millrace.recurring.RecurringWorld.eachMinute;
import static dev.millrace.recurring.RecurringWorld.id;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.event.Event;
import dev.millrace.recurring.RecurringWorld.Steward;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk.Fault;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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

    // ------------------------------------------------------------------ clocks

    @Test
    void a_clock_that_is_set_back_fires_nothing_twice() throws Exception {
        RecurringWorld world = world(eachMinute().overlap(Overlap.ALLOW));
        Steward steward = world.steward();
        steward.step();
        world.pass(steward, MINUTE.multipliedBy(3));
        world.time.jumpWallClock(MINUTE.multipliedBy(-3));
        world.pass(steward, MINUTE.multipliedBy(4));
        assertThat(world.ids()).containsExactly(id("120100"), id("120200"), id("120300"), id("120400"));
    }

    @Test
    void a_clock_that_is_set_forward_is_as_if_the_service_had_been_down() throws Exception {
        RecurringWorld world = world(eachMinute().overlap(Overlap.ALLOW));
        Steward steward = world.steward();
        steward.step();
        world.time.jumpWallClock(HOUR);
        assertThat(steward.step()).isEqualTo(1);
        assertThat(world.ids()).containsExactly(id("130000"));
    }

    @Test
    void a_clock_that_was_days_ahead_for_a_while_stops_nothing_and_doubles_nothing() throws Exception {
        RecurringTask daily = RecurringTask.of("r", Schedule.cron("30 12 * * *", ZoneId.of("UTC")), Task.of("k"))
                .overlap(Overlap.ALLOW);
        RecurringWorld world = world(daily);
        Steward steward = world.steward();
        steward.step();
        world.time.jumpWallClock(Duration.ofDays(3));
        assertThat(world.pass(steward, Duration.ofSeconds(2))).isEqualTo(1);
        world.time.jumpWallClock(Duration.ofDays(-3));
        world.pass(steward, MINUTE.multipliedBy(2));
        for (int hour = 0; hour < 24 * 5; hour++) {
            world.time.advance(HOUR);
            steward.step();
            world.pass(steward, Duration.ofSeconds(2));
        }
        assertThat(world.ids())
                .containsExactly(
                        "r-20260101T123000Z",
                        "r-20260102T123000Z",
                        "r-20260103T123000Z",
                        "r-20260104T123000Z",
                        "r-20260105T123000Z");
        assertThat(world.events.of(Event.Note.class).toString()).contains("by a clock that was ahead; it begins anew");
    }

    // ------------------------------------------------------------------ trouble and cost

    @Test
    void an_idle_steward_looks_at_two_folders_a_second_and_changes_nothing() throws Exception {
        RecurringWorld world = world(RecurringWorld.each(Duration.ofDays(7)));
        Steward steward = world.steward();
        steward.step();
        world.pass(steward, Duration.ofSeconds(3));
        steward.disk().forget();
        world.pass(steward, Duration.ofSeconds(50));
        assertThat(steward.disk().changes()).isZero();
        assertThat(steward.disk().calls()).hasSizeLessThanOrEqualTo(2 * 51);
    }

    @Test
    void a_service_without_recurring_tasks_makes_no_folder() throws Exception {
        RecurringWorld world = world();
        Steward steward = world.steward();
        world.pass(steward, MINUTE.multipliedBy(3));
        assertThat(world.recurring()).doesNotExist();
        assertThat(steward.disk().changes()).isZero();
    }

    @Test
    void a_full_disk_is_told_once_and_when_there_is_room_again_it_fires() throws Exception {
        RecurringWorld world = world(eachMinute());
        Steward steward = world.steward();
        steward.step();
        try (Fault full =
                steward.disk().fault(call -> call.is(Operation.CREATE), Moment.BEFORE, DiskTrouble.noSpace())) {
            assertThat(world.pass(steward, Duration.ofSeconds(90))).isZero();
            assertThat(full.strikes()).as("two in each second's attempt").isBetween(5, 70);
        }
        assertThat(world.events.of(Event.Trouble.class)).hasSize(1);
        assertThat(world.events.of(Event.Trouble.class).get(0).describe())
                .contains("recurring task 'r' cannot fire now", "No space left on device");
        world.pass(steward, Duration.ofSeconds(2));
        assertThat(world.ids()).containsExactly(id("120100"));
    }

    @Test
    void a_damaged_mark_fires_nothing_and_keeps_nobody_else_from_firing() throws Exception {
        RecurringTask other = RecurringTask.of("s", Schedule.every(MINUTE), Task.of("k"));
        RecurringWorld world = world(eachMinute(), other);
        Steward steward = world.steward();
        steward.step();
        Files.writeString(world.recurring().resolve("state/r.json"), "{\"last");
        world.pass(steward, MINUTE.multipliedBy(2));
        assertThat(world.ids()).containsExactly("s-20260101T120100Z");
        assertThat(world.events.of(Event.Trouble.class)).hasSize(1);
        assertThat(world.events.of(Event.Trouble.class).get(0).describe())
                .contains("state/r.json", "nothing of 'r' fires until you remove that file");
        Files.delete(world.recurring().resolve("state/r.json"));
        world.pass(steward, MINUTE.multipliedBy(2));
        assertThat(world.ids()).anyMatch(found -> found.startsWith("r-"));
    }

    @Test
    void an_hour_in_which_every_second_is_due_costs_one_firing_each() throws Exception {
        RecurringWorld world = world(RecurringWorld.each(Duration.ofSeconds(1)).overlap(Overlap.ALLOW));
        Steward steward = world.steward();
        steward.step();
        assertThat(world.pass(steward, MINUTE)).isEqualTo(60);
        assertThat(world.ids()).hasSize(60).doesNotHaveDuplicates();
        assertThat(Instant.parse(world.document(id("120030"))
                        .path("recurring")
                        .path("due")
                        .textValue()))
                .isEqualTo(NOON.plusSeconds(30));
    }
}
