package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueCounts;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How often queues are counted for those who look. */
class KnownCountsTest {
    private long nanos;
    private int counted;

    private final Time time = new Time() {
        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public void sleep(Duration length) {
            nanos += length.toNanos();
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH;
        }
    };

    private final KnownCounts counts = new KnownCounts(time);

    private void pass(long millis) {
        nanos += Duration.ofMillis(millis).toNanos();
    }

    /** A look at a service with so many tasks that have ended, whose listing takes so long. */
    private void look(String service, long done, long tookMillis) throws Exception {
        QueueCounts seen = counts.of(service, () -> {
            counted++;
            pass(tookMillis);
            return new QueueCounts(Map.of(TaskState.DONE, done));
        });
        assertThat(seen.of(TaskState.DONE)).isEqualTo(done);
    }

    @Test
    void a_large_queue_is_counted_for_one_part_in_twenty_of_the_time() throws Exception {
        for (int i = 0; i < 20; i++) {
            look("large", 1_000_000, 500);
            pass(500);
        }
        assertThat(counted).isEqualTo(1);
        look("large", 1_000_000, 500);
        assertThat(counted).isEqualTo(2);
    }

    @Test
    void no_count_is_older_than_twenty_seconds_however_slow_it_was() throws Exception {
        look("large", 1_000_000, 5_000);
        pass(19_999);
        look("large", 1_000_000, 5_000);
        assertThat(counted).isEqualTo(1);
        pass(1);
        look("large", 1_000_000, 5_000);
        assertThat(counted).isEqualTo(2);
    }

    @Test
    void a_small_queue_is_counted_each_time_and_each_service_by_itself() throws Exception {
        look("small", 10, 5);
        look("small", 11, 5);
        look("other", 12, 5);
        assertThat(counted).isEqualTo(3);
    }
}
