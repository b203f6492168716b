package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.storage.Disk;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.SteppedTime;
import dev.millrace.time.Rest;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PendingIndexTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private final SteppedTime time = SteppedTime.create();
    private final List<String> present = new ArrayList<>();
    private final FaultyDisk disk = FaultyDisk.over(listing());
    private Duration listingTakes = Duration.ZERO;

    /** A disk that only lists, from memory. */
    private Disk listing() {
        return (Disk) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Disk.class}, (self, method, arguments) -> {
                    if (!method.getName().equals("forEachName")) throw new AssertionError(method);
                    @SuppressWarnings("unchecked")
                    Consumer<String> visitor = (Consumer<String>) arguments[1];
                    List.copyOf(present).forEach(visitor);
                    time.advance(listingTakes);
                    return null;
                });
    }

    private PendingIndex index(int size) {
        return new PendingIndex(disk, time, folder, QueueOptions.defaults().withIndexSize(size), new TellNone());
    }

    private static final class TellNone implements PendingIndex.StrangersPriority {
        @Override
        public OptionalInt of(String name) {
            return OptionalInt.empty();
        }

        @Override
        public void forget(String name) {}

        @Override
        public void beginListing() {}

        @Override
        public void endListing() {}
    }

    private static String name(int number) {
        return String.format("%07d.task.json", number);
    }

    private List<String> drain(PendingIndex index) throws IOException {
        List<String> drained = new ArrayList<>();
        for (Optional<String> name = index.poll(); name.isPresent(); name = index.poll()) {
            drained.add(name.get());
            present.remove(name.get());
        }
        return drained;
    }

    @Test
    void names_come_in_claim_order_whatever_the_order_of_the_listing() throws IOException {
        for (int i = 0; i < 100; i++) present.add(name(i));
        List<String> sorted = List.copyOf(present);
        Collections.shuffle(present, new Random(7));
        assertThat(drain(index(1_000))).isEqualTo(sorted);
        assertThat(disk.count(Operation.LIST)).isEqualTo(1);
    }

    @Test
    void an_index_that_holds_fewer_names_than_there_are_keeps_claim_order() throws IOException {
        for (int i = 0; i < 100; i++) present.add(name(i));
        List<String> sorted = List.copyOf(present);
        Collections.shuffle(present, new Random(7));
        assertThat(drain(index(7))).isEqualTo(sorted);
    }

    @Test
    void many_names_cost_one_listing_for_each_index_full() throws IOException {
        TreeSet<String> names = new TreeSet<>();
        for (int i = 0; i < 50_000; i++) names.add(name(i));
        present.addAll(names);
        Collections.shuffle(present, new Random(7));
        PendingIndex index = index(5_000);
        List<String> drained = new ArrayList<>();
        for (Optional<String> name = index.poll(); name.isPresent(); name = index.poll()) {
            drained.add(name.get());
            if (drained.size() % 5_000 == 0) present.removeAll(new java.util.HashSet<>(drained));
        }
        assertThat(drained).isEqualTo(List.copyOf(names));
        assertThat(disk.count(Operation.LIST)).isLessThanOrEqualTo(50_000 / 5_000 + 1);
    }

    @Test
    void a_dry_index_lists_again_only_after_the_poll_interval() throws IOException {
        PendingIndex index = index(10);
        assertThat(index.poll()).isEmpty();
        present.add(name(1));
        assertThat(index.poll()).isEmpty();
        assertThat(disk.count(Operation.LIST)).isEqualTo(1);
        time.advance(Duration.ofSeconds(1));
        assertThat(index.poll()).contains(name(1));
        index.distrust();
        assertThat(index.poll()).contains(name(1));
    }

    /** It rested for a share of the time in which it had stood still. */
    @Test
    void a_process_that_was_stopped_while_it_listed_lists_again_soon() throws IOException {
        PendingIndex index = index(10);
        listingTakes = Duration.ofHours(2);
        assertThat(index.poll()).isEmpty();
        present.add(name(1));
        listingTakes = Duration.ZERO;
        time.advance(Rest.LONGEST);
        assertThat(index.poll()).contains(name(1));
    }

    @Test
    void what_may_be_claimed_again_is_listed_although_others_wait_too() throws IOException {
        for (int i = 10; i < 90; i++) present.add(name(i));
        PendingIndex index = index(1_000);
        assertThat(index.poll()).contains(name(10));
        present.add(name(1));
        index.distrust();
        time.advance(Duration.ofSeconds(1));
        assertThat(index.poll()).contains(name(1));
    }

    @Test
    void a_jump_of_the_wall_clock_does_not_stop_the_listing() throws IOException {
        PendingIndex index = index(10);
        index.poll();
        time.jumpWallClock(Duration.ofHours(-1));
        present.add(name(1));
        time.advance(Duration.ofSeconds(1));
        assertThat(index.poll()).contains(name(1));
    }

    @Test
    void a_name_that_was_noticed_is_taken_in_at_its_place() throws IOException {
        for (int i = 0; i < 4; i++) present.add(name(i * 10));
        PendingIndex index = index(10);
        assertThat(index.poll()).contains(name(0));
        index.offer(name(15));
        index.offer("no-task.txt");
        index.offer(".draft-x.task.json.tmp");
        assertThat(drain(index)).containsExactly(name(10), name(15), name(20), name(30));
    }

    @Test
    void a_name_noticed_beyond_a_shortened_listing_waits_for_the_next_one() throws IOException {
        for (int i = 0; i < 10; i++) present.add(name(i * 10));
        PendingIndex index = index(3);
        assertThat(index.poll()).contains(name(0));
        present.add(name(55));
        index.offer(name(55));
        present.remove(name(0));
        assertThat(drain(index))
                .containsExactly(
                        name(10), name(20), name(30), name(40), name(50), name(55), name(60), name(70), name(80),
                        name(90));
    }

    @Test
    void tasks_for_others_that_fill_the_whole_index_do_not_hide_the_own_ones() throws IOException {
        QueueWorld world = QueueWorld.in(folder, QueueWorld.OPTIONS.withIndexSize(3));
        for (int i = 0; i < 10; i++)
            world.queue.submit(Task.of("k").id("theirs" + i).worker("other"));
        world.submit("mine");
        world.queue.submit(Task.of("k").id("mine-too"));
        Actor me = world.actor("me");
        assertTimeoutPreemptively(PATIENCE, () -> {
            assertThat(me.claim().id()).isEqualTo("mine");
            assertThat(me.claim().id()).isEqualTo("mine-too");
            assertThat(me.queue().claim()).isEmpty();
        });
        me.disk().forget();
        assertThat(me.queue().claim()).isEmpty();
        assertThat(me.disk().count(Operation.LIST))
                .as("listings of an idle worker")
                .isZero();
        world.passPoll();
        assertTimeoutPreemptively(PATIENCE, () -> assertThat(me.queue().claim()).isEmpty());
        assertThat(me.disk().count(Operation.LIST)).isLessThanOrEqualTo(5);
        assertThat(me.disk().count(Operation.READ))
                .as("files of others are not opened twice")
                .isZero();
        Actor other = world.actor("other");
        assertThat(world.drain(other)).hasSize(10);
    }

    @Test
    void a_strangers_file_that_stays_is_not_opened_again_at_each_listing() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        for (int i = 0; i < 100; i++)
            world.pendingFile(i + ".task.json", QueueWorld.foreignWith(Map.of("worker", "other", "priority", 9)));
        Actor me = world.actor("me");
        me.queue().knowWorkers(() -> Set.of("me", "other"));
        assertThat(me.queue().claim()).isEmpty();
        assertThat(pendingFilesReadBy(me))
                .as("once for its priority, once for its worker")
                .isEqualTo(200);
        for (int i = 0; i < 3; i++) {
            me.disk().forget();
            world.passPoll();
            assertThat(me.queue().claim()).isEmpty();
            assertThat(me.disk().count(Operation.LIST)).isPositive();
            assertThat(pendingFilesReadBy(me)).as("listing " + i).isZero();
        }
    }

    private static long pendingFilesReadBy(Actor actor) {
        return actor.disk().calls().stream()
                .filter(call -> call.is(Operation.READ) && call.isIn("pending"))
                .count();
    }

    @Test
    void of_more_strangers_than_are_remembered_none_is_opened_again_either() throws IOException {
        for (int i = 0; i < 100; i++)
            Files.writeString(folder.resolve(name(i)), QueueWorld.foreignWith(Map.of("priority", 9)));
        FaultyDisk counted = FaultyDisk.over(Disk.local());
        StrangersPriorities priorities = new StrangersPriorities(counted, folder, 60);
        assertThat(toldInAListing(priorities, 0)).isEqualTo(60);
        assertThat(toldInAListing(priorities, 0)).isEqualTo(60);
        assertThat(counted.count(Operation.READ)).isEqualTo(60);
        assertThat(toldInAListing(priorities, 50)).as("others are gone").isEqualTo(10);
        assertThat(toldInAListing(priorities, 50)).as("so there is room").isEqualTo(50);
        assertThat(counted.count(Operation.READ)).isEqualTo(100);
    }

    /** How many of the files from a number on tell their priority. */
    private static long toldInAListing(StrangersPriorities priorities, int from) {
        priorities.beginListing();
        long told = IntStream.range(from, 100)
                .filter(i -> priorities.of(name(i)).isPresent())
                .count();
        priorities.endListing();
        return told;
    }

    @Test
    void an_urgent_task_is_found_after_the_index_was_gone_through_once() throws IOException {
        QueueWorld world = QueueWorld.in(folder, QueueWorld.OPTIONS.withIndexSize(2));
        for (int i = 0; i < 6; i++) world.submit("t" + i);
        Actor me = world.actor("me");
        me.claim();
        world.queue.submit(Task.of("k").id("urgent").priority(9));
        assertThat(world.drain(me)).hasSize(6);
        assertThat(world.names(TaskState.DONE)).hasSize(6);
    }

    @Test
    void folders_and_pickles_in_pending_do_not_confuse_it() throws IOException {
        QueueWorld world = QueueWorld.in(folder, QueueWorld.OPTIONS.withIndexSize(2));
        for (int i = 0; i < 5; i++) world.submit("t" + i);
        for (int i = 0; i < 5; i++) world.pendingFile("p" + i + ".task.pkl", "x");
        Files.createDirectory(world.folder(TaskState.PENDING).resolve("sub"));
        Actor me = world.actor("me");
        assertThat(world.drain(me)).hasSize(5);
        assertThat(world.names(TaskState.FAILED).stream().filter(n -> n.endsWith(".pkl")))
                .hasSize(5);
        assertThat(world.names(TaskState.FAILED).stream().filter(n -> n.endsWith(".why.json")))
                .hasSize(5);
    }

    @Test
    void what_the_operating_system_notices_is_claimed_without_waiting_for_the_poll() throws Exception {
        QueueWorld world = QueueWorld.in(folder);
        Actor me = world.actor("me");
        assertThat(me.queue().claim()).isEmpty();
        me.queue().awaitNews(Duration.ofMillis(1));
        assertThat(me.queue().claim()).isEmpty();
        world.submit("noticed");
        // No time passes on the world's clock, so only the notification can bring it.
        assertTimeoutPreemptively(PATIENCE, () -> {
            Optional<Claim> claim = me.queue().claim();
            while (claim.isEmpty()) {
                me.queue().awaitNews(Duration.ofMillis(200));
                claim = me.queue().claim();
            }
            assertThat(claim.get().id()).isEqualTo("noticed");
        });
        me.queue().close();
    }
}
