package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.task.RetryPolicy;
import dev.millrace.task.Task;
import dev.millrace.testkit.CrashReport.Crash;
import dev.millrace.worker.SnoozeException;
import dev.millrace.worker.TaskContext;
import dev.millrace.worker.TaskHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What outlives a death here and what does not: fields, attempts; and how much of a chatty handler is tried. */
@ExtendWith(MillraceExtension.class)
class CrashedLivesTest {
    private static final String TWICE = "side effects were [\"ada\"], and are [\"ada\",\"ada\"]";

    private final List<String> charged = new ArrayList<>();
    private final SideEffects charges = SideEffects.of(() -> charged, charged::clear);

    /** The mistake that crashes are for: it remembers in a field what it has done, and forgets that with its process. */
    private static final class Remembering implements TaskHandler {
        private final Set<String> done = new HashSet<>();
        private final List<String> charged;
        private final Function<TaskContext, String> key;

        Remembering(List<String> charged, Function<TaskContext, String> key) {
            this.charged = charged;
            this.key = key;
        }

        @Override
        public Object handle(TaskContext task) {
            if (done.add(key.apply(task))) charged.add("ada");
            task.progress(0.9);
            return "ok";
        }
    }

    private void expectForgotten(CrashReport report) {
        assertThat(report.crashes())
                .containsExactly(
                        new Crash("before the 1st idempotencyKey()", ""),
                        new Crash("before the 1st progress()", TWICE),
                        new Crash("after the handler had returned, before its result counted", TWICE));
        assertThat(report.notes()).isEmpty();
    }

    @Test
    void a_handler_that_remembers_in_its_fields_is_not_safe_because_each_life_has_a_new_one(TestService service) {
        expectForgotten(service.crashEverywhere(
                Task.of("charge"), charges, () -> new Remembering(charged, TaskContext::idempotencyKey)));
    }

    @Test
    void a_service_that_makes_its_handlers_makes_new_ones_for_each_life() {
        TestServiceOptions options = TestServiceOptions.defaults()
                .withHandler("charge", () -> new Remembering(charged, TaskContext::idempotencyKey));
        try (TestService service = TestService.open(options)) {
            expectForgotten(service.crashEverywhere(Task.of("charge"), charges));
        }
    }

    /** Also those of other kinds, and those that are found. */
    @Test
    void a_death_takes_all_handlers_of_its_process(TestService service) {
        CrashReport report = service.crashEverywhere(Task.of("offered"));
        report.assertSafe();
        assertThat(report.notes()).as("each life has found its own").isEmpty();
        TestServiceOptions options =
                TestServiceOptions.defaults().withHandler("charge", () -> new Remembering(charged, TaskContext::kind));
        try (TestService other = TestService.open(options)) {
            other.handle("order", task -> {
                boolean first = charged.isEmpty();
                other.submit(Task.of("charge"));
                if (first) throw new SnoozeException(Duration.ofMinutes(1), "until it is charged");
                task.progress(0.5);
                return "ordered";
            });
            assertThat(other.crashEverywhere(Task.of("order"), charges).crashes())
                    .filteredOn(crash -> crash.where().equals("in its 2nd run, before the 1st progress()"))
                    .singleElement()
                    .extracting(Crash::difference)
                    .asString()
                    .startsWith(TWICE);
        }
    }

    @Test
    void of_a_handler_that_is_one_object_it_is_told_that_its_fields_outlive_deaths(TestService service) {
        service.handle("charge", new Remembering(charged, TaskContext::idempotencyKey));
        CrashReport report = service.crashEverywhere(Task.of("charge"), charges);
        assertThat(report.notes()).singleElement().asString().contains("the same object in each life");
        assertThat(report).asString().contains("\n  note    the handler is the same object in each life");
    }

    @Test
    void of_very_many_calls_some_are_tried_and_the_report_says_how_many(TestService service) {
        service.handle("chatty", task -> {
            for (int i = 1; i <= 200; i++) task.progress(i / 200.0);
            charged.add("ada");
            return task.attempt() > 0;
        });
        CrashReport report = service.crashEverywhere(Task.of("chatty"), charges);
        assertThat(report.crashes()).hasSize(CrashPlaces.MOST_OF_A_SORT + 2);
        assertThat(report.crashes())
                .extracting(Crash::where)
                .startsWith("before the 1st progress()", "before the 5th progress()")
                .containsSequence("before the 200th progress()", "before the 1st attempt()");
        assertThat(report.unsafe()).hasSize(2);
        assertThat(report.notes())
                .singleElement()
                .asString()
                .startsWith(
                        "the handler comes 200 times to where its worker may die before the progress(); 50 of them");
    }

    @Test
    void that_a_death_spends_the_only_attempt_is_told(TestService service) {
        service.handle("once", task -> task.attempt());
        CrashReport report = service.crashEverywhere(Task.of("once").maxAttempts(1));
        assertThat(report.unsafe())
                .hasSize(2)
                .allSatisfy(crash -> assertThat(crash.difference())
                        .startsWith("the task was done, and is failed (given up: ")
                        .endsWith("; the death spent its last attempt, so it was not run again"));
    }

    @Test
    void that_a_death_spends_an_attempt_which_a_later_failure_would_have_needed_is_told(TestService service) {
        service.handle("shaky", task -> {
            task.progress(0.5);
            if (charged.size() == 2) return "ok";
            charged.add("failed");
            throw new IOException("not yet");
        });
        Task task = Task.of("shaky").maxAttempts(3).retry(RetryPolicy.fixed(Duration.ofMinutes(1)));
        CrashReport report = service.crashEverywhere(task, SideEffects.of(() -> "", charged::clear));
        assertThat(report.crashes())
                .filteredOn(crash -> crash.where().equals("before the 1st progress()"))
                .singleElement()
                .extracting(Crash::difference)
                .asString()
                .startsWith("the task was done, and is failed (")
                .endsWith("; the death spent one of its attempts");
    }
}
