package dev.millrace.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.storage.Durability;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.MillraceExtension;
import dev.millrace.testkit.TestService;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is counted of failures, and for how long they are too many. */
class FailureBookTest {
    @RegisterExtension
    final MillraceExtension millrace = MillraceExtension.of("work", task -> {
        throw new IOException("no connection to 10.0.0.7");
    });

    private static FailureBook book(TestService service) throws IOException {
        Path jobs = service.queue().layout().jobs();
        return new FailureBook(service.disk(), service.time(), jobs.resolveSibling("failures.json"));
    }

    private static void fails(TestService service, int tasks) throws IOException {
        for (Task task : Collections.nCopies(tasks, Task.of("work")))
            service.queue().submit(task);
        service.drain();
    }

    @Test
    void more_failures_than_one_look_reads_are_counted_by_the_looks_that_follow(TestService service) throws Exception {
        FailureBook book = book(service);
        fails(service, 600);
        assertThat(book.look("app", service.queue())).isEqualTo(500);
        assertThat(book.look("app", service.queue())).isEqualTo(100);
        assertThat(book.look("app", service.queue())).isZero();
        assertThat(book.patterns(10)).extracting(FailurePattern::count).containsExactly(600L);
    }

    private static void failedLongAgo(TestService service, int tasks) throws IOException {
        Path failed = service.queue().layout().folder(TaskState.FAILED);
        byte[] document = "{\"status\":\"failed\",\"finished_at\":1}".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < tasks; i++)
            service.disk().create(failed.resolve("000-old-" + i + ".task.json"), document, Durability.OS);
    }

    private static long counted(FailureBook book) {
        return book.patterns(10).stream().mapToLong(FailurePattern::count).sum();
    }

    @Test
    void however_many_lie_in_failed_those_that_follow_are_learned_and_none_is_counted_twice(TestService service)
            throws Exception {
        FailureBook book = book(service);
        fails(service, 1);
        failedLongAgo(service, 20_001);
        for (int i = 0; i < 45; i++) book.look("app", service.queue());
        assertThat(counted(book)).isEqualTo(1);
        fails(service, 4);
        for (int i = 0; i < 45; i++) book.look("app", service.queue());
        assertThat(counted(book)).isEqualTo(5);
        assertThat(book.failuresLately()).isEqualTo(5);

        FailureBook again = book(service);
        for (int i = 0; i < 45; i++) again.look("app", service.queue());
        assertThat(counted(again)).isEqualTo(5);
    }

    private static boolean isElevated(FailureBook book) {
        return new Readiness(
                        Pressure.unknown(""),
                        ControlLimits.defaults(),
                        false,
                        book.failuresLately(),
                        0,
                        List.of(),
                        "",
                        1)
                .failureRateElevated();
    }

    @Test
    void three_failures_within_a_minute_are_borne_four_are_too_many_until_the_minute_is_over(TestService service)
            throws Exception {
        FailureBook book = book(service);
        fails(service, 3);
        book.look("app", service.queue());
        assertThat(book.failuresLately()).isEqualTo(3);
        assertThat(isElevated(book)).isFalse();
        service.advance(Duration.ofSeconds(30));
        fails(service, 1);
        book.look("app", service.queue());
        assertThat(isElevated(book)).isTrue();
        service.advance(Duration.ofSeconds(29));
        assertThat(isElevated(book)).isTrue();
        service.advance(Duration.ofSeconds(2));
        assertThat(book.failuresLately()).isEqualTo(1);
        assertThat(isElevated(book)).isFalse();
    }
}
