package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueWorld.Actor;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The wall clock is set an hour forward or back in the middle of everything. */
class ClockJumpsTest {
    @TempDir
    private Path folder;

    private QueueWorld world;

    @BeforeEach
    void start() throws IOException {
        world = QueueWorld.in(folder);
    }

    /** Another process, or the same one after a restart. */
    private TaskQueue freshQueue() {
        return TaskQueue.inDirectory(
                world.layout(), QueueWorld.OPTIONS, world.ports(dev.millrace.storage.Disk.local()));
    }

    private List<String> idsInOrder() throws IOException {
        Actor worker = world.actor("worker");
        List<String> ids = new ArrayList<>();
        for (String stem : world.drain(worker)) ids.add(dev.millrace.task.TaskOrder.idOf(stem));
        return ids;
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void tasks_stay_in_order_within_a_submitter(int hours) throws IOException {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ids.add("t" + i);
            world.submit("t" + i);
            if (i == 4) world.time.jumpWallClock(Duration.ofHours(hours));
        }
        assertThat(idsInOrder()).isEqualTo(ids);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void tasks_stay_in_order_over_a_restart_of_the_submitter(int hours) throws IOException {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            ids.add("t" + i);
            freshQueue().submit(Task.of("k").id("t" + i));
            world.time.advance(Duration.ofSeconds(2));
            if (i == 2) world.time.jumpWallClock(Duration.ofHours(hours));
        }
        assertThat(idsInOrder()).isEqualTo(ids);
    }

    @Test
    void a_mark_that_is_damaged_missing_or_absurd_is_ignored() throws IOException {
        Path mark = world.layout().control().resolve("sequence");
        for (String content : List.of("", "x", "-5", "9".repeat(30), "9999999999999999", "\u0000\u0001")) {
            Files.writeString(mark, content);
            Submission submitted = freshQueue().submit(Task.of("k").id("t"));
            long due = dev.millrace.task.TaskOrder.dueMicrosOf(submitted.stem()).orElseThrow();
            assertThat(due).as(content).isEqualTo(dev.millrace.task.TaskOrder.micros(world.time.instant()));
            assertThat(submitted.state()).isEqualTo(TaskState.PENDING);
            world.time.advance(Duration.ofSeconds(1));
        }
        Files.delete(mark);
        freshQueue().submit(Task.of("k").id("t"));
        assertThat(mark).exists();
    }

    @Test
    void a_mark_that_cannot_be_written_fails_no_submit() throws IOException {
        Actor submitter = world.actor("submitter");
        submitter
                .disk()
                .fault(call -> call.is(Operation.CREATE) && call.isIn("control"), Moment.BEFORE, DiskTrouble.noSpace());
        TaskQueue queue = TaskQueue.inDirectory(world.layout(), QueueWorld.OPTIONS, world.ports(submitter.disk()));
        for (int i = 0; i < 5; i++) {
            queue.submit(Task.of("k").id("t" + i));
            world.time.advance(Duration.ofSeconds(1));
        }
        assertThat(idsInOrder()).containsExactly("t0", "t1", "t2", "t3", "t4");
    }

    @Test
    void no_two_tasks_ever_bear_one_name_however_many_submit_at_once() throws Exception {
        Set<String> stems = java.util.concurrent.ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            TaskQueue queue = i % 2 == 0 ? world.queue : freshQueue();
            threads.add(new Thread(() -> {
                for (int n = 0; n < 100; n++)
                    try {
                        stems.add(queue.submit(Task.of("k").id("same")).stem());
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) thread.join();
        assertThat(stems).hasSize(800);
        assertThat(world.names(TaskState.PENDING)).hasSize(800);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void a_claim_is_settled_with_its_true_run_time_whatever_the_clock_says(int hours) throws IOException {
        String stem = world.submit("t").stem();
        Actor worker = world.actor("worker");
        Claim claim = worker.claim();
        world.time.advance(Duration.ofSeconds(3));
        world.time.jumpWallClock(Duration.ofHours(hours));
        worker.done(claim, "ok");
        assertThat(world.terminal(stem).path("runtime").doubleValue()).isEqualTo(3.0);
    }

    @Test
    void a_delayed_task_waits_for_the_wall_clock_and_is_not_lost_by_a_jump() throws IOException {
        world.queue.submit(Task.of("k").id("t").notBefore(world.time.instant().plusSeconds(1_800)));
        Actor steward = world.actor("steward");
        world.time.jumpWallClock(Duration.ofHours(-1));
        assertThat(steward.queue().promote()).isZero();
        world.time.jumpWallClock(Duration.ofHours(2));
        assertThat(steward.queue().promote()).isEqualTo(1);
        assertThat(world.drain(steward)).hasSize(1);
    }

    @Test
    void not_before_may_lie_after_the_last_year_that_names_can_spell() throws IOException {
        double year9000 = 221_845_392_000.0;
        Submission submitted = world.queue.submit(Task.of("k").id("t").with("not_before", year9000));
        assertThat(submitted.state()).isEqualTo(TaskState.SCHEDULED);
        assertThat(world.actor("steward").queue().promote()).isZero();
    }

    @Test
    void a_retry_after_ages_waits() throws IOException {
        String stem = world.submit("t").stem();
        Actor worker = world.actor("worker");
        worker.queue().settle(worker.claim(), QueueWorld.retry(Duration.ofDays(400_000_000)));
        assertThat(world.stateOf(stem)).isEqualTo(TaskState.SCHEDULED);
        assertThat(worker.queue().promote()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15})
    void a_random_life_with_jumps_loses_and_doubles_nothing(long seed) throws IOException {
        QueueWorld random = QueueWorld.in(folder.resolve("r" + seed), seed);
        RandomGenerator dice = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<Actor> alive = new ArrayList<>(List.of(random.actor("a"), random.actor("b"), random.actor("c")));
        Set<String> dead = new java.util.HashSet<>();
        List<Object[]> held = new ArrayList<>();
        List<String> stems = new ArrayList<>();
        for (int step = 0; step < 300; step++) {
            Actor actor = alive.get(dice.nextInt(alive.size()));
            switch (dice.nextInt(8)) {
                case 0, 1 -> stems.add(random.submit("t" + stems.size()).stem());
                case 2, 3 -> actor.queue().claim().ifPresent(claim -> held.add(new Object[] {actor, claim}));
                case 4 -> settleOne(held, dice);
                case 5 -> random.time.jumpWallClock(Duration.ofHours(dice.nextBoolean() ? 1 : -1));
                case 6 -> {
                    random.passPoll();
                    actor.queue().promote();
                    actor.rescue(dead::contains);
                    actor.queue().sweep(RetentionLimits.defaults());
                }
                default -> {
                    if (dice.nextInt(4) == 0) replaceOne(random, alive, dead, dice, "w" + step);
                }
            }
            assertThat(allPlaces(random, stems))
                    .as("seed " + seed + " step " + step)
                    .isEqualTo(stems.size());
        }
        Actor last = random.actor("last");
        for (Actor actor : alive) dead.add(actor.incarnation());
        for (int i = 0; i < 5; i++) {
            random.untilQuiet(last, dead);
            random.drain(last);
            random.time.advance(Duration.ofHours(3));
        }
        for (String stem : stems)
            assertThat(random.stateOf(stem).isTerminal()).as(stem).isTrue();
    }

    private static void settleOne(List<Object[]> held, RandomGenerator dice) throws IOException {
        if (held.isEmpty()) return;
        Object[] one = held.remove(dice.nextInt(held.size()));
        Actor actor = (Actor) one[0];
        Claim claim = (Claim) one[1];
        switch (dice.nextInt(4)) {
            case 0 -> actor.queue().settle(claim, QueueWorld.retry(Duration.ofSeconds(dice.nextInt(3))));
            case 1 -> actor.queue().settle(claim, new Outcome.HandedBack("x"));
            case 2 -> actor.queue().settle(claim, new Outcome.Failed("e", "t"));
            default -> actor.done(claim, "ok");
        }
    }

    /** One is taken for dead and goes on all the same with what it holds; a new one joins. */
    private static void replaceOne(
            QueueWorld world, List<Actor> alive, Set<String> dead, RandomGenerator dice, String name) {
        dead.add(alive.remove(dice.nextInt(alive.size())).incarnation());
        alive.add(world.actor(name));
    }

    private static int allPlaces(QueueWorld world, List<String> stems) throws IOException {
        int places = 0;
        for (TaskState state : TaskState.values())
            places += (int) world.names(state).stream()
                    .filter(name -> name.endsWith(".task.json"))
                    .count();
        assertThat(stems).doesNotHaveDuplicates();
        return places;
    }
}
