package dev.millrace.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.job.WithJobs;
import dev.millrace.json.Json;
import dev.millrace.queue.QueueControl;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.TaskFilter;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskView;
import dev.millrace.storage.Durability;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.TestService;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What failures that look alike come to: which are the same, how much they matter, and whether retries helped. */
class FailurePatternsTest extends WithJobs {
    private static final double DAY = 86_400;

    private static Path file(TestService service) {
        return service.queue().layout().jobs().resolveSibling("failures.json");
    }

    private static FailureBook book(TestService service) throws IOException {
        return new FailureBook(service.disk(), service.time(), file(service));
    }

    /** One that is tried again after a minute. */
    private static Task twice(String id) {
        return Task.of("work").id(id).with("max_attempts", 2).with("retry", Map.of("strategy", "fixed", "base", 60));
    }

    private static void looks(FailureBook book, TestService service) throws IOException {
        service.drain();
        book.look("app", service.queue());
        service.run(Duration.ofMinutes(2));
        book.look("app", service.queue());
    }

    private static FailurePattern only(FailureBook book) {
        assertThat(book.patterns(10)).hasSize(1);
        return book.patterns(10).get(0);
    }

    @Test
    void tasks_that_another_attempt_saved_validate_retrying(TestService service) throws Exception {
        FailureBook book = book(service);
        for (int i = 1; i <= 3; i++) {
            failures.put("t" + i, 1);
            service.submit(twice("t" + i));
            looks(book, service);
            assertThat(only(book).helped()).isEqualTo(i);
            assertThat(only(book).status()).isEqualTo(i < 3 ? "pending" : "validated");
        }
        assertThat(only(book).advice()).isEqualTo("retries help: 3 of 3 tasks were done by one");
        assertThat(only(book).effectiveness()).isEqualTo(1.0);
        assertThat(only(book)
                        .toJson(service.time().epochSeconds())
                        .path("pattern_type")
                        .asText())
                .isEqualTo("retry_success");
    }

    @Test
    void all_attempts_of_a_task_that_is_given_up_are_one_pattern_with_its_place(TestService service) throws Exception {
        FailureBook book = book(service);
        broken = "t";
        service.submit(twice("t"));
        looks(book, service);
        assertThat(only(book).count()).isEqualTo(2);
        assertThat(only(book).gaveUp()).isEqualTo(1);
        assertThat(only(book).frame()).contains("WithJobs").doesNotContainPattern(":[0-9]");
    }

    @Test
    void a_pattern_is_quarantined_when_retries_hardly_ever_helped_and_kept_by_a_restart(TestService service)
            throws Exception {
        FailureBook book = book(service);
        for (int i = 1; i <= 3; i++) {
            broken = "t" + i;
            service.submit(twice("t" + i));
            looks(book, service);
            assertThat(only(book).status()).isEqualTo(i < 3 ? "pending" : "quarantined");
        }
        assertThat(only(book(service))).isEqualTo(only(book));
        assertThat(only(book).advice()).contains("do not help");
    }

    private static List<String> watched(TestService service) throws Exception {
        List<String> stems = new ArrayList<>();
        Json.parseObject(service.disk().read(file(service), 1 << 20))
                .path("tasks")
                .fieldNames()
                .forEachRemaining(stems::add);
        return stems;
    }

    @Test
    void a_task_that_was_discarded_is_not_looked_for_again_and_no_other_service_has_it_forgotten(TestService service)
            throws Exception {
        FailureBook book = book(service);
        failures.put("t", 1);
        service.submit(twice("t"));
        service.drain();
        book.look("app", service.queue());
        QueueLayout elsewhere = new QueueLayout(service.queue().layout().root().resolveSibling("elsewhere"));
        book.look("other", TaskQueue.inDirectory(elsewhere, service.queue().options(), ports(service, service.disk())));
        assertThat(watched(service)).hasSize(1);
        service.advance(Duration.ofSeconds(1));
        service.cancel("t");
        service.drain();
        TaskView ended = service.queue()
                .list(new TaskFilter(EnumSet.of(TaskState.CANCELLED), "", 1))
                .get(0);
        assertThat(service.queue().control().discard(ended)).isEqualTo(QueueControl.Changed.DONE);
        book.look("app", service.queue());
        assertThat(watched(service)).isEmpty();
        assertThat(only(book).count()).isEqualTo(1);
    }

    private static FailurePattern seen(long count, double at) {
        return new FailurePattern("f", "work", "E", "m", "", count, 0, 0, at, at, Json.object());
    }

    @Test
    void what_is_frequent_matters_more_and_half_as_much_after_a_week() {
        double now = 1_000 * DAY;
        assertThat(seen(99, now).priority(now)).isEqualTo(1.0);
        assertThat(seen(99, now - 7 * DAY).priority(now)).isEqualTo(0.5);
        assertThat(seen(9, now).priority(now)).isEqualTo(0.5);
        assertThat(seen(9, now).priority(now)).isGreaterThan(seen(9, now - DAY).priority(now));
        assertThat(seen(1_000_000, now).priority(now)).isEqualTo(1.0);
    }

    @Test
    void the_most_important_pattern_is_the_first(TestService service) throws Exception {
        FailureBook book = book(service);
        for (int i = 1; i <= 6; i++) {
            broken = "t" + i;
            complaint = i == 4 ? "seldom" : "often";
            service.submit(Task.of("work").id(broken));
            service.drain();
        }
        book.look("app", service.queue());
        assertThat(book.patterns(10))
                .extracting(FailurePattern::message)
                .containsExactly("IOException: often", "IOException: seldom");
        assertThat(book.patterns(1)).hasSize(1);
    }

    @Test
    void a_book_that_is_too_large_or_damaged_is_begun_anew(TestService service) throws Exception {
        service.disk().createFolders(service.queue().layout().jobs());
        service.disk().replace(file(service), new byte[(64 << 20) + 1], Durability.OS);
        assertThat(book(service).patterns(1)).isEmpty();
        service.disk().replace(file(service), new byte[] {'{'}, Durability.OS);
        assertThat(book(service).patterns(1)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no connection to 10.0.0.7 after 3,5 s | no connection to <n> after <n> s",
                "cannot open /var/lib/app/data.txt     | cannot open <path>",
                "no user \"bob smith\"                 | no user <text>",
                "order 3f2a9b1c-77aa-41 is gone        | order <id> is gone",
                "the plain words stay                  | the plain words stay"
            })
    void what_varies_in_a_message_does_not_count(String message, String normalised) {
        assertThat(Fingerprint.normalised(message)).isEqualTo(normalised);
    }

    @Test
    void kind_exception_message_and_place_make_a_failure_but_not_its_line() {
        String here = "app.Fetch.get(Fetch.java:12)";
        String id = Fingerprint.of("fetch", "E", "lost 1", here).id();
        assertThat(Fingerprint.of("fetch", "E", "lost 2", "app.Fetch.get(Fetch.java:99)")
                        .id())
                .isEqualTo(id);
        assertThat(Fingerprint.of("fetch", "E", "lost 1", "app.Fetch.put(Fetch.java:12)")
                        .id())
                .isNotEqualTo(id);
        assertThat(Fingerprint.of("other", "E", "lost 1", here).id()).isNotEqualTo(id);
        assertThat(Fingerprint.of("fetch", "F", "lost 1", here).id()).isNotEqualTo(id);
        assertThat(Fingerprint.of("fetch", "E", "found 1", here).id()).isNotEqualTo(id);
    }
}
