package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.task.RetryPolicy;
import dev.millrace.task.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An expectation that is not met says what was expected, how the task stands, and what its handler threw. */
class TaskAssertTest {
    @RegisterExtension
    final MillraceExtension millrace = MillraceExtension.of("fail", task -> {
                throw new IllegalStateException("outer", new IOException("inner"));
            })
            .handler("count", task -> Map.of("n", 1, "half", 0.5));

    private static void expectRefused(String message, ThrowingCallable expectation) {
        assertThatThrownBy(expectation).isInstanceOf(AssertionError.class).hasMessageContaining(message);
    }

    @Test
    void the_exception_of_the_handler_is_the_cause(TestService service) {
        service.submit(Task.of("fail").id("f"));
        service.drain();
        assertThatThrownBy(() -> service.assertThatTask("f").isDone())
                .hasMessage("expected that task f is done, but it has failed: IllegalStateException: outer")
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("inner");
        assertThatThrownBy(service::assertNothingFailed)
                .hasMessageContaining("f failed: IllegalStateException: outer")
                .satisfies(error -> assertThat(error.getSuppressed()).hasSize(1));
    }

    @Test
    void a_failure_is_known_by_its_class_and_by_its_causes(TestService service) {
        service.submit(Task.of("fail").id("f"));
        service.drain();
        assertThatCode(() -> service.assertThatTask("f")
                        .hasFailedWith(IllegalStateException.class)
                        .hasFailedWith(RuntimeException.class)
                        .hasFailedWith(IOException.class))
                .doesNotThrowAnyException();
        expectRefused(
                "has failed with java.lang.ArithmeticException",
                () -> service.assertThatTask("f").hasFailedWith(ArithmeticException.class));
        expectRefused(
                "has failed with 'inner'", () -> service.assertThatTask("f").hasFailedWith("inner"));
    }

    @Test
    void a_task_that_nobody_ran_says_what_to_do(TestService service) {
        service.submit(Task.of("count").id("c"));
        expectRefused(
                "it is pending: nothing has run it yet; call drain()",
                () -> service.assertThatTask("c").isDone());
        service.submit(Task.of("fail")
                .id("f")
                .maxAttempts(2)
                .retry(RetryPolicy.fixed(Duration.ofSeconds(9)).withJitter(RetryPolicy.Jitter.NONE)));
        service.drain();
        expectRefused(
                "it is scheduled and due in PT9S; call run()",
                () -> service.assertThatTask("f").hasFailed());
        expectRefused("is due in PT8S", () -> service.assertThatTask("f").isDueIn(Duration.ofSeconds(8)));
        expectRefused("f is scheduled, due in PT9S", service::assertNothingWaits);
    }

    @Test
    void results_are_compared_as_json(TestService service) {
        service.submit(Task.of("count").id("c"));
        service.drain();
        service.assertThatTask("c").hasResult(Map.of("half", 0.5, "n", 1L));
        expectRefused(
                "has the result {\"n\":2}, but it is done with the result {",
                () -> service.assertThatTask("c").hasResult(Map.of("n", 2)));
        assertThat(service.assertThatTask("c").result().path("n").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"failed", "cancelled", "waiting", "attempted", "progress", "logged", "waits"})
    void every_expectation_can_fail(String which, TestService service) {
        service.submit(Task.of("count").id("c"));
        service.drain();
        TaskAssert task = service.assertThatTask("c");
        expectRefused("expected that task c", () -> {
            switch (which) {
                case "failed" -> task.hasFailed();
                case "cancelled" -> task.isCancelled();
                case "waiting" -> task.isWaiting();
                case "attempted" -> task.wasAttempted(2);
                case "progress" -> task.hasProgress(0.1, "");
                case "logged" -> task.hasLogged("nothing");
                default -> task.isDueBetween(Duration.ZERO, Duration.ofDays(1));
            }
        });
    }

    @Test
    void an_unknown_task_is_told_with_those_that_there_are(TestService service) {
        expectRefused("there is no task 'x'; there are none at all", () -> service.assertThatTask("x"));
        service.submit(Task.of("count").id("a"));
        service.submit(Task.of("count").id("b"));
        expectRefused("there is no task 'x'; there are a, b", () -> service.assertThatTask("x"));
    }
}
