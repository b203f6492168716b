package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.task.UniquePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a file says that any program drops into scheduled/ means the same as in one that it drops into pending/. */
class ScheduledDropsTest extends LimitedTasks {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Tasks of kind "k" that are due in a minute, in this order. */
    private static void drop(QueueWorld world, String keys, String... names) throws IOException {
        for (String name : names) world.scheduledFile(MINUTE, name + ".task.json", QueueWorld.foreignTask(keys));
    }

    /** A steward's round. */
    private static void promote(QueueWorld world, Actor actor) throws IOException {
        actor.queue().promote();
        world.passPoll();
    }

    /** None is claimed before it is due; then a steward comes round. */
    private static void comeDue(QueueWorld world, Actor actor) throws IOException {
        promote(world, actor);
        assertThat(actor.queue().claim()).isEmpty();
        world.time.advance(MINUTE);
        promote(world, actor);
    }

    private static List<String> stems(List<Claim> claims) {
        return claims.stream().map(Claim::stem).toList();
    }

    // ------------------------------------------------------------------ order and limits

    @Test
    void the_urgent_ones_go_first() throws IOException {
        QueueWorld world = world(QueueWorld.OPTIONS);
        Actor me = world.actor("me");
        for (int priority : List.of(0, 9, 5)) drop(world, "\"priority\": " + priority, "p" + priority);
        comeDue(world, me);
        assertThat(stems(claimAll(world, me))).containsExactly("p9", "p5", "p0");
    }

    @Test
    void one_at_a_time_runs_of_those_with_one_key() throws IOException {
        QueueWorld world = world(QueueWorld.OPTIONS);
        Actor me = world.actor("me");
        drop(world, "\"concurrency_key\": \"customer 7\"", "a", "b");
        comeDue(world, me);
        List<Claim> first = claimAll(world, me, world.actor("other"));
        assertThat(first).hasSize(1);
        assertThat(world.queue.control().limits("k", "customer 7").isKeyFull()).isTrue();
        me.done(first.get(0), "x");
        assertThat(claimAll(world, me)).hasSize(1);
    }

    @Test
    void no_more_run_than_their_kind_may() throws IOException {
        QueueWorld world = world(atMost(1));
        Actor me = world.actor("me");
        drop(world, "", "a", "b");
        comeDue(world, me);
        List<Claim> first = claimAll(world, me, world.actor("other"));
        assertThat(first).hasSize(1);
        me.done(first.get(0), "x");
        assertThat(claimAll(world, me)).hasSize(1);
    }

    @Test
    void no_more_begin_than_the_rate_allows() throws IOException {
        QueueWorld world = world(rated("1/min"));
        Actor me = world.actor("me");
        drop(world, "", "a", "b");
        comeDue(world, me);
        assertThat(claimAll(world, me, world.actor("other"))).hasSize(1);
        assertThat(claimAll(world, me)).isEmpty();
        world.time.advance(MINUTE);
        assertThat(claimAll(world, me)).hasSize(1);
    }

    @Test
    void only_who_serves_their_kind_takes_them() throws IOException {
        QueueWorld world = world(QueueWorld.OPTIONS);
        Actor video = world.actor("video");
        video.queue().serveOnly(Set.of("video"));
        drop(world, "", "a");
        comeDue(world, video);
        assertThat(claimAll(world, video)).isEmpty();
        assertThat(stems(claimAll(world, world.actor("any")))).containsExactly("a");
    }

    @Test
    void a_pause_of_their_kind_or_of_all_holds_them_back() throws Exception {
        QueueWorld world = world(QueueWorld.OPTIONS);
        Actor me = world.actor("me");
        drop(world, "", "a");
        for (Optional<String> what : List.of(Optional.of("k"), Optional.<String>empty()))
            world.queue.control().pause(what, "");
        comeDue(world, me);
        for (Optional<String> what : List.of(Optional.of("k"), Optional.<String>empty())) {
            world.time.advance(Duration.ofSeconds(2));
            assertThat(claimAll(world, me)).isEmpty();
            world.queue.control().resume(what);
        }
        world.time.advance(Duration.ofSeconds(2));
        assertThat(stems(claimAll(world, me))).containsExactly("a");
    }

    // ------------------------------------------------------------------ unique keys

    private static String unique(UniquePolicy policy) {
        return "\"unique_key\": \"u\", \"unique\": {\"policy\": \"" + policy.word() + "\", \"window_sec\": 60}";
    }

    @ParameterizedTest
    @EnumSource(
            value = UniquePolicy.class,
            names = {"RETURN_EXISTING", "DISCARD"})
    void of_two_with_one_key_the_later_is_turned_away(UniquePolicy policy) throws IOException {
        QueueWorld world = world(QueueWorld.OPTIONS);
        Actor me = world.actor("me");
        drop(world, unique(policy), "a", "b");
        comeDue(world, me);
        assertThat(stems(claimAll(world, me))).containsExactly("a");
        assertThat(world.terminal("b").path("error").asText()).isEqualTo("unique_key is taken by a (a)");
        assertThat(world.stateOf("b")).isEqualTo(TaskState.CANCELLED);
    }

    @Test
    void one_that_replaces_ends_the_one_that_waits() throws IOException {
        QueueWorld world = world(QueueWorld.OPTIONS);
        Actor me = world.actor("me");
        Submission waits = world.queue.submit(Task.of("k")
                .id("waits")
                .uniqueKey("u")
                .notBefore(world.time.instant().plus(Duration.ofHours(1))));
        drop(world, unique(UniquePolicy.REPLACE), "a");
        comeDue(world, me);
        assertThat(stems(claimAll(world, me))).containsExactly("a");
        assertThat(world.terminal(waits.stem()).path("error").asText()).startsWith("replaced by a");
    }

    @Test
    void of_a_burst_that_is_put_off_the_last_one_runs_when_the_window_is_over() throws IOException {
        QueueWorld world = world(QueueWorld.OPTIONS);
        Actor me = world.actor("me");
        drop(world, unique(UniquePolicy.DEBOUNCE), "a", "b");
        comeDue(world, me);
        assertThat(claimAll(world, me)).isEmpty();
        assertThat(world.stateOf("a")).isEqualTo(TaskState.CANCELLED);
        assertThat(world.stateOf("b")).isEqualTo(TaskState.SCHEDULED);
        world.time.advance(MINUTE);
        promote(world, me);
        assertThat(stems(claimAll(world, me))).containsExactly("b");
    }

    // ------------------------------------------------------------------ payloads

    @Test
    void arguments_may_lie_beside_them() throws Exception {
        QueueWorld world = world(QueueWorld.OPTIONS);
        Actor me = world.actor("me");
        byte[] args = "{\"text\": \"by hand\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        PayloadReference reference = PayloadReference.to(args);
        Files.createDirectories(world.layout().payloads());
        Files.write(world.layout().payloads().resolve(reference.fileName()), args);
        drop(world, "\"args\": " + reference.toJson(), "a");
        comeDue(world, me);
        Claim claim = me.claim();
        assertThat(me.queue().resolved(claim).value("args").path("text").asText())
                .isEqualTo("by hand");
    }

    // ------------------------------------------------------------------ batches and names

    private static String batch(int lines) {
        return (QueueWorld.foreignTask("") + "\n").repeat(lines);
    }

    @Test
    void a_batch_waits_for_its_time_and_keeps_the_limits_of_its_kind() throws IOException {
        QueueWorld world = world(atMost(1));
        Actor me = world.actor("me");
        world.scheduledFile(MINUTE, "x.n2.batch.jsonl", batch(2));
        drop(world, "", "single");
        comeDue(world, me);
        assertThat(claimAll(world, me, world.actor("other"))).hasSize(1);
    }

    /** A rename replaces what is there, and a batch has no other name. */
    @Test
    void batches_whose_name_is_used_again_run_one_after_the_other_and_both_are_kept() throws IOException {
        QueueWorld world = world(QueueWorld.OPTIONS);
        Actor me = world.actor("me");
        world.scheduledFile(MINUTE, "x.n2.batch.jsonl", batch(2));
        world.scheduledFile(MINUTE.plusSeconds(1), "x.n2.batch.jsonl", batch(2));
        world.time.advance(MINUTE.multipliedBy(2));
        int done = 0;
        for (int round = 0; round < 12; round++) {
            promote(world, me);
            assertThat(world.names(TaskState.PENDING)).hasSizeLessThanOrEqualTo(1);
            for (Claim claim : claimAll(world, me)) {
                me.done(claim, "x");
                done++;
            }
            world.time.advance(Duration.ofSeconds(1));
            me.queue().finishUnpublished();
            me.queue().dropFinishedLogs();
        }
        assertThat(done).isEqualTo(4);
        assertThat(world.names(TaskState.DONE)).hasSize(2);
    }

    @Test
    void what_a_file_says_counts_also_when_an_earlier_one_of_its_name_still_waits() throws IOException {
        QueueWorld world = world(QueueWorld.OPTIONS);
        Actor me = world.actor("me");
        world.submit("first");
        drop(world, "\"depends_on\": [\"first\"]", "x");
        world.time.advance(MINUTE);
        world.pendingFile("x.task.json", QueueWorld.foreignTask("\"worker\": \"nobody else\""));
        promote(world, me);
        assertThat(world.placesOf("x")).hasSize(2).anyMatch(place -> place.startsWith("scheduled/"));
        Files.delete(world.folder(TaskState.PENDING).resolve("x.task.json"));
        for (int round = 0; round < 10; round++) promote(world, me);
        assertThat(stems(claimAll(world, me))).doesNotContain("x").hasSize(1);
        assertThat(world.stateOf("x")).isEqualTo(TaskState.BLOCKED);
    }

    @Test
    void many_that_wait_for_their_name_hold_up_nobody() throws Exception {
        QueueWorld world = world(QueueWorld.OPTIONS);
        Actor me = world.actor("me");
        world.queue.control().pause(Optional.of("k"), "");
        for (int i = 0; i < 1_100; i++)
            world.scheduledFile(Duration.ofMillis(i), "report.task.json", QueueWorld.foreignTask(""));
        world.scheduledFile(MINUTE, "free.task.json", QueueWorld.foreign("{}"));
        world.time.advance(MINUTE);
        for (int round = 0; round < 3; round++) promote(world, me);
        assertThat(stems(claimAll(world, me))).containsExactly("free");
    }

    @Test
    void several_of_a_key_may_run_where_their_kind_allows_it() throws IOException {
        QueueWorld world = world(options(OptionalInt.empty(), OptionalInt.of(2), ""));
        Actor me = world.actor("me");
        drop(world, "\"concurrency_key\": \"customer 7\"", "a", "b", "c");
        comeDue(world, me);
        assertThat(claimAll(world, me, world.actor("other"))).hasSize(2);
    }
}
