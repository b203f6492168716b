package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who goes first while a worker has a batch whose tasks take longer than was thought. */
class BatchTurnsTest {
    private static final Duration SLOW = Duration.ofSeconds(2);

    @TempDir
    private Path folder;

    private QueueWorld world;
    private Actor me;
    private Optional<Claim> next = Optional.empty();

    @BeforeEach
    void openABatch() throws IOException {
        world = BatchWorld.in(folder).submit(100).queue;
        me = world.actor("me");
        assertThat(run(1, SLOW)).containsExactly("t0");
    }

    /** As a slot does: one task after the other. */
    private List<String> run(int count, Duration each) throws IOException {
        List<String> order = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Claim claim = next.isPresent() ? next.get() : me.claim();
            order.add(claim.id());
            world.time.advance(each);
            me.done(claim, "x");
            next = me.queue().claimAfter(claim);
        }
        return order;
    }

    private void submit(String name, int count, int priority) throws IOException {
        for (int i = 0; i < count; i++)
            world.queue.submit(Task.of("other").id(name + i).priority(priority));
    }

    private static int turnOf(String id, List<String> order) {
        assertThat(order).contains(id);
        return order.indexOf(id);
    }

    @Test
    void a_more_urgent_task_waits_for_some_tasks_of_the_batch_and_not_for_all() throws IOException {
        submit("urgent", 3, 9);
        List<String> order = run(20, SLOW);
        int first = turnOf("urgent0", order);
        assertThat(first).isLessThanOrEqualTo(10);
        assertThat(order.subList(first, first + 3)).containsExactly("urgent0", "urgent1", "urgent2");
        assertThat(order.subList(first + 3, 20)).allMatch(id -> id.startsWith("t"));
    }

    @Test
    void each_tenth_turn_is_that_of_others_and_the_rest_the_batchs() throws IOException {
        submit("patient", 5, 0);
        List<String> order = run(60, SLOW);
        assertThat(order.stream().filter(id -> id.startsWith("patient"))).hasSize(5);
        for (int i = 1; i < 5; i++)
            assertThat(turnOf("patient" + i, order) - turnOf("patient" + (i - 1), order))
                    .isBetween(9, 11);
    }

    @Test
    void a_flood_of_urgent_tasks_leaves_the_batch_a_turn() throws IOException {
        submit("urgent", 60, 9);
        List<String> order = run(60, SLOW);
        List<String> flooded = order.subList(turnOf("urgent0", order), 60);
        assertThat(flooded.stream().filter(id -> id.startsWith("t"))).hasSizeBetween(4, 6);
    }

    @Test
    void a_more_urgent_batch_is_opened_and_run_first() throws IOException {
        List<Task> urgent = new ArrayList<>();
        for (int i = 0; i < 20; i++) urgent.add(Task.of("k").id("urgent" + i).priority(9));
        world.queue.submitAll(urgent);
        List<String> order = run(35, SLOW);
        int first = turnOf("urgent0", order);
        assertThat(first).isLessThanOrEqualTo(10);
        assertThat(order.subList(first, first + 20)).allMatch(id -> id.startsWith("urgent"));
    }

    @Test
    void others_that_are_as_urgent_wait_until_none_is_open() throws IOException {
        world.queue.submitAll(List.of(Task.of("k").id("a"), Task.of("k").id("b")));
        submit("patient", 1, 0);
        List<String> order = run(60, SLOW);
        assertThat(order).contains("patient0").doesNotContain("a", "b");
        assertThat(world.names(TaskState.PENDING)).hasSize(1);
        assertThat(run(42, SLOW)).contains("a", "b");
    }

    /** Their slot does not ask after each. */
    @Test
    void quick_tasks_follow_each_other_for_a_while() throws IOException {
        submit("urgent", 1, 9);
        world.time.advance(SLOW);
        for (int i = 0; i < 8; i++) {
            if (next.isEmpty()) next = me.queue().claim();
            me.done(next.orElseThrow(), "x");
            next = me.queue().claimAfter(next.get());
            assertThat(next).isPresent();
        }
    }
}
