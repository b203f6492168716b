package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which threads handlers run on, by the number of slots and by the runtime. */
class SlotsTest {
    private static final int VIRTUAL_THREADS_SINCE = 21;

    private static boolean hasVirtualThreads() {
        return Runtime.version().feature() >= VIRTUAL_THREADS_SINCE;
    }

    /** {@code Thread.isVirtual()}, which this code is compiled without. */
    private static boolean isVirtual(Thread thread) throws ReflectiveOperationException {
        if (!hasVirtualThreads()) return false;
        Method isVirtual = Thread.class.getMethod("isVirtual");
        return (boolean) isVirtual.invoke(thread);
    }

    private static Thread threadOf(Slots slots) throws Exception {
        CompletableFuture<Thread> seen = new CompletableFuture<>();
        slots.execute(() -> seen.complete(Thread.currentThread()));
        return seen.get(10, TimeUnit.SECONDS);
    }

    @Test
    void many_slots_are_virtual_threads_where_the_runtime_has_them() throws Exception {
        for (int slots : new int[] {32, 64, 1024})
            assertThat(isVirtual(threadOf(Slots.threads(slots))))
                    .as("%d slots on Java %s", slots, Runtime.version())
                    .isEqualTo(hasVirtualThreads());
    }

    @Test
    void few_slots_are_platform_threads_everywhere() throws Exception {
        for (int slots : new int[] {1, 31})
            assertThat(isVirtual(threadOf(Slots.threads(slots))))
                    .as("%d slots on Java %s", slots, Runtime.version())
                    .isFalse();
    }

    @Test
    void no_slots_thread_keeps_the_worker_from_ending_and_each_attempt_has_its_own() throws Exception {
        for (int count : new int[] {1, 64}) {
            Slots slots = Slots.threads(count);
            assertThat(threadOf(slots).isDaemon()).isTrue();
            assertThat(threadOf(slots)).isNotSameAs(threadOf(slots));
        }
    }

    @Test
    void inline_slots_are_the_callers_thread() throws Exception {
        assertThat(threadOf(Slots.inline())).isSameAs(Thread.currentThread());
    }
}
