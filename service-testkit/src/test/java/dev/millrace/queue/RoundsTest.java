package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private static final int THREADS = 8;
    private static final int ITEMS_OF_EACH = 20_000;
    private static final int SHORT = 300;

    /** A round that takes a moment, as a force does, so that others come meanwhile. */
    private static final class Spinning implements Rounds.Steps<Integer, Integer, Integer> {
        private final AtomicInteger atOnce = new AtomicInteger();

        @Override
        public long weight(Integer item) {
            return 1;
        }

        @Override
        public long mostWeight() {
            return 1_000;
        }

        @Override
        public Integer together(List<Integer> round) {
            assertThat(atOnce.incrementAndGet()).as("rounds at once").isEqualTo(1);
            for (int i = 0; i < SHORT; i++) Thread.onSpinWait();
            atOnce.decrementAndGet();
            return round.size();
        }

        @Override
        public Integer each(Integer item, Integer shared) {
            for (int i = 0; i < SHORT / 4; i++) Thread.onSpinWait();
            return item;
        }
    }

    /**
     * A thread may wake just while another finishes its item, and become the leader of the next round before it learns that
     * it has its answer: then it must carry that round out all the same, or nobody would ever lead again.
     */
    @Test
    void whoever_leads_carries_its_round_out_and_nobody_waits_for_ever() throws Exception {
        Rounds<Integer, Integer, Integer> rounds = new Rounds<>(new Spinning());
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "rounds");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<Integer>> sums = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) sums.add(threads.submit(() -> joinOften(rounds)));
            for (Future<Integer> sum : sums)
                assertThat(sum.get(120, TimeUnit.SECONDS)).isEqualTo(ITEMS_OF_EACH);
        } finally {
            threads.shutdownNow();
        }
    }

    private static int joinOften(Rounds<Integer, Integer, Integer> rounds) throws IOException {
        int right = 0;
        for (int i = 0; i < ITEMS_OF_EACH; i++) if (rounds.join(i) == i) right++;
        return right;
    }

    @Test
    void a_failure_of_the_shared_step_is_told_to_who_brought_an_item_and_the_next_round_goes_on() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        Rounds<Integer, Integer, Integer> rounds = new Rounds<>(new Rounds.Steps<>() {
            @Override
            public long weight(Integer item) {
                return 1;
            }

            @Override
            public long mostWeight() {
                return 1;
            }

            @Override
            public Integer together(List<Integer> round) throws IOException {
                if (calls.incrementAndGet() == 1) throw new IOException("no space");
                return 1;
            }

            @Override
            public Integer each(Integer item, Integer shared) {
                return item + shared;
            }
        });
        assertThatThrownBy(() -> rounds.join(4)).isInstanceOf(IOException.class).hasMessage("no space");
        assertThat(rounds.join(4)).isEqualTo(5);
    }
}
