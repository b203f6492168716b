package dev.millrace.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.EventEntry;
import dev.millrace.event.EventRing;
import dev.millrace.job.Jobs;
import dev.millrace.job.WithJobs;
import dev.millrace.storage.Durability;
import dev.millrace.testkit.TestService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of steps that are tried several times, or never. */
class RetriedStepsTest extends WithJobs {
    @TempDir
    Path folder;

    private EventRing ring(TestService service) throws IOException {
        return EventRing.in(service.disk(), service.time(), new Random(1), folder.resolve("ring"), 1_000);
    }

    private static List<String> stepsIn(EventRing ring) {
        return ring.since(0, 1_000).events().stream()
                .filter(event -> event.type().startsWith("step."))
                .map(RetriedStepsTest::told)
                .toList();
    }

    private static String told(EventEntry event) {
        return event.type() + " " + event.data().path("attempt").asInt();
    }

    @Test
    void attempts_that_came_and_went_between_two_looks_are_told(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        failures.put("a", 2);
        try (EventRing ring = ring(service)) {
            JobObserver observer = new JobObserver(ring);
            jobs.submit(thrice("nightly", "a"), "", false);
            observer.look("app", jobs);
            service.drain();
            observer.look("app", jobs);
            assertThat(stepsIn(ring))
                    .containsExactly(
                            "step.pending 1",
                            "step.running 1",
                            "step.retried 1",
                            "step.running 2",
                            "step.retried 2",
                            "step.running 3",
                            "step.done 3");
            assertThat(ring.since(0, 1_000).events())
                    .filteredOn(event -> event.type().equals("step.retried"))
                    .allSatisfy(event -> {
                        assertThat(event.data().path("error").asText()).contains("no connection");
                        assertThat(event.data().path("code").asText()).isEqualTo("failed");
                        assertThat(event.at()).isPositive();
                    });
        }
    }

    @Test
    void a_daemon_that_begins_again_tells_no_attempt_twice(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        runWithout("a", thrice("nightly", "a"), jobs, service);
        try (EventRing ring = ring(service)) {
            new JobObserver(ring).look("app", jobs);
        }
        try (EventRing ring = ring(service)) {
            new JobObserver(ring).look("app", jobs);
            assertThat(stepsIn(ring))
                    .containsExactly(
                            "step.running 1",
                            "step.retried 1",
                            "step.running 2",
                            "step.retried 2",
                            "step.running 3",
                            "step.failed 3");
        }
    }

    @Test
    void a_step_that_was_skipped_is_never_told_to_run(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        runWithout("a", job("nightly", "a", "b:a"), jobs, service);
        try (EventRing ring = ring(service)) {
            new JobObserver(ring).look("app", jobs);
            assertThat(stepsIn(ring)).containsExactly("step.running 1", "step.failed 1", "step.skipped 0");
        }
    }

    @Test
    void a_job_whose_file_is_damaged_is_told_once_and_hides_no_other(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        jobs.submit(job("good", "a"), "", false);
        jobs.submit(job("bad", "b"), "", false);
        try (EventRing ring = ring(service)) {
            JobObserver observer = new JobObserver(ring);
            observer.look("app", jobs);
            Path open = service.queue().layout().jobs().resolve("open");
            service.disk().replace(open.resolve("bad.json"), new byte[] {'{'}, Durability.OS);
            service.drain();
            observer.look("app", jobs);
            observer.look("app", jobs);
            List<String> types =
                    ring.since(0, 1_000).events().stream().map(EventEntry::type).toList();
            assertThat(types).containsOnlyOnce("job.damaged").contains("job.completed");
        }
    }
}
