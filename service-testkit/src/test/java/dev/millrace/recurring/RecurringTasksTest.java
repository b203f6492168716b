package dev.millrace.recurring;

import static dev.millrace.recurring.RecurringWorld.NOON;
import static dev.millrace.recurring.RecurringWorld.eachMinute;
import static dev.millrace.recurring.RecurringWorld.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.recurring.RecurringWorld.Steward;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recurring tasks as programs and operators see and steer them, from other processes than the steward's. */
class RecurringTasksTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private static RecurringTask named(String name) {
        return RecurringTask.of(name, Schedule.every(MINUTE), Task.of("k"));
    }

    @Test
    void a_program_defines_one_and_the_steward_heeds_it_within_a_second_or_two() throws Exception {
        RecurringWorld world = new RecurringWorld(folder);
        Steward steward = world.steward();
        world.pass(steward, MINUTE);
        world.tasks().define(named("api").overlap(Overlap.ALLOW));
        world.pass(steward, MINUTE.multipliedBy(2));
        assertThat(world.ids()).containsExactly("api-20260101T120200Z", "api-20260101T120300Z");
        assertThat(world.tasks().report("api").origin()).isEqualTo(RecurringReport.Origin.API);
        Steward afterARestart = world.steward();
        world.pass(afterARestart, MINUTE);
        assertThat(world.ids()).hasSize(3);
    }

    @Test
    void replacing_and_removing_what_a_program_defined() throws Exception {
        RecurringWorld world = new RecurringWorld(folder);
        Steward steward = world.steward();
        RecurringTasks tasks = world.tasks();
        tasks.define(named("api"));
        world.pass(steward, MINUTE);
        tasks.define(RecurringTask.of("api", Schedule.every(Duration.ofHours(1)), Task.of("other")));
        world.pass(steward, MINUTE.multipliedBy(5));
        assertThat(world.ids()).containsExactly("api-20260101T120100Z");
        assertThat(tasks.report("api").fired()).isEqualTo(1);
        tasks.remove("api");
        world.pass(steward, Duration.ofHours(2));
        assertThat(world.ids()).containsExactly("api-20260101T120100Z");
        assertThat(tasks.list()).isEmpty();
        assertThat(world.names("state")).isEmpty();
        assertThat(world.names("defined")).isEmpty();
    }

    @Test
    void what_stands_in_the_settings_is_changed_there_only() throws Exception {
        RecurringTasks tasks = new RecurringWorld(folder, eachMinute()).tasks();
        assertThatThrownBy(() -> tasks.define(named("r")))
                .isInstanceOf(InvalidRecurringException.class)
                .hasMessage("recurring task 'r' stands in the app's settings; change it there, under"
                        + " [service.recurring.r]");
        assertThatThrownBy(() -> tasks.remove("r")).hasMessageContaining("remove it there");
    }

    @Test
    void an_unknown_name_is_told_with_those_that_there_are() throws Exception {
        RecurringTasks tasks = new RecurringWorld(folder, eachMinute()).tasks();
        assertThatThrownBy(() -> tasks.pause("x"))
                .isInstanceOf(InvalidRecurringException.class)
                .hasMessage("recurring task 'x' is not known; there are r");
        assertThatThrownBy(() -> tasks.next("../../x", 1)).hasMessageContaining("is not known");
        assertThatThrownBy(() -> new RecurringWorld(folder.resolve("b")).tasks().run("x"))
                .hasMessageContaining("is not known; there are none");
    }

    @Test
    void paused_it_does_not_fire_also_after_a_restart_and_resumed_it_goes_on_from_then() throws Exception {
        RecurringWorld world = new RecurringWorld(folder, eachMinute().catchUp(CatchUp.all(99)));
        Steward steward = world.steward();
        steward.step();
        world.tasks().pause("r");
        assertThat(world.pass(steward, MINUTE.multipliedBy(3))).isZero();
        Steward afterARestart = world.steward();
        assertThat(world.pass(afterARestart, MINUTE.multipliedBy(3))).isZero();
        assertThat(world.tasks().report("r").paused()).isTrue();
        assertThat(world.tasks().report("r").next()).isEmpty();
        world.tasks().resume("r");
        world.pass(afterARestart, MINUTE);
        assertThat(world.ids()).containsExactly(id("120700"));
    }

    @Test
    void resuming_what_is_not_paused_leaves_out_nothing() throws Exception {
        RecurringWorld world = new RecurringWorld(folder, eachMinute());
        world.steward().step();
        world.time.advance(MINUTE);
        world.tasks().resume("r");
        assertThat(world.steward().step()).isEqualTo(1);
    }

    @Test
    void run_fires_at_once_also_when_paused_and_counts_as_an_earlier_firing() throws Exception {
        RecurringWorld world = new RecurringWorld(folder, eachMinute());
        Steward steward = world.steward();
        steward.step();
        Firing firing = world.tasks().run("r");
        assertThat(firing.id()).isEqualTo("r-run-20260101T120000000Z");
        assertThat(world.queue.locate(firing.stem()).orElseThrow().state()).isEqualTo(TaskState.PENDING);
        world.pass(steward, MINUTE);
        assertThat(world.ids()).containsExactly(firing.id());
        world.tasks().pause("r");
        world.tasks().run("r");
        assertThat(world.ids()).hasSize(2);
        assertThat(world.tasks().report("r").fired()).isEqualTo(2);
    }

    @Test
    void run_is_refused_when_the_service_takes_no_work() throws Exception {
        RecurringWorld world = new RecurringWorld(folder, eachMinute());
        RecurringTasks closed = RecurringTasks.in(world.queue, world.configured, world.ports(Disk.local()), () -> {
            throw new IllegalStateException("not running");
        });
        assertThatThrownBy(() -> closed.run("r")).hasMessage("not running");
        assertThat(world.ids()).isEmpty();
    }

    @Test
    void a_report_tells_what_is_next_and_what_became_of_the_last_and_looking_changes_nothing() throws Exception {
        RecurringWorld world =
                new RecurringWorld(folder, eachMinute(), named("s").jitter(Duration.ofSeconds(5)));
        Steward steward = world.steward();
        steward.step();
        for (int i = 0; i < 12; i++) {
            world.pass(steward, MINUTE);
            world.work(9);
        }
        Map<String, String> before = Files.exists(world.recurring()) ? tree(world) : Map.of();
        List<RecurringReport> reports = world.tasks().list();
        assertThat(tree(world)).isEqualTo(before);
        assertThat(reports).extracting(report -> report.task().name()).containsExactly("r", "s");
        RecurringReport report = reports.get(0);
        assertThat(report.origin()).isEqualTo(RecurringReport.Origin.SETTINGS);
        assertThat(report.next().orElseThrow()).isAfter(world.time.instant());
        assertThat(report.recent()).hasSize(10);
        assertThat(report.recent().get(0).due()).isAfter(report.recent().get(1).due());
        assertThat(report.lastState()).contains(TaskState.DONE);
        assertThat(report.fired()).isGreaterThan(10);
        assertThat(report.toJson().toString())
                .startsWith(
                        "{\"name\":\"r\",\"origin\":\"settings\",\"schedule\":\"every 1m\",\"paused\":false,\"next\":\"")
                .contains("\"last_state\":\"done\",\"recent\":[{\"due\":");
    }

    private static Map<String, String> tree(RecurringWorld world) throws IOException {
        Map<String, String> tree = new java.util.TreeMap<>();
        try (var files = Files.walk(world.layout.root())) {
            for (Path file : files.toList()) tree.put(file.toString(), "" + Files.getLastModifiedTime(file));
        }
        return tree;
    }

    @Test
    void next_names_due_times_before_anything_has_run() throws Exception {
        RecurringTasks tasks = new RecurringWorld(folder, eachMinute().end(NOON.plusSeconds(130))).tasks();
        assertThat(tasks.next("r", 9)).containsExactly(NOON.plusSeconds(60), NOON.plusSeconds(120));
        assertThat(tasks.next("r", 1)).containsExactly(NOON.plusSeconds(60));
        assertThat(tasks.report("r").next()).contains(NOON.plusSeconds(60));
    }

    @Test
    void who_finds_the_lock_held_waits_and_then_says_so() throws Exception {
        RecurringWorld world = new RecurringWorld(folder, eachMinute());
        world.steward().step();
        try (DiskLock held =
                Disk.local().tryLock(world.recurring().resolve("lock")).orElseThrow()) {
            assertThatThrownBy(() -> world.tasks().pause("r"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("recurring/lock is held by another process for longer than 10 s");
            assertThat(held).isNotNull();
        }
        world.tasks().pause("r");
        assertThat(world.tasks().report("r").paused()).isTrue();
    }
}
