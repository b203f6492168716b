package dev.millrace.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.EventEntry;
import dev.millrace.event.EventRing;
import dev.millrace.job.JobState;
import dev.millrace.job.Jobs;
import dev.millrace.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of jobs when the ring is small and the daemon begins again. */
class JobObserverTest {
    @TempDir
    Path folder;

    private ControlBench bench;
    private Hosted hosted;

    @BeforeEach
    void begin() throws Exception {
        bench = new ControlBench(folder);
        hosted = bench.service("app");
    }

    @AfterEach
    void end() throws Exception {
        bench.close();
    }

    private EventRing ring() throws Exception {
        return EventRing.in(
                bench.ports.disk(), bench.time, new Random(1), bench.folder().resolve("ring"), 10);
    }

    private void runs(String job) throws Exception {
        Jobs jobs = hosted.jobs();
        jobs.submit(ControlBench.job(job), "", false);
        jobs.cancel(job, "enough");
        jobs.step();
        bench.time.advance(Duration.ofSeconds(1));
    }

    private static List<String> told(EventRing ring) {
        return ring.since(0, 1_000).events().stream().map(EventEntry::type).toList();
    }

    @Test
    void a_job_whose_events_have_rolled_out_is_not_told_anew_after_a_restart() throws Exception {
        runs("old");
        try (EventRing ring = ring()) {
            assertThat(new JobObserver(ring).look("app", hosted.jobs())).isPositive();
            for (int i = 0; i < 100; i++) ring.add("filler", Json.object());
        }
        bench.time.advance(Duration.ofSeconds(1));
        runs("late");
        try (EventRing ring = ring()) {
            JobObserver observer = new JobObserver(ring);
            observer.look("app", hosted.jobs());
            assertThat(ring.since(0, 1_000).events())
                    .filteredOn(event -> event.type().startsWith("job."))
                    .isNotEmpty()
                    .allSatisfy(event ->
                            assertThat(event.data().path("job_id").asText()).isEqualTo("late"));
            long version = ring.version();
            hosted.jobs().resume("old");
            observer.look("app", hosted.jobs());
            assertThat(ring.since(version, 1_000).events())
                    .extracting(EventEntry::type)
                    .contains("job.begun_again")
                    .doesNotContain("job.submitted");
        }
    }

    @Test
    void a_job_that_ended_before_the_first_daemon_began_is_told() throws Exception {
        runs("early");
        try (EventRing ring = ring()) {
            new JobObserver(ring).look("app", hosted.jobs());
            assertThat(told(ring)).contains("job.submitted", "job.cancelled");
        }
    }

    @Test
    void a_job_that_was_cleared_is_a_new_one_when_its_name_comes_again() throws Exception {
        try (EventRing ring = ring()) {
            JobObserver observer = new JobObserver(ring);
            runs("again");
            observer.look("app", hosted.jobs());
            assertThat(hosted.jobs()
                            .clear(EnumSet.of(JobState.CANCELLED), 0, Set.of())
                            .deleted())
                    .containsExactly("again");
            observer.look("app", hosted.jobs());
            long version = ring.version();
            hosted.jobs().submit(ControlBench.job("again"), "", false);
            observer.look("app", hosted.jobs());
            assertThat(ring.since(version, 1_000).events())
                    .extracting(EventEntry::type)
                    .startsWith("job.submitted");
        }
    }
}
