package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.task.KindLimits;
import dev.millrace.task.LimitRules;
import dev.millrace.task.Rate;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.DiskCall.Operation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What limits of kinds and concurrency keys promise over several workers. */
class LimitsTest extends LimitedTasks {
    @Test
    void no_more_of_a_kind_run_over_all_workers_than_its_limit() throws IOException {
        QueueWorld world = world(atMost(3));
        for (int i = 0; i < 8; i++) world.submit("t" + i);
        Actor one = world.actor("one");
        Actor two = world.actor("two");
        Claim first = one.claim();
        assertThat(claimAll(world, two, one)).extracting(Claim::id).containsExactly("t1", "t2");
        assertThat(claimAll(world, one, two)).isEmpty();
        one.done(first, "x");
        assertThat(claimAll(world, two, one)).extracting(Claim::id).containsExactly("t3");
    }

    @Test
    void other_kinds_are_not_held_up_by_one_that_is_full() throws IOException {
        QueueWorld world = world(atMost(1));
        for (int i = 0; i < 5; i++) world.submit("t" + i);
        world.queue.submit(Task.of("other").id("free"));
        assertThat(claimAll(world, world.actor("one"))).extracting(Claim::id).containsExactly("t0", "free");
    }

    @Test
    void a_dead_workers_tasks_count_until_they_are_rescued() throws IOException {
        QueueWorld world = world(atMost(1));
        world.submit("a");
        world.submit("b");
        Actor dead = world.actor("dead");
        Actor alive = world.actor("alive");
        dead.claim();
        assertThat(claimAll(world, alive)).isEmpty();
        alive.rescue(Set.of(dead.incarnation())::contains);
        assertThat(claimAll(world, alive)).hasSize(1);
    }

    @Test
    void a_long_line_behind_a_full_kind_is_drained_to_its_end() throws IOException {
        QueueWorld world = world(atMost(1).withIndexSize(1_500));
        for (int i = 0; i < 2_500; i++)
            world.pendingFile(String.format("%05d.task.json", i), QueueWorld.foreignTask(""));
        Actor me = world.actor("me");
        int done = 0;
        for (int idle = 0; idle < 5; ) {
            Optional<Claim> claim = me.queue().claim();
            if (claim.isPresent()) me.done(claim.get(), String.valueOf(done++));
            else idle++;
            world.time.advance(claim.isPresent() ? Duration.ofMillis(1) : QueueWorld.POLL);
        }
        assertThat(done).isEqualTo(2_500);
    }

    @Test
    void files_of_strangers_keep_the_limits_too() throws IOException {
        QueueWorld world = world(atMost(1));
        world.pendingFile("a.task.json", QueueWorld.foreignTask(""));
        world.pendingFile("b.task.json", QueueWorld.foreignTask(""));
        world.pendingFile("c.task.json", QueueWorld.foreign("{}"));
        Actor one = world.actor("one");
        assertThat(claimAll(world, one, world.actor("two")))
                .extracting(Claim::stem)
                .containsExactlyInAnyOrder("a", "c");
    }

    // ------------------------------------------------------------------ keys

    @Test
    void tasks_with_one_key_run_one_at_a_time_and_others_beside_them() throws IOException {
        QueueWorld world = world(QueueWorld.OPTIONS);
        for (String id : List.of("a1", "a2", "b1", "none"))
            world.queue.submit(
                    id.equals("none")
                            ? Task.of("k").id(id)
                            : Task.of("k").id(id).concurrencyKey(id.substring(0, 1)));
        world.pendingFile("0.task.json", QueueWorld.foreignTask("\"concurrency_key\":\"b\""));
        Actor one = world.actor("one");
        Actor two = world.actor("two");
        List<Claim> claims = claimAll(world, one, two);
        assertThat(claims)
                .extracting(Claim::id)
                .containsExactlyInAnyOrder("a1", "none", claims.get(0).id().equals("0") ? "0" : "b1");
        for (Claim claim : claims) one.done(claim, "x");
        assertThat(claimAll(world, two)).hasSize(2);
    }

    @Test
    void many_keys_of_a_full_kind_stand_in_one_line_and_hold_up_nobody() throws IOException {
        QueueWorld world = world(atMost(1));
        for (int i = 0; i < 300; i++)
            world.queue.submit(Task.of("k").id("t" + i).concurrencyKey("customer " + i));
        world.queue.submit(Task.of("other").id("free"));
        Actor me = world.actor("me");
        assertThat(claimAll(world, me)).extracting(Claim::id).containsExactly("t0", "free");
        me.disk().forget();
        assertThat(claimAll(world, me)).isEmpty();
        assertThat(me.disk().count(Operation.LIST)).as("looks at what runs").isLessThanOrEqualTo(3);
    }

    @Test
    void a_kind_may_let_several_of_a_key_run() throws IOException {
        QueueWorld world = world(options(OptionalInt.empty(), OptionalInt.of(2), ""));
        for (int i = 0; i < 4; i++) world.queue.submit(Task.of("k").id("t" + i).concurrencyKey("customer 7"));
        assertThat(claimAll(world, world.actor("one"), world.actor("two"))).hasSize(2);
    }

    @Test
    void a_keyed_line_of_a_batch_is_refused_alone() throws IOException {
        QueueWorld world = world(QueueWorld.OPTIONS);
        String keyed = QueueWorld.foreignTask("\"concurrency_key\":\"b\"");
        world.pendingFile(
                "x.n3.batch.jsonl", QueueWorld.foreign("{}") + "\n" + keyed + "\n" + QueueWorld.foreign("{}") + "\n");
        Actor me = world.actor("me");
        for (Optional<Claim> one = me.queue().claim();
                one.isPresent();
                one = me.queue().claim()) me.done(one.get(), "x");
        world.time.advance(Duration.ofSeconds(1));
        me.queue().finishUnpublished();
        assertThat(world.queue.list(TaskFilter.all()))
                .extracting(TaskView::state)
                .containsExactly(TaskState.DONE, TaskState.FAILED, TaskState.DONE);
        assertThat(world.queue
                        .read(world.queue.list(TaskFilter.all()).get(1))
                        .orElseThrow()
                        .error())
                .hasValueSatisfying(
                        error -> assertThat(error).contains("line 2", "concurrency_key", "file of its own"));
    }

    // ------------------------------------------------------------------ batches

    @Test
    void a_batch_of_a_limited_kind_is_run_one_task_at_a_time_and_in_its_rate() throws IOException {
        BatchWorld batches = BatchWorld.in(folder).submit(6);
        QueueWorld world = batches.queue;
        KindLimits limits = new KindLimits(
                OptionalInt.of(2), OptionalInt.empty(), Rate.parse("3/min"), Optional.empty(), OptionalInt.empty());
        TaskQueue limited = TaskQueue.inDirectory(
                world.layout(),
                QueueWorld.OPTIONS.withLimits(new LimitRules(KindLimits.NONE, Map.of("k", limits), "")),
                world.ports(QuickDisk.local()));
        try (WorkerQueue me = limited.join(Member.newLife(0, "me", world.random))) {
            int begun = 0;
            for (int round = 0; round < 20; round++) {
                Optional<Claim> claim = me.claim();
                assertThat(me.claim()).as("beside it").isEmpty();
                while (claim.isPresent()) {
                    begun++;
                    me.settle(claim.get(), QueueWorld.done("x"));
                    claim = me.claimAfter(claim.get());
                }
                me.finishUnpublished();
                world.time.advance(Duration.ofMillis(100));
            }
            assertThat(begun).isEqualTo(3);
        }
    }

    private static void strangersBatch(QueueWorld world, String name, int count) throws IOException {
        String line = QueueWorld.foreignTask("") + "\n";
        world.pendingFile(name + ".n" + count + ".batch.jsonl", line.repeat(count));
    }

    @Test
    void a_strangers_batch_waits_in_its_place_until_its_rate_allows_another() throws IOException {
        QueueWorld world = world(rated("1/min"));
        strangersBatch(world, "strange", 4);
        Actor me = world.actor("me");
        Claim first = me.claim();
        me.queue().settle(first, QueueWorld.done("x"));
        assertThat(me.queue().claimAfter(first)).isEmpty();
        for (int i = 0; i < 3; i++) me.queue().finishUnpublished();
        world.passPoll();
        assertThat(claimAll(world, me)).isEmpty();
        me.disk().forget();
        for (int i = 0; i < 10; i++) assertThat(claimAll(world, me)).isEmpty();
        assertThat(me.disk().count(DiskCall.Operation.RENAME)).isZero();
        world.time.advance(Duration.ofMinutes(1));
        assertThat(claimAll(world, me)).hasSize(1);
    }

    @Test
    void strangers_batches_count_as_running() throws IOException {
        QueueWorld world = world(atMost(1));
        strangersBatch(world, "one", 2);
        strangersBatch(world, "two", 2);
        assertThat(claimAll(world, world.actor("one"), world.actor("two"))).hasSize(1);
    }

    private static String line(String keys) {
        return "{\"schema\": \"agi.service.task.v1\", " + keys + "}\n";
    }

    private static List<String> errors(QueueWorld world) throws IOException {
        List<String> errors = new ArrayList<>();
        for (TaskView view : world.queue.list(TaskFilter.all()))
            world.queue.read(view).orElseThrow().error().ifPresent(errors::add);
        return errors;
    }

    private static void runAll(QueueWorld world, Actor me) throws IOException {
        for (int round = 0; round < 5; round++) {
            for (Claim claim : claimAll(world, me)) me.done(claim, "x");
            world.time.advance(Duration.ofSeconds(1));
            me.queue().finishUnpublished();
        }
    }

    /** Pauses, limits and who serves a kind are looked up for a file. */
    @Test
    void a_line_of_another_kind_than_its_file_fails_alone() throws Exception {
        QueueWorld world = world(QueueWorld.OPTIONS);
        world.queue.control().pause(Optional.of("mail"), "");
        world.pendingFile(
                "x.batch.jsonl",
                line("\"kind\": \"free\"")
                        + line("\"kind\": \"mail\"")
                        + line("\"task_id\": \"c\"")
                        + line("\"kind\": \"free\""));
        Actor me = world.actor("me");
        runAll(world, me, "x+0", "x+3");
        assertThat(errors(world)).hasSize(2);
        assertThat(errors(world).get(0)).contains("line 2", "kind 'mail'", "file of its own");
        assertThat(errors(world).get(1)).contains("line 3", "no kind", "file of its own");
    }

    /** These can be claimed, and no others. */
    private static void runAll(QueueWorld world, Actor me, String... stems) throws IOException {
        List<Claim> claims = claimAll(world, me);
        assertThat(claims).extracting(Claim::stem).containsExactly(stems);
        for (Claim claim : claims) me.done(claim, "x");
        runAll(world, me);
    }

    @Test
    void a_line_that_names_a_worker_fails_alone() throws IOException {
        QueueWorld world = world(QueueWorld.OPTIONS);
        world.pendingFile(
                "x.batch.jsonl",
                line("\"worker\": \"other\"")
                        + line("\"worker_idx\": 7")
                        + line("\"worker\": \" \", \"worker_idx\": null"));
        Actor me = world.actor("me");
        runAll(world, me, "x+2");
        assertThat(errors(world)).hasSize(2);
        assertThat(errors(world).get(0)).contains("line 1", "'worker'", "file of its own");
        assertThat(errors(world).get(1)).contains("line 2", "'worker_idx'", "file of its own");
    }

    @Test
    void a_batch_that_comes_by_the_name_of_another_has_the_limits_of_its_own_kind() throws IOException {
        QueueWorld world = world(atMost(1));
        Actor me = world.actor("me");
        world.pendingFile("x.batch.jsonl", line("\"kind\": \"free\""));
        runAll(world, me);
        assertThat(world.names(TaskState.DONE)).hasSize(1);
        world.submit("runs");
        world.passPoll();
        assertThat(claimAll(world, me)).hasSize(1);
        world.pendingFile("x.batch.jsonl", line("\"kind\": \"k\""));
        world.passPoll();
        assertThat(claimAll(world, me)).isEmpty();
    }

    @Test
    void a_batch_that_runs_under_the_name_of_another_counts_as_what_it_is() throws IOException {
        QueueWorld world = world(atMost(1));
        Actor me = world.actor("me");
        world.pendingFile("x.batch.jsonl", line("\"kind\": \"free\""));
        Actor other = world.actor("other");
        Claim free = other.claim();
        world.submit("first");
        world.passPoll();
        Claim first = me.claim();
        assertThat(first.id()).isEqualTo("first");
        me.done(first, "x");
        other.done(free, "x");
        other.queue().finishUnpublished();
        world.pendingFile("x.batch.jsonl", line("\"kind\": \"k\""));
        world.passPoll();
        assertThat(claimAll(world, other)).hasSize(1);
        world.submit("second");
        world.passPoll();
        assertThat(claimAll(world, me)).isEmpty();
    }

    @Test
    void a_bad_first_line_lifts_no_limit_and_no_pause() throws Exception {
        QueueWorld world = world(atMost(1));
        String tasks = "garbage\n" + QueueWorld.foreignTask("") + "\n" + QueueWorld.foreignTask("") + "\n";
        world.queue.control().pause(Optional.of("k"), "");
        world.pendingFile("x.batch.jsonl", tasks);
        world.pendingFile("y.batch.jsonl", tasks);
        Actor me = world.actor("me");
        assertThat(claimAll(world, me)).isEmpty();
        me.queue().finishUnpublished();
        world.queue.control().resume(Optional.of("k"));
        world.time.advance(Duration.ofSeconds(2));
        assertThat(claimAll(world, me, world.actor("other"))).hasSize(1);
    }

    @Test
    void a_file_of_bad_lines_ends_also_where_nobody_serves_the_default_kind() throws IOException {
        QueueWorld world = world(QueueWorld.OPTIONS);
        world.pendingFile("x.batch.jsonl", "garbage\nmore\n");
        Actor me = world.actor("me");
        me.queue().serveOnly(Set.of("k"));
        runAll(world, me);
        assertThat(world.names(TaskState.FAILED))
                .singleElement()
                .satisfies(name -> assertThat(name).startsWith("x.n2."));
    }

    // ------------------------------------------------------------------ the lock

    @Test
    void while_another_has_the_lock_only_limited_tasks_wait() throws IOException {
        QueueWorld world = world(atMost(1));
        world.submit("limited");
        world.queue.submit(Task.of("other").id("free"));
        Actor me = world.actor("me");
        Optional<DiskLock> held = QuickDisk.local().tryLock(world.layout().limits());
        assertThat(claimAll(world, me)).extracting(Claim::id).containsExactly("free");
        held.orElseThrow().close();
        assertThat(claimAll(world, me)).extracting(Claim::id).containsExactly("limited");
    }

    // ------------------------------------------------------------------ who serves what

    @Test
    void a_worker_takes_only_the_kinds_that_it_serves() throws IOException {
        BatchWorld batches = BatchWorld.in(folder).submit(3);
        QueueWorld world = batches.queue;
        world.queue.submit(Task.of("video").id("v"));
        world.queue.submit(Task.ofDefaultKind().id("nothing"));
        world.pendingFile(
                "s.task.json", QueueWorld.foreign("{}").replace("\"task_id\"", "\"kind\":\"video\",\"task_id\""));
        Actor video = world.actor("gpu");
        video.queue().serveOnly(Set.of("video"));
        assertThat(claimAll(world, video)).extracting(Claim::stem).hasSize(2).contains("s");
        assertThat(claimAll(world, world.actor("any"))).hasSize(4);
    }
}
