package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
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
    void attempts_that_run_at_once_share_no_thread_and_none_keeps_the_worker_from_ending() throws Exception {
        for (int count : new int[] {2, 64}) {
            Slots slots = Slots.threads(count);
            CompletableFuture<Thread> first = new CompletableFuture<>();
            CountDownLatch hold = new CountDownLatch(1);
            slots.execute(() -> {
                first.complete(Thread.currentThread());
                awaitQuietly(hold);
            });
            assertThat(threadOf(slots)).isNotSameAs(first.get(10, TimeUnit.SECONDS));
            assertThat(first.join().isDaemon()).isTrue();
            hold.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void inline_slots_are_the_callers_thread() throws Exception {
        assertThat(threadOf(Slots.inline())).isSameAs(Thread.currentThread());
    }
}
