package dev.millrace.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveriesTest {
    @TempDir
    Path ledger;

    private Recoveries of(String... lines) throws IOException {
        Files.writeString(ledger.resolve("all"), String.join("\n", lines) + "\n");
        return Recoveries.of(LedgerBook.read(ledger));
    }

    @Test
    void a_recovery_lasts_from_the_kill_to_the_next_run_of_the_task_that_was_cut() throws IOException {
        Recoveries found = of(
                "B\ta\t1000000\t1-t1/1",
                "B\tb\t1000000\t1-t1/2",
                "E\tb\t1100000\t1-t1/2",
                "K\t1-t1\t2000000\tworker",
                "B\ta\t2600000\t2-t2/1");
        assertThat(found.killed()).isEqualTo(new Spread(1, 0.6, 0.6, 0.6));
        assertThat(found.stopped().count()).isZero();
    }

    @Test
    void a_run_again_after_a_failure_and_a_later_kill_is_no_recovery() throws IOException {
        Recoveries found = of(
                "B\ta\t1000000\t1-t1/1", "B\ta\t1500000\t1-t1/2", "E\ta\t1600000\t1-t1/2", "K\t1-t1\t2000000\tworker");
        assertThat(found.killed().count()).isZero();
    }

    @Test
    void a_retry_after_a_failure_is_no_recovery_also_when_the_worker_is_killed_before_it() throws IOException {
        Recoveries found = of(
                "B\ta\t1000000\t1-t1/1", "X\ta\t1100000\t1-t1/1", "K\t1-t1\t2000000\tworker", "B\ta\t9000000\t2-t2/1");
        assertThat(found.killed().count()).isZero();
    }

    @Test
    void a_task_whose_next_worker_was_stopped_before_it_began_is_counted_with_the_stops() throws IOException {
        Recoveries found = of(
                "B\ta\t1000000\t1-t1/1", "K\t1-t1\t2000000\tworker", "K\t2-t2\t2500000\tstop", "B\ta\t5500000\t2-t2/1");
        assertThat(found.killed().count()).isZero();
        assertThat(found.stopped().max()).isEqualTo(3.5);
    }

    @Test
    void stops_and_outages_are_counted_apart() throws IOException {
        Recoveries found = of(
                "B\ta\t1000000\t1-t1/1",
                "K\t1-t1\t2000000\tstop",
                "B\ta\t5000000\t2-t2/1",
                "K\tdisk\t6000000\tdisk",
                "K\t2-t2\t6500000\tsteward",
                "K\tdisk\t7000000\trecovered",
                "B\ta\t8000000\t3-t3/1");
        assertThat(found.killed().count()).isZero();
        assertThat(found.stopped().max()).isEqualTo(3);
        assertThat(found.inOutages().max()).isEqualTo(1.5);
    }

    @Test
    void when_all_workers_were_killed_it_is_counted_apart_and_the_slowest_of_the_others_are_named() throws IOException {
        Recoveries found = of(
                "B\ta\t1000000\t1-t1/1",
                "B\tb\t1000000\t2-t2/1",
                "K\t1-t1\t2000000\tworker",
                "B\ta\t2500000\t2-t2/2",
                "K\t2-t2\t3000000\tsteward",
                "K\tworkers\t3000000\tnobody",
                "K\tworkers\t6000000\tsomebody",
                "B\ta\t6500000\t3-t3/1",
                "B\tb\t7000000\t3-t3/2");
        assertThat(found.killed()).isEqualTo(new Spread(1, 0.5, 0.5, 0.5));
        assertThat(found.nobodyLeft()).isEqualTo(new Spread(2, 3.5, 4.0, 4.0));
        assertThat(found.slowest()).singleElement().satisfies(one -> {
            assertThat(one.id()).isEqualTo("a");
            assertThat(one.toJson().toString()).contains("\"worker\":\"1-t1\"", "\"next_worker\":\"2-t2\"");
        });
    }

    @Test
    void a_percentile_is_the_least_that_so_great_a_part_does_not_exceed() {
        java.util.List<Double> seconds = new java.util.ArrayList<>();
        for (int i = 200; i >= 1; i--) seconds.add(i / 100.0);
        assertThat(Spread.of(seconds)).isEqualTo(new Spread(200, 1.0, 1.98, 2.0));
    }
}
