package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.json.Json;
import dev.millrace.rpc.Patience;
import dev.millrace.rpc.RpcErrorCode;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.RpcNotification;
import dev.millrace.rpc.RpcParams;
import dev.millrace.rpc.RpcSink;
import dev.millrace.rpc.RpcSubscription;
import dev.millrace.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Many who watch, and looks that fail. */
class TopStreamTest {
    private static final Map<String, Integer> SELDOM = Map.of("interval_sec", 3_600);

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger taken = new AtomicInteger();

    /** It stands still unless it is told to go on. */
    private final Time time = new Time() {
        @Override
        public long nanos() {
            return nanos.get();
        }

        @Override
        public void sleep(Duration length) {
            nanos.addAndGet(length.toNanos());
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH;
        }
    };

    private static final class Heard implements RpcSink {
        final List<RpcNotification> snapshots = new CopyOnWriteArrayList<>();
        final List<RpcException> errors = new CopyOnWriteArrayList<>();

        @Override
        public boolean send(RpcNotification notification) {
            return snapshots.add(notification);
        }

        @Override
        public boolean offer(RpcNotification notification) {
            return send(notification);
        }

        @Override
        public void whenTaken(Runnable work) {
            throw new AssertionError("a snapshot waits for nobody");
        }

        @Override
        public void end(@Nullable Object result) {
            throw new AssertionError("nobody asked for an end");
        }

        @Override
        public void fail(RpcException error) {
            errors.add(error);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        void awaitOne() {
            Patience.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> snapshots.size() + errors.size() == 1);
        }
    }

    private static Heard subscribed(TopStream top) throws RpcException {
        Heard heard = new Heard();
        top.open(RpcParams.of(SELDOM), heard);
        return heard;
    }

    @Test
    void those_who_are_due_at_the_same_moment_share_a_snapshot() throws Exception {
        try (TopStream top = new TopStream(() -> Json.object().put("number", taken.incrementAndGet()), time)) {
            List<Heard> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) all.add(subscribed(top));
            all.forEach(Heard::awaitOne);
            assertThat(taken).hasValue(1);
            time.sleep(Duration.ofMillis(50));
            subscribed(top).awaitOne();
            assertThat(taken).hasValue(2);
        }
    }

    @Test
    void whoever_is_owed_a_snapshot_that_cannot_be_taken_is_told_and_the_next_one_is_served() throws Exception {
        TopStream.Snapshots first = () -> {
            if (taken.incrementAndGet() == 1) throw new StackOverflowError();
            return Json.object();
        };
        try (TopStream top = new TopStream(first, time)) {
            Heard unlucky = subscribed(top);
            unlucky.awaitOne();
            assertThat(unlucky.errors).singleElement().satisfies(error -> {
                assertThat(error.code()).isEqualTo(RpcErrorCode.INTERNAL_ERROR);
                assertThat(error).hasMessageContaining("StackOverflowError");
            });
            Heard next = subscribed(top);
            next.awaitOne();
            assertThat(next.snapshots).hasSize(1);
        }
    }

    @Test
    void whoever_has_gone_is_not_held_until_its_next_snapshot_would_be_due() throws Exception {
        try (TopStream top = new TopStream(Json::object, time)) {
            for (int i = 0; i < 100; i++) {
                Heard heard = new Heard();
                RpcSubscription subscription = top.open(RpcParams.of(SELDOM), heard);
                heard.awaitOne();
                subscription.close();
            }
            Patience.await().pollDelay(Duration.ZERO).until(() -> top.held() == 0);
        }
    }
}
