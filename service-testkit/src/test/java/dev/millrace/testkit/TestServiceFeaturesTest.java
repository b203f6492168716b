package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.task.AttemptRules;
import dev.millrace.task.RetryPolicy;
import dev.millrace.task.RetryPolicy.Jitter;
import dev.millrace.task.Task;
import dev.millrace.worker.NoRetryException;
import dev.millrace.worker.RetryAfterException;
import dev.millrace.worker.RulesByKind;
import dev.millrace.worker.SnoozeException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every feature of a task can be tested with the kit: retries, snooze, time limits, progress. */
class TestServiceFeaturesTest {
    private static final RetryPolicy DOUBLING =
            RetryPolicy.exponential(Duration.ofSeconds(10)).withJitter(Jitter.NONE);

    @RegisterExtension
    final MillraceExtension millrace = MillraceExtension.of("flaky", task -> {
                if (task.attempt() <= task.args().path("failures").asInt()) throw new IOException("no connection");
                return "connected in attempt " + task.attempt();
            })
            .rules(new RulesByKind(
                    AttemptRules.NONE,
                    Map.of("strict", AttemptRules.NONE.withTimeout(Optional.of(Duration.ofSeconds(3))))));

    private final List<String> seen = new ArrayList<>();

    private static Task flaky(int failures) {
        return Task.of("flaky")
                .id("f")
                .args(Map.of("failures", failures))
                .maxAttempts(4)
                .retry(DOUBLING);
    }

    @Test
    void retries_come_with_growing_delays(TestService service) {
        service.submit(flaky(2));
        service.drain();
        service.assertThatTask("f").wasAttempted(1).isDueIn(Duration.ofSeconds(10));
        service.advance(Duration.ofSeconds(10));
        service.drain();
        service.assertThatTask("f").wasAttempted(2).isDueIn(Duration.ofSeconds(20));
        service.run(Duration.ofSeconds(20));
        service.assertThatTask("f").isDone().wasAttempted(3).hasResult("connected in attempt 3");
        assertThat(service.failures()).extracting(HandlerFailure::attempt).containsExactly(1, 2);
    }

    @Test
    void jitter_stays_within_its_bounds(TestService service) {
        service.submit(flaky(1).retry(DOUBLING.withJitter(Jitter.FULL)));
        service.drain();
        service.assertThatTask("f").isDueBetween(Duration.ZERO, Duration.ofSeconds(10));
    }

    @Test
    void exhausted_attempts_are_a_failure_that_shows_what_was_thrown(TestService service) {
        service.submit(flaky(99));
        service.run(Duration.ofHours(1));
        service.assertThatTask("f")
                .hasFailedWith(IOException.class)
                .hasFailedWith("no connection")
                .wasAttempted(4);
        assertThat(service.task("f").value("attempts")).hasSize(4);
    }

    @Test
    void handlers_decide_by_what_they_throw(TestService service) {
        service.handle("now", task -> {
            throw new NoRetryException("the account is closed");
        });
        service.handle("later", task -> {
            if (task.attempt() == 1) throw new RetryAfterException(Duration.ofMinutes(7), "busy");
            return "ok";
        });
        service.submit(Task.of("now").id("n").maxAttempts(5));
        service.submit(Task.of("later").id("l").maxAttempts(5));
        service.drain();
        service.assertThatTask("n").hasFailedWith(NoRetryException.class).wasAttempted(1);
        service.assertThatTask("l").isDueIn(Duration.ofMinutes(7));
        service.run(Duration.ofMinutes(7));
        service.assertThatTask("l").isDone().wasAttempted(2);
    }

    @Test
    void a_snooze_spends_no_attempt(TestService service) {
        service.handle("patient", task -> {
            seen.add("looked");
            if (seen.size() < 4) throw new SnoozeException(Duration.ofMinutes(1), "not there yet");
            return "found";
        });
        service.submit(Task.of("patient").id("p"));
        service.drain();
        service.assertThatTask("p").isDueIn(Duration.ofMinutes(1)).wasAttempted(0);
        assertThat(service.run(Duration.ofMinutes(3))).isEqualTo(3);
        service.assertThatTask("p").isDone().hasResult("found").wasAttempted(1);
        assertThat(service.failures()).isEmpty();
    }

    @Test
    void the_soft_limit_asks_and_the_result_counts(TestService service) {
        service.handle("crawl", task -> {
            int pages = 0;
            while (!task.shouldStop()) {
                service.time().sleep(Duration.ofMillis(500));
                pages++;
            }
            return pages;
        });
        service.submit(
                Task.of("crawl").id("c").softTimeout(Duration.ofSeconds(2)).timeout(Duration.ofSeconds(9)));
        service.drain();
        assertThat(service.assertThatTask("c").isDone().result().asInt()).isBetween(4, 6);
    }

    @Test
    void the_hard_limit_interrupts_whoever_sleeps_on_the_clock(TestService service) {
        service.handle("slow", task -> {
            service.time().sleep(Duration.ofDays(1));
            return "never";
        });
        service.submit(Task.of("slow")
                .id("s")
                .timeout(Duration.ofSeconds(5))
                .maxAttempts(2)
                .retry(DOUBLING));
        service.drain();
        service.assertThatTask("s").isDueIn(Duration.ofSeconds(10)).wasAttempted(1);
        service.run(Duration.ofMinutes(1));
        service.assertThatTask("s").hasFailedWith("timed out after 5.0 s").wasAttempted(2);
    }

    @Test
    void the_rules_of_a_kind_hold_as_in_its_settings(TestService service) {
        service.handle("strict", task -> {
            seen.add("left " + task.timeLeft().orElseThrow());
            service.time().sleep(Duration.ofSeconds(4));
            return "never";
        });
        service.submit(Task.of("strict").id("s"));
        service.drain();
        service.assertThatTask("s").hasFailedWith("timed out after 3.0 s");
        assertThat(seen).containsExactly("left PT3S");
    }

    @Test
    void a_handler_that_ignores_its_interrupt_is_given_up_and_the_next_task_runs(TestService service) {
        service.handle("deaf", task -> {
            while (true) {
                try {
                    service.time().sleep(Duration.ofSeconds(1));
                } catch (InterruptedException ignored) {
                    seen.add("ignored");
                }
            }
        });
        service.submit(Task.of("deaf").id("d").timeout(Duration.ofSeconds(5)));
        service.submit(flaky(0));
        service.drain();
        service.assertThatTask("d")
                .hasFailedWith("the handler ignored the interrupt")
                .wasAttempted(1);
        service.assertThatTask("f").isDone();
        assertThat(seen).containsExactly("ignored");
    }

    /** Half of the grace to end by itself, half after the interrupt; then its slot is another's. */
    @Test
    void a_handler_that_ignores_that_it_was_called_off_is_given_up_as_cancelled(TestService service) {
        service.handle("deaf", task -> {
            Instant[] asked = {Instant.MAX};
            task.onStop(() -> asked[0] = service.time().instant());
            service.cancel(task.id());
            while (true) {
                try {
                    service.time().sleep(Duration.ofMillis(100));
                } catch (InterruptedException ignored) {
                    seen.add("interrupted after " + seconds(service, asked[0]));
                }
            }
        });
        Instant begun = service.time().instant();
        service.submit(Task.of("deaf").id("d").maxAttempts(3));
        service.submit(flaky(0));
        service.drain();
        service.assertThatTask("d").isCancelled();
        assertThat(service.task("d").error().orElseThrow())
                .startsWith("called off by the test; the handler ignored the interrupt");
        assertThat(seen).containsExactly("interrupted after 2 s");
        assertThat(seconds(service, begun)).isEqualTo("5 s");
        service.assertThatTask("f").isDone();
    }

    private static String seconds(TestService service, Instant since) {
        return Duration.between(since, service.time().instant()).toSeconds() + " s";
    }

    @Test
    void progress_and_log_are_kept(TestService service) {
        service.handle("import", task -> {
            task.logger().info("reading {} rows", 4);
            task.progress(0.5, "row 2 of 4");
            throw new IOException("row 3 is bad");
        });
        service.submit(Task.of("import").id("i"));
        service.drain();
        service.assertThatTask("i").hasFailed().hasProgress(0.5, "row 2 of 4").hasLogged("reading 4 rows");
        assertThat(service.logOf("i")).singleElement().asString().startsWith("2026-01-01T12:00:00Z INFO");
    }
}
