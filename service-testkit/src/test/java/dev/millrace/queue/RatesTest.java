package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.event.Event;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.RecordingEvents;
import dev.millrace.testkit.SteppedTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How often tasks of a kind begin, over workers, their lives, and hosts whose clocks differ. */
class RatesTest extends LimitedTasks {
    @Test
    void a_rate_holds_over_workers_and_over_their_lives() throws IOException {
        QueueWorld world = world(rated("10/s"));
        for (int i = 0; i < 100; i++) world.submit("t" + i);
        int begun = claimAll(world, world.actor("one"), world.actor("two")).size();
        assertThat(begun).as("at once after a quiet time").isEqualTo(10);
        for (int life = 0; life < 40; life++)
            begun += claimAll(world, world.actor("life" + life)).size();
        Duration passed = AWHILE.multipliedBy(40);
        assertThat(begun).isBetween(30, 10 + (int) (passed.toMillis() / 100));
    }

    @Test
    void a_rate_goes_on_when_the_clock_was_set_back() throws IOException {
        QueueWorld world = world(rated("2/s"));
        for (int i = 0; i < 10; i++) world.submit("t" + i);
        Actor me = world.actor("me");
        assertThat(claimAll(world, me)).hasSize(2);
        world.time.jumpWallClock(Duration.ofHours(-1));
        world.time.advance(Duration.ofMillis(500));
        assertThat(claimAll(world, me)).hasSize(1);
        Actor fresh = world.actor("fresh");
        assertThat(claimAll(world, fresh)).isEmpty();
        world.time.advance(Duration.ofMillis(500));
        assertThat(claimAll(world, fresh)).hasSize(1);
    }

    /** They are listed, and submitted, more often than those who wait are asked for. */
    @Test
    void names_that_are_seen_again_do_not_put_off_those_who_wait() throws IOException {
        QueueWorld world = world(rated("10/s").withPoll(Duration.ofMillis(20)));
        for (int i = 0; i < 20; i++) world.submit("t" + i);
        Actor me = world.actor("me");
        assertThat(claimAll(world, me)).hasSize(10);
        int begun = 0;
        for (int i = 0; i < 50; i++) {
            world.submit("later" + i);
            world.time.advance(Duration.ofMillis(20));
            if (me.queue().claim().isPresent()) begun++;
        }
        assertThat(begun).isBetween(8, 11);
    }

    @Test
    void a_task_that_another_took_first_costs_no_turn() throws IOException {
        QueueWorld world = world(rated("2/min"));
        for (int i = 0; i < 3; i++) world.submit("t" + i);
        Actor me = world.actor("me");
        world.actor("looker").queue().claim();
        for (String name : world.names(TaskState.PENDING))
            if (name.contains("t1"))
                Files.delete(world.folder(TaskState.PENDING).resolve(name));
        assertThat(claimAll(world, me)).extracting(Claim::id).containsExactly("t2");
    }

    @Test
    void a_rate_gets_back_what_was_taken_for_a_claim_that_the_disk_refused() throws IOException {
        QueueWorld world = world(rated("1/min"));
        world.submit("t");
        Actor me = world.actor("me");
        me.disk()
                .faultOnce(
                        call -> call.is(DiskCall.Operation.RENAME)
                                && call.path().startsWith(world.folder(TaskState.PENDING)),
                        FaultyDisk.Moment.BEFORE,
                        DiskTrouble.inputOutput());
        assertThatThrownBy(() -> me.queue().claim()).isInstanceOf(IOException.class);
        world.passPoll();
        assertThat(claimAll(world, me)).hasSize(1);
    }

    @Test
    void a_file_that_is_second_with_its_key_costs_no_turn() throws IOException {
        QueueWorld world = world(rated("2/60min"));
        String keyed = QueueWorld.foreignTask("\"unique_key\": \"u\"");
        Actor me = world.actor("me");
        world.pendingFile("first.task.json", keyed);
        assertThat(claimAll(world, me)).hasSize(1);
        for (int i = 0; i < 5; i++) world.pendingFile("second" + i + ".task.json", keyed);
        world.passPoll();
        assertThat(claimAll(world, me)).isEmpty();
        assertThat(world.names(TaskState.CANCELLED)).hasSize(5);
        world.submit("good");
        world.passPoll();
        assertThat(claimAll(world, me)).extracting(Claim::id).containsExactly("good");
    }

    @Test
    void a_file_that_is_put_off_costs_no_turn() throws IOException {
        QueueWorld world = world(rated("1/60min"));
        world.pendingFile(
                "later.task.json",
                QueueWorld.foreignTask(
                        "\"unique_key\": \"u\", \"unique\": {\"policy\": \"debounce\", \"window_sec\": 2}"));
        Actor me = world.actor("me");
        assertThat(claimAll(world, me)).isEmpty();
        assertThat(world.names(TaskState.SCHEDULED)).hasSize(1);
        world.time.advance(Duration.ofSeconds(3));
        me.queue().promote();
        assertThat(claimAll(world, me)).hasSize(1);
    }

    @Test
    void lines_that_are_no_task_cost_no_turn() throws IOException {
        QueueWorld world = world(rated("2/60min"));
        String bad = "garbage\n".repeat(5);
        String good = QueueWorld.foreignTask("") + "\n";
        world.pendingFile("x.batch.jsonl", good + bad + good);
        Actor me = world.actor("me");
        Claim first = me.claim();
        me.done(first, "x");
        assertThat(me.queue().claimAfter(first)).map(Claim::stem).contains("x+6");
    }

    @Test
    void files_of_strangers_begin_no_more_often_than_others() throws IOException {
        QueueWorld world = world(rated("2/min"));
        for (String name : List.of("a", "b", "c", "d"))
            world.pendingFile(name + ".task.json", QueueWorld.foreignTask(""));
        Actor one = world.actor("one");
        Actor two = world.actor("two");
        assertThat(claimAll(world, one, two)).hasSize(2);
        assertThat(claimAll(world, two, one)).isEmpty();
        world.time.advance(Duration.ofSeconds(30));
        assertThat(claimAll(world, two, one)).hasSize(1);
    }

    // ------------------------------------------------------------------ files that a power cut has damaged

    private enum Damage {
        EMPTY,
        ZEROS,
        TOO_LONG,
        CUT,
        TORN,
        RANDOM;

        private byte[] done(byte[] whole) {
            return switch (this) {
                case EMPTY -> new byte[0];
                case ZEROS -> new byte[whole.length];
                case TOO_LONG -> Arrays.copyOf(whole, 100_000);
                case CUT -> Arrays.copyOf(whole, whole.length / 2);
                case TORN -> Arrays.copyOf(CUT.done(whole), whole.length);
                case RANDOM -> random(whole.length);
            };
        }

        private static byte[] random(int length) {
            byte[] random = new byte[length];
            new Random(7).nextBytes(random);
            return random;
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void a_damaged_bucket_begins_full_and_stops_nothing(Damage damage) throws IOException {
        QueueWorld world = world(rated("2/min"));
        for (int i = 0; i < 8; i++) world.submit("t" + i);
        assertThat(claimAll(world, world.actor("before"))).hasSize(2);
        Path rates = world.layout().rates();
        Path bucket = rates.resolve(world.names(rates).get(0));
        Files.write(bucket, damage.done(Files.readAllBytes(bucket)));
        Map<String, String> tree = world.tree();
        assertThat(world.queue.control().limits("k", "").untilNext()).isZero();
        assertThat(world.tree()).as("a look changes nothing").isEqualTo(tree);
        Actor me = world.actor("me");
        assertThat(claimAll(world, me)).hasSize(2);
        assertThat(world.events.of(Event.Note.class))
                .singleElement()
                .satisfies(note -> assertThat(note.describe()).contains(bucket.toString(), "damaged"));
        world.time.advance(Duration.ofSeconds(30));
        assertThat(claimAll(world, me)).as("and goes on from there").hasSize(1);
    }

    // ------------------------------------------------------------------ hosts whose clocks differ

    /** Two hosts in turn, one of which is ahead; what each begins in a minute. */
    private record Hosts(List<SteppedTime> clocks, List<WorkerQueue> workers) implements AutoCloseable {
        static Hosts of(QueueWorld world, QueueOptions options, Duration... ahead) throws IOException {
            Hosts hosts = new Hosts(new ArrayList<>(), new ArrayList<>());
            for (Duration one : ahead) {
                SteppedTime clock = SteppedTime.startingAt(world.time.instant().plus(one));
                QueuePorts ports = new QueuePorts(QuickDisk.local(), clock, world.random, RecordingEvents.create());
                TaskQueue queue = TaskQueue.inDirectory(world.layout(), options, ports);
                hosts.clocks.add(clock);
                hosts.workers.add(queue.join(Member.newLife(0, "host" + hosts.workers.size(), world.random)));
            }
            return hosts;
        }

        int begunWithin(Duration length) throws IOException {
            int begun = 0;
            for (Duration passed = Duration.ZERO; passed.compareTo(length) < 0; passed = passed.plus(AWHILE)) {
                for (WorkerQueue worker : workers)
                    for (Optional<Claim> one = worker.claim(); one.isPresent(); one = worker.claim()) {
                        worker.settle(one.get(), QueueWorld.done("x"));
                        begun++;
                    }
                for (SteppedTime clock : clocks) clock.advance(AWHILE);
            }
            return begun;
        }

        @Override
        public void close() throws IOException {
            for (WorkerQueue worker : workers) worker.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 30", "30, 0", "-30, 30", "3600, 0"})
    void a_rate_holds_over_hosts_whose_clocks_differ(long one, long other) throws IOException {
        QueueOptions rated = rated("60/min");
        QueueWorld world = world(rated);
        for (int i = 0; i < 300; i++) world.submit("t" + i);
        try (Hosts hosts = Hosts.of(world, rated, Duration.ofSeconds(one), Duration.ofSeconds(other))) {
            assertThat(hosts.begunWithin(Duration.ofSeconds(6)))
                    .as("the bucket, once more when the host that is ahead first uses it, and one a second")
                    .isBetween(64, 127);
            assertThat(hosts.begunWithin(Duration.ofSeconds(30))).isBetween(29, 31);
        }
    }
}
