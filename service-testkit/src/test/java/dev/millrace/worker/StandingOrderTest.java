package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.event.Event;
import dev.millrace.lifecycle.WorkerOrders;
import dev.millrace.lifecycle.WorkerOrders.Order;
import dev.millrace.queue.QueueLayout;
import dev.millrace.storage.Disk;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.RecordingEvents;
import dev.millrace.testkit.SteppedTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a worker is asked to do, also while the file that says so cannot be read. */
class StandingOrderTest {
    private static final String WORKER = "here:1";

    /** More looks than it takes to read the file again although nothing seems to have changed. */
    private static final int MANY = 25;

    @TempDir
    Path folder;

    private final FaultyDisk disk = FaultyDisk.over(Disk.local());
    private final SteppedTime time = SteppedTime.create();
    private final RecordingEvents events = RecordingEvents.create();
    private QueueLayout layout;
    private StandingOrder standing;

    @BeforeEach
    void prepare() throws IOException {
        layout = new QueueLayout(folder);
        Files.createDirectories(layout.control());
        standing = new StandingOrder(disk, time, layout, WORKER, events);
    }

    private void give(Order order) throws IOException {
        WorkerOrders.give(Disk.local(), layout, WORKER, order);
    }

    private Order onDisk() throws IOException {
        return WorkerOrders.standing(Disk.local(), layout, WORKER);
    }

    @Test
    void without_an_order_a_worker_runs() {
        assertThat(standing.standing()).contains(Order.RUN);
    }

    @Test
    void an_order_is_followed_until_it_is_forgotten() throws Exception {
        for (Order order : Order.values()) {
            give(order);
            assertThat(standing.standing()).as("%s", order).contains(order);
        }
        WorkerOrders.forget(Disk.local(), layout, WORKER);
        assertThat(standing.standing()).contains(Order.RUN);
    }

    @Test
    void an_order_that_cannot_be_read_now_leaves_the_last_one_standing_and_is_told_once() throws Exception {
        give(Order.DRAIN);
        assertThat(standing.standing()).contains(Order.DRAIN);
        for (Operation operation : new Operation[] {Operation.READ, Operation.FACTS}) {
            events.clear();
            try (FaultyDisk.Fault fault =
                    disk.fault(call -> call.is(operation), FaultyDisk.Moment.BEFORE, DiskTrouble.inputOutput())) {
                for (int look = 0; look < MANY; look++)
                    assertThat(standing.standing()).as("%s", operation).contains(Order.DRAIN);
                assertThat(fault.strikes()).isPositive();
            }
            assertThat(events.of(Event.Trouble.class)).hasSize(1);
            assertThat(events.of(Event.Trouble.class).get(0).describe()).contains(WORKER, "DRAIN");
            give(Order.DRAIN);
            for (int look = 0; look < MANY; look++) standing.standing();
        }
        give(Order.RUN);
        assertThat(standing.standing()).contains(Order.RUN);
    }

    @Test
    void a_new_worker_that_cannot_read_its_order_waits_until_it_can() throws Exception {
        give(Order.DRAIN);
        try (FaultyDisk.Fault fault =
                disk.fault(call -> call.is(Operation.READ), FaultyDisk.Moment.BEFORE, DiskTrouble.accessDenied())) {
            assertThat(standing.standing()).isEmpty();
            assertThat(fault.strikes()).isEqualTo(1);
        }
        assertThat(events.of(Event.Trouble.class)).hasSize(1);
        assertThat(standing.standing()).contains(Order.DRAIN);
    }

    @Test
    void a_damaged_order_is_no_order_to_run_and_names_its_file_and_the_way_out() throws Exception {
        give(Order.DRAIN);
        standing.standing();
        for (String damaged : new String[] {"", "{\"order\": \"dr", "{\"order\": \"nap\"}", "[]", "{}"}) {
            Files.writeString(WorkerOrders.file(layout, WORKER), damaged);
            for (int look = 0; look < MANY; look++)
                assertThat(standing.standing()).as(damaged).contains(Order.DRAIN);
            assertThatThrownBy(this::onDisk)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(WorkerOrders.file(layout, WORKER).toString())
                    .hasMessageContaining("millrace drain");
        }
    }

    @Test
    void parking_and_lifting_leave_an_operators_drain_as_it_is() throws Exception {
        give(Order.DRAIN);
        give(Order.PARK);
        assertThat(onDisk()).isEqualTo(Order.DRAIN);
        WorkerOrders.lift(Disk.local(), layout, WORKER);
        assertThat(onDisk()).isEqualTo(Order.DRAIN);
        give(Order.RUN);
        give(Order.PARK);
        WorkerOrders.lift(Disk.local(), layout, WORKER);
        assertThat(onDisk()).isEqualTo(Order.RUN);
    }

    @Test
    void what_nobody_can_read_is_not_lifted() throws Exception {
        Files.writeString(WorkerOrders.file(layout, WORKER), "{");
        assertThatThrownBy(() -> WorkerOrders.lift(Disk.local(), layout, WORKER))
                .isInstanceOf(IOException.class);
        assertThat(WorkerOrders.isNow(Order.STOP, Disk.local(), layout, WORKER)).isFalse();
    }

    // ------------------------------------------------------------------ deadlines

    private void drainWithin(int seconds) throws IOException {
        WorkerOrders.drainWithin(Disk.local(), layout, WORKER, Duration.ofSeconds(seconds));
        // The file system's clock may not have moved since the order before.
        Files.setLastModifiedTime(WorkerOrders.file(layout, WORKER), FileTime.from(time.instant()));
    }

    private boolean isTimeUpAfter(int seconds) {
        time.advance(Duration.ofSeconds(seconds));
        assertThat(standing.standing()).contains(Order.DRAIN);
        return standing.isTimeUp();
    }

    @Test
    void a_deadline_counts_from_when_its_order_is_seen() throws Exception {
        drainWithin(30);
        time.advance(Duration.ofMinutes(5));
        assertThat(isTimeUpAfter(0)).isFalse();
        for (int look = 0; look < 29; look++) assertThat(isTimeUpAfter(1)).isFalse();
        assertThat(isTimeUpAfter(1)).isTrue();
        assertThat(isTimeUpAfter(100)).isTrue();
    }

    @Test
    void a_worker_that_was_drained_before_has_the_whole_deadline_still() throws Exception {
        give(Order.DRAIN);
        assertThat(isTimeUpAfter(0)).isFalse();
        assertThat(isTimeUpAfter(60)).isFalse();
        drainWithin(30);
        assertThat(isTimeUpAfter(0)).isFalse();
        assertThat(isTimeUpAfter(29)).isFalse();
        assertThat(isTimeUpAfter(1)).isTrue();
    }

    @Test
    void a_deadline_that_is_given_again_counts_anew() throws Exception {
        drainWithin(30);
        assertThat(isTimeUpAfter(0)).isFalse();
        time.advance(Duration.ofSeconds(20));
        drainWithin(30);
        assertThat(isTimeUpAfter(0)).isFalse();
        assertThat(isTimeUpAfter(29)).isFalse();
        assertThat(isTimeUpAfter(1)).isTrue();
    }

    @Test
    void whoever_takes_the_deadline_away_lets_the_worker_finish() throws Exception {
        drainWithin(30);
        assertThat(isTimeUpAfter(0)).isFalse();
        give(Order.DRAIN);
        assertThat(isTimeUpAfter(60)).isFalse();
    }
}
