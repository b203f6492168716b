package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.task.RetryPolicy;
import dev.millrace.task.Task;
import dev.millrace.testkit.CrashReport.Crash;
import dev.millrace.worker.SnoozeException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Handlers that may be run again, and such that may not, crashed wherever they ask their context for something. */
@ExtendWith(MillraceExtension.class)
class CrashEverywhereTest {
    private final List<String> charged = new ArrayList<>();
    private final Set<String> keys = new HashSet<>();
    private final SideEffects charges = SideEffects.of(() -> charged, charged::clear);

    private static List<String> placesOf(CrashReport report) {
        return report.crashes().stream().map(Crash::where).toList();
    }

    @Test
    void a_handler_that_acts_once_for_each_key_is_safe_everywhere(TestService service) {
        service.handle("charge", task -> {
            String card = task.args().path("card").asText();
            task.progress(0.5, "asking");
            if (keys.add(task.idempotencyKey())) charged.add(card);
            task.logger().info("charged {}", card);
            return card;
        });
        CrashReport report = service.crashEverywhere(Task.of("charge").args(Map.of("card", "1234")), charges);
        assertThat(placesOf(report))
                .containsExactly(
                        "before the 1st args()",
                        "before the 1st progress()",
                        "before the 1st idempotencyKey()",
                        "before the 1st logger()",
                        "before the 1st logger().info()",
                        "after the handler had returned, before its result counted");
        assertThat(report.unsafe()).isEmpty();
        report.assertSafe();
    }

    @Test
    void a_double_increment_is_told_with_every_place_that_leads_to_it(TestService service) {
        AtomicInteger balance = new AtomicInteger();
        service.handle("pay", task -> {
            task.progress(0.1);
            balance.addAndGet(100);
            task.progress(0.9);
            return "ok";
        });
        CrashReport report =
                service.crashEverywhere(Task.of("pay").id("ada"), SideEffects.of(balance::get, () -> balance.set(0)));
        assertThat(report.isSafe()).isFalse();
        assertThat(report.crashes())
                .containsExactly(
                        new Crash("before the 1st progress()", ""),
                        new Crash("before the 2nd progress()", "side effects were 100, and are 200"),
                        new Crash(
                                "after the handler had returned, before its result counted",
                                "side effects were 100, and are 200"));
        assertThatThrownBy(report::assertSafe)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("crashed in 3 places; in 2 of them running it again is not safe")
                .hasMessageContaining("  UNSAFE  before the 2nd progress(): side effects were 100, and are 200");
    }

    @Test
    void what_a_handler_cleans_up_at_its_end_is_left_by_a_death_as_a_kill_leaves_it(TestService service) {
        List<String> files = new ArrayList<>();
        service.handle("scratch", task -> {
            files.add("scratch-" + files.size());
            try {
                return task.attempt() > 0;
            } finally {
                files.remove(files.size() - 1);
            }
        });
        CrashReport report = service.crashEverywhere(Task.of("scratch"), SideEffects.of(() -> files, files::clear));
        assertThat(report.unsafe())
                .containsExactly(
                        new Crash("before the 1st attempt()", "side effects were [], and are [\"scratch-0\"]"));
    }

    @Test
    void a_result_that_depends_on_the_attempt_is_told_unless_it_does_not_matter(TestService service) {
        service.handle("count", task -> task.attempt());
        assertThat(service.crashEverywhere(Task.of("count")).unsafe())
                .extracting(Crash::difference)
                .containsExactly("its result was 1, and is 2", "its result was 1, and is 2");
        assertThat(service.crashEverywhere(Task.of("count"), SideEffects.none().withoutResult())
                        .isSafe())
                .isTrue();
    }

    @Test
    void tasks_that_a_handler_submits_twice_are_told(TestService service) {
        service.handle("mail", task -> "sent");
        service.handle("order", task -> {
            service.submit(Task.of("mail").args(Map.of("to", "ada")));
            task.progress(1);
            return "ordered";
        });
        assertThat(service.crashEverywhere(Task.of("order")).unsafe())
                .extracting(Crash::difference)
                .containsOnly("it submitted [mail {\"to\":\"ada\"}], and after another run"
                        + " [mail {\"to\":\"ada\"}, mail {\"to\":\"ada\"}]");
    }

    @Test
    void retries_and_snoozes_run_to_their_end(TestService service) {
        service.handle("late", task -> {
            task.progress(0.5);
            if (keys.add("snoozed")) throw new SnoozeException(Duration.ofMinutes(5), "not yet");
            if (keys.add("failed")) throw new IOException("once");
            return "ended";
        });
        Task task = Task.of("late").maxAttempts(9).retry(RetryPolicy.fixed(Duration.ofMinutes(1)));
        CrashReport report = service.crashEverywhere(task, SideEffects.of(() -> "", keys::clear));
        assertThat(placesOf(report))
                .containsExactly(
                        "before the 1st progress()",
                        "after the handler had thrown, before that counted",
                        "in its 2nd run, before the 1st progress()",
                        "in its 2nd run, after the handler had thrown, before that counted",
                        "in its 3rd run, before the 1st progress()",
                        "in its 3rd run, after the handler had returned, before its result counted");
        report.assertSafe();
    }

    @Test
    void what_goes_wrong_only_in_the_run_after_a_failure_is_found_there(TestService service) {
        service.handle("charge", task -> {
            if (keys.add("failed")) throw new IOException("once");
            charged.add("1234");
            task.progress(0.9);
            return "ok";
        });
        Task task = Task.of("charge").maxAttempts(9).retry(RetryPolicy.fixed(Duration.ofMinutes(1)));
        SideEffects effects = SideEffects.of(() -> charged, () -> {
            charged.clear();
            keys.clear();
        });
        assertThat(service.crashEverywhere(task, effects).unsafe())
                .extracting(Crash::where)
                .containsExactly(
                        "in its 2nd run, before the 1st progress()",
                        "in its 2nd run, after the handler had returned, before its result counted");
    }

    /** Here what the handler does depends on something that reset() forgets. */
    @Test
    void a_place_to_which_the_handler_does_not_come_again_was_not_tried_and_is_not_safe(TestService service) {
        AtomicInteger runs = new AtomicInteger();
        service.handle("cached", task -> {
            if (runs.incrementAndGet() <= 2) task.progress(0.5);
            return "ok";
        });
        CrashReport report = service.crashEverywhere(Task.of("cached"));
        assertThat(report.isSafe()).isFalse();
        assertThat(report.crashes())
                .containsExactly(
                        new Crash(
                                "before the 1st progress()",
                                "was not tried: this time the handler came to this instead: after the handler had"
                                        + " returned, before its result counted"),
                        new Crash(
                                "after the handler had returned, before its result counted",
                                "was not tried: this time the handler did not come there"));
    }

    @Test
    void two_undisturbed_runs_that_come_to_different_places_tell_nothing(TestService service) {
        AtomicInteger runs = new AtomicInteger();
        service.handle("cached", task -> {
            if (runs.incrementAndGet() == 1) task.progress(0.5);
            return "ok";
        });
        assertThatThrownBy(() -> service.crashEverywhere(Task.of("cached")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("two undisturbed runs come to different things")
                .hasMessageContaining("the handler came to [before the 1st progress(), after");
    }

    @Test
    void when_two_undisturbed_runs_differ_nothing_is_told_but_why(TestService service) {
        service.handle("charge", task -> charged.add("1234"));
        assertThatThrownBy(() -> service.crashEverywhere(Task.of("charge"), SideEffects.of(() -> charged, () -> {})))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("two undisturbed runs come to different things")
                .hasMessageContaining("side effects were [\"1234\"], and are [\"1234\",\"1234\"]");
        charged.clear();
        service.submit(Task.of("charge"));
        service.drain();
        assertThat(charged).as("the handler serves on").hasSize(1);
    }

    @Test
    void a_task_that_is_turned_away_the_second_time_cannot_be_tried(TestService service) {
        service.handle("charge", task -> "ok");
        Task unique = Task.of("charge").uniqueKey("once");
        assertThat(service.crashEverywhere(unique).isSafe()).isTrue();
        assertThatThrownBy(() -> service.crashEverywhere(unique.uniqueWindow(Duration.ofHours(1))))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("unique key");
        assertThatThrownBy(() -> service.crashEverywhere(Task.of("chrage")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no handler for the kind 'chrage'; there are [");
    }
}
