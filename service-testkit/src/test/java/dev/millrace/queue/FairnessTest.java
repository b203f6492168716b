package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.KindLimits;
import dev.millrace.task.LimitRules;
import dev.millrace.task.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In which order tasks are claimed when some are more urgent than others. */
class FairnessTest {
    @TempDir
    private Path folder;

    private static List<String> claimed(Actor actor, int count) throws IOException {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Claim claim = actor.claim();
            ids.add(claim.id());
            actor.done(claim, "x");
        }
        return ids;
    }

    @Test
    void urgent_tasks_go_first_and_among_equals_the_older() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        for (int i = 0; i < 4; i++) world.queue.submit(Task.of("k").id("usual" + i));
        for (int i = 0; i < 4; i++)
            world.queue.submit(Task.of("k").id("urgent" + i).priority(9));
        assertThat(claimed(world.actor("me"), 8))
                .containsExactly("urgent0", "urgent1", "urgent2", "urgent3", "usual0", "usual1", "usual2", "usual3");
    }

    @Test
    void a_flood_of_urgent_tasks_leaves_one_turn_in_ten_to_who_waits_longest() throws IOException {
        QueueWorld world = QueueWorld.in(folder, QueueWorld.OPTIONS.withIndexSize(50));
        for (int i = 0; i < 5; i++)
            world.queue.submit(Task.of("k").id("patient" + i).priority(0));
        Actor me = world.actor("me");
        List<String> order = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 10; i++)
                world.queue.submit(Task.of("k").id("urgent" + (10 * round + i)).priority(9));
            world.time.advance(Duration.ofSeconds(2));
            order.addAll(claimed(me, 10));
        }
        List<Integer> turns = new ArrayList<>();
        for (int i = 0; i < 5; i++) turns.add(order.indexOf("patient" + i));
        assertThat(turns).isSorted().allSatisfy(turn -> assertThat(turn).isBetween(0, 60));
    }

    /** All of them are held back at once, and wait in a line of their own. */
    @Test
    void a_flood_of_urgent_tasks_leaves_one_turn_in_ten_also_where_their_kind_is_limited() throws IOException {
        KindLimits one = new KindLimits(
                OptionalInt.of(1), OptionalInt.empty(), Optional.empty(), Optional.empty(), OptionalInt.empty());
        QueueWorld world = QueueWorld.in(
                folder, QueueWorld.OPTIONS.withLimits(new LimitRules(KindLimits.NONE, Map.of("k", one), "")));
        for (int i = 0; i < 3; i++)
            world.queue.submit(Task.of("k").id("patient" + i).priority(0));
        List<Task> flood = new ArrayList<>();
        for (int i = 0; i < 1_100; i++) flood.add(Task.of("k").id("urgent" + i).priority(9));
        world.queue.submitAll(flood);
        Actor me = world.actor("me");
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Claim claim = me.claim();
            assertThat(me.queue().claim()).as("the rest is held back").isEmpty();
            order.add(claim.id());
            me.done(claim, "x");
        }
        List<Integer> turns = new ArrayList<>();
        for (int i = 0; i < 3; i++) turns.add(order.indexOf("patient" + i));
        assertThat(turns).isSorted().allSatisfy(turn -> assertThat(turn).isBetween(8, 35));
        assertThat(order.stream().filter(id -> id.startsWith("urgent"))).hasSize(47);
    }

    @Test
    void strangers_take_turns_with_ours() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        for (int i = 0; i < 3; i++) world.submit("ours" + i);
        for (int i = 0; i < 3; i++) world.pendingFile("theirs" + i + ".task.json", QueueWorld.foreign("{}"));
        assertThat(claimed(world.actor("me"), 6))
                .containsExactly("theirs0", "ours0", "theirs1", "ours1", "theirs2", "ours2");
    }

    private static String dropped(int priority) throws IOException {
        return QueueWorld.foreignWith(Map.of("priority", priority));
    }

    @Test
    void strangers_that_tell_a_priority_stand_in_line_with_ours() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        for (int i = 0; i < 3; i++) world.queue.submit(Task.of("k").id("usual" + i));
        for (int i = 0; i < 2; i++)
            world.queue.submit(Task.of("k").id("urgent" + i).priority(9));
        for (int priority : List.of(0, 4, 9)) world.pendingFile("theirs" + priority + ".task.json", dropped(priority));
        assertThat(claimed(world.actor("me"), 8))
                .containsExactly("theirs9", "urgent0", "urgent1", "usual0", "theirs4", "usual1", "usual2", "theirs0");
    }

    @Test
    void a_file_that_comes_later_by_the_same_name_tells_its_own_priority() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        Actor me = world.actor("me");
        world.pendingFile("theirs.task.json", dropped(9));
        assertThat(claimed(me, 1)).containsExactly("theirs");
        world.submit("ours");
        world.pendingFile("theirs.task.json", dropped(0));
        world.passPoll();
        assertThat(claimed(me, 2)).containsExactly("ours", "theirs");
    }

    @Test
    void a_flood_of_urgent_tasks_leaves_strangers_a_turn_too() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        for (int i = 0; i < 60; i++)
            world.queue.submit(Task.of("k").id("urgent" + i).priority(9));
        for (int priority : List.of(0, 3)) world.pendingFile("theirs" + priority + ".task.json", dropped(priority));
        assertThat(claimed(world.actor("me"), 60)).contains("theirs0", "theirs3");
    }
}
