package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.task.CircuitBreaker;
import dev.millrace.task.DependencyPolicy;
import dev.millrace.task.KindLimits;
import dev.millrace.task.LimitRules;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kind that fails and fails is begun no more for a while, then one task tries. */
class BreakerTest {
    private static final Duration ALMOST = Duration.ofSeconds(29);
    private static final Duration A_LITTLE = Duration.ofMillis(1_500);

    @TempDir
    private Path folder;

    private QueueWorld world;
    private Actor one;
    private Actor two;
    private int submitted;

    @BeforeEach
    void open() throws IOException {
        CircuitBreaker breaker = new CircuitBreaker(3, Duration.ofSeconds(30), Duration.ofSeconds(100));
        KindLimits limits = new KindLimits(
                OptionalInt.empty(), OptionalInt.empty(), Optional.empty(), Optional.of(breaker), OptionalInt.empty());
        world = QueueWorld.in(
                folder, QueueWorld.OPTIONS.withLimits(new LimitRules(KindLimits.NONE, Map.of("k", limits), "")));
        one = world.actor("one");
        two = world.actor("two");
        for (int i = 0; i < 20; i++) submit();
    }

    private void submit() throws IOException {
        world.submit("t" + submitted++);
    }

    private static void fail(Actor actor, Claim claim) throws IOException {
        actor.queue().settle(claim, new Outcome.Failed("down", ""));
    }

    private void failInARow(int times) throws IOException {
        for (int i = 0; i < times; i++) fail(i % 2 == 0 ? one : two, i % 2 == 0 ? one.claim() : two.claim());
    }

    private Optional<Claim> after(Duration length, Actor actor) throws IOException {
        world.time.advance(length);
        return actor.queue().claim();
    }

    @Test
    void after_so_many_failures_of_all_workers_in_a_row_nothing_is_begun_and_others_go_on() throws IOException {
        failInARow(3);
        assertThat(one.queue().claim()).isEmpty();
        assertThat(two.queue().claim()).isEmpty();
        world.queue.submit(Task.of("other").id("free"));
        assertThat(after(A_LITTLE, one)).map(Claim::id).contains("free");
    }

    @Test
    void a_success_in_between_starts_the_count_anew() throws IOException {
        failInARow(2);
        one.done(one.claim(), "fine");
        failInARow(2);
        assertThat(one.queue().claim()).isPresent();
    }

    @Test
    void one_task_tries_and_its_success_lets_all_begin() throws IOException {
        failInARow(3);
        assertThat(after(ALMOST, one)).isEmpty();
        Claim probe = after(A_LITTLE, one).orElseThrow();
        assertThat(two.queue().claim()).isEmpty();
        assertThat(one.queue().claim()).isEmpty();
        one.done(probe, "fine");
        assertThat(after(A_LITTLE, two)).isPresent();
        assertThat(after(A_LITTLE, one)).isPresent();
    }

    @Test
    void each_probe_that_fails_doubles_the_time_up_to_the_cap() throws IOException {
        failInARow(3);
        world.time.advance(Duration.ofSeconds(1));
        for (int seconds : List.of(30, 60, 100, 100)) {
            assertThat(after(Duration.ofSeconds(seconds - 2), one))
                    .as("before %s s", seconds)
                    .isEmpty();
            fail(one, after(Duration.ofSeconds(2), one).orElseThrow());
        }
    }

    @Test
    void a_probe_whose_worker_dies_is_followed_by_another() throws IOException {
        failInARow(3);
        assertThat(after(ALMOST.plus(A_LITTLE), one)).isPresent();
        assertThat(after(ALMOST, two)).isEmpty();
        assertThat(after(A_LITTLE, two)).isPresent();
    }

    @Test
    void what_was_begun_before_and_fails_later_does_not_put_the_probe_off() throws IOException {
        Claim early = one.claim();
        failInARow(3);
        world.time.advance(ALMOST);
        fail(one, early);
        assertThat(after(A_LITTLE, two)).isPresent();
    }

    @Test
    void a_retry_counts_as_a_failure_and_what_is_put_off_or_given_back_does_not() throws IOException {
        failInARow(2);
        one.queue().settle(one.claim(), new Outcome.Snoozed("later", Duration.ofHours(1)));
        one.queue().settle(one.claim(), new Outcome.HandedBack("drained"));
        Claim claim = one.claim();
        one.queue().settle(claim, QueueWorld.retry(Duration.ofHours(1)));
        assertThat(one.queue().claim()).isEmpty();
    }

    @Test
    void a_file_that_is_second_with_its_key_is_no_probe() throws IOException {
        String keyed = QueueWorld.foreignTask("\"priority\": 9, \"unique_key\": \"u\"");
        world.pendingFile("first.task.json", keyed);
        assertThat(one.claim().stem()).isEqualTo("first");
        failInARow(3);
        world.pendingFile("second.task.json", keyed);
        assertThat(after(ALMOST.plus(A_LITTLE), world.actor("three")).map(Claim::id))
                .contains("t3");
        assertThat(world.stateOf("second")).isEqualTo(TaskState.CANCELLED);
    }

    /** Their own kind was not asked for anything. */
    @Test
    void tasks_that_end_because_one_before_them_failed_do_not_count() throws Exception {
        world.queue.submit(Task.of("other").id("first").priority(9));
        for (int i = 0; i < 5; i++)
            world.queue.submit(
                    Task.of("k").id("after" + i).dependsOn("first").onDependencyFailure(DependencyPolicy.FAIL));
        Claim first = one.claim();
        assertThat(first.id()).isEqualTo("first");
        fail(one, first);
        assertThat(one.queue().unblock()).isEqualTo(5);
        assertThat(world.names(TaskState.FAILED)).hasSize(6);
        assertThat(one.queue().claim()).isPresent();
    }

    @Test
    void an_operator_who_has_mended_it_lets_it_begin_at_once() throws Exception {
        failInARow(3);
        assertThat(one.queue().claim()).isEmpty();
        LimitState.Broken broken =
                world.queue.control().limits("k", "").broken().orElseThrow();
        assertThat(broken.failures()).isEqualTo(3);
        assertThat(broken.untilProbe()).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(30));
        world.queue.control().resume(Optional.of("k"));
        assertThat(world.queue.control().limits("k", "").broken()).isEmpty();
        assertThat(after(A_LITTLE, one)).isPresent();
    }

    @Test
    void an_outcome_that_comes_while_others_hold_the_lock_is_counted_later() throws IOException {
        failInARow(2);
        Claim last = one.claim();
        try (DiskLock theirs =
                QuickDisk.local().tryLock(world.layout().limits()).orElseThrow()) {
            fail(one, last);
        }
        assertThat(one.queue().claim()).isEmpty();
        assertThat(two.queue().claim()).isEmpty();
    }

    @Test
    void a_probe_that_the_disk_does_not_let_note_is_run_all_the_same() throws IOException {
        failInARow(3);
        world.time.advance(ALMOST.plus(A_LITTLE));
        one.disk()
                .faultOnce(
                        call -> call.is(Operation.CREATE)
                                && call.path().startsWith(world.layout().breakers()),
                        Moment.BEFORE,
                        DiskTrouble.inputOutput());
        one.done(one.claim(), "fine");
        assertThat(after(A_LITTLE, two)).isPresent();
    }

    @Test
    void a_file_that_makes_no_sense_stops_nothing() throws IOException {
        failInARow(3);
        for (Path file : list()) Files.writeString(file, "no json");
        assertThat(after(A_LITTLE, one)).isPresent();
    }

    private List<Path> list() throws IOException {
        try (var files = Files.list(world.layout().breakers())) {
            return files.toList();
        }
    }

    @Test
    void a_clock_that_was_set_back_lets_a_probe_come_early_and_holds_nothing_up() throws IOException {
        failInARow(3);
        world.time.jumpWallClock(Duration.ofHours(-2));
        fail(one, after(A_LITTLE, one).orElseThrow());
        assertThat(after(Duration.ofSeconds(58), two)).isEmpty();
        assertThat(after(Duration.ofSeconds(3), two)).isPresent();
    }

    @Test
    void it_holds_over_a_restart_of_all_workers() throws IOException {
        failInARow(3);
        Actor next = world.actor("next");
        assertThat(next.queue().claim()).isEmpty();
        next.rescue(Set.of(one.incarnation(), two.incarnation())::contains);
        assertThat(next.queue().claim()).isEmpty();
        assertThat(after(ALMOST.plus(A_LITTLE), next)).isPresent();
    }
}
