package dev.millrace.recurring;

import static dev.millrace.recurring.RecurringWorld.NOON;
import static dev.millrace.recurring.RecurringWorld.eachMinute;
import static dev.millrace.recurring.RecurringWorld.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.Event;
import dev.millrace.recurring.RecurringWorld.Steward;
import dev.millrace.task.Task;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk.Fault;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clocks that are set, disks that are full, damaged files, and what idling costs. */
class RecurringTroubleTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path folder;

    private RecurringWorld world(RecurringTask... tasks) throws Exception {
        return new RecurringWorld(folder, tasks);
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

    @Test
    void a_mark_of_another_task_that_makes_no_sense_keeps_nothing_from_firing() throws Exception {
        RecurringWorld world = world(eachMinute().overlap(Overlap.ALLOW));
        Steward steward = world.steward();
        steward.step();
        String mark = Files.readString(world.recurring().resolve("state/r.json"));
        Files.writeString(world.recurring().resolve("state/gone.json"), mark.replace("{", "{\"ready\":null,"));
        Files.writeString(world.recurring().resolve("state/torn.json"), "{\"last");
        world.pass(steward, MINUTE);
        assertThat(world.ids()).containsExactly(id("120100"));
        Files.writeString(world.recurring().resolve("state/r.json"), mark.replace("{", "{\"ready\":\"../x\","));
        world.pass(steward, MINUTE);
        assertThat(world.ids()).as("this one waits to be mended").containsExactly(id("120100"));
    }
}
