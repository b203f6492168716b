package dev.millrace.rpc.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.Event;
import dev.millrace.rpc.RpcCall;
import dev.millrace.rpc.RpcErrorCode;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.RpcMethod;
import dev.millrace.rpc.RpcParams;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The machine has no thread to give: that ends no daemon, and is over when it is over. */
class NoThreadTest {
    private static final RpcLimits LIMITS = RpcLimits.defaults().withRequests(1, 1);

    private final List<Event> events = new CopyOnWriteArrayList<>();
    private volatile boolean exhausted = true;

    private Thread thread(Runnable work) {
        if (exhausted) throw new OutOfMemoryError("unable to create native thread");
        return new Thread(work);
    }

    private record Call(String method) implements RpcCall {
        @Override
        public String user() {
            return "ann";
        }

        @Override
        public boolean isNotification() {
            return false;
        }

        @Override
        public boolean isAbandoned() {
            return false;
        }

        @Override
        public Duration age() {
            return Duration.ZERO;
        }
    }

    private static final class Heard implements Endpoint.Answer {
        private final CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
        private final CompletableFuture<RpcException> error = new CompletableFuture<>();

        @Override
        public void result(@Nullable Object value) {
            result.complete(value);
        }

        @Override
        public void error(RpcException why) {
            error.complete(why);
        }

        @Override
        public Endpoint.Opening stream() {
            throw new IllegalStateException("nobody asks for one");
        }
    }

    private static Heard asked(Desk desk, String method) {
        Heard heard = new Heard();
        desk.request(new Call(method), RpcParams.none(), heard);
        return heard;
    }

    @Test
    void a_request_that_finds_none_is_answered_and_keeps_no_place() {
        Slots slots = new Slots(LIMITS, this::thread);
        Slots own = new Slots(LIMITS, this::thread);
        MethodTable table = MethodTable.of(List.of(
                RpcMethod.of("work", (params, call) -> "done"),
                RpcMethod.toTheEnd("last", (params, call) -> "done"),
                RpcMethod.patient("await", (params, call) -> "done")));
        Desk desk = new Desk(table, slots, own, Map.of("await", own), events::add);

        for (int i = 0; i < 5; i++)
            for (String method : table.names()) {
                RpcException error =
                        asked(desk, method).error.orTimeout(1, TimeUnit.MINUTES).join();
                assertThat(error.code()).isEqualTo(RpcErrorCode.RESOURCE_EXHAUSTED);
                assertThat(error.data().path("reason").asText()).isEqualTo("no_thread");
                assertThat(slots.running() + slots.waiting() + own.running() + own.waiting())
                        .isZero();
            }
        assertThat(events).hasSize(15);
        exhausted = false;
        for (String method : table.names())
            assertThat(asked(desk, method).result.orTimeout(1, TimeUnit.MINUTES).join())
                    .isEqualTo("done");
        slots.stop();
        own.stop();
    }
}
