package dev.millrace.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.storage.LockHeldException;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.FaultyDisk.Moment;
import dev.millrace.testkit.TestService;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs that have ended may be many: the oldest are forgotten, and the others are listed in short. */
class ForgottenJobsTest extends WithJobs {
    /** Jobs that fail one after the other. */
    private void fail(Jobs jobs, TestService service, String... ids) throws Exception {
        for (String id : ids) {
            runWithout("a", job(id, "a"), jobs, service);
            jobs.step();
            service.advance(Duration.ofSeconds(1));
        }
    }

    /** Whoever begins it again is refused for the moment, or comes too late, or keeps all of it. */
    private static void resumeIfThere(Jobs jobs, String id) {
        try {
            jobs.resume(id);
        } catch (JobException | LockHeldException goneOrGoing) {
            // it is forgotten, with its history
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void a_job_that_begins_again_while_the_oldest_are_forgotten_keeps_its_history(int change, TestService service)
            throws Exception {
        Jobs jobs = jobs(service);
        fail(jobs, service, "one", "two", "three");
        FaultyDisk disk = FaultyDisk.over(service.disk());
        disk.interpose(change, Moment.BEFORE, () -> resumeIfThere(jobs, "one"));
        jobs(service, disk).evict(1);
        assertThat(jobs.list()).hasSizeLessThan(3);
        if (jobs.find("one").isPresent())
            assertThat(jobs.history("one", "", 10)).isNotEmpty();
    }

    @Test
    void the_oldest_are_found_without_reading_any(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        fail(jobs, service, "c", "a", "b");
        FaultyDisk disk = FaultyDisk.over(service.disk());
        assertThat(jobs(service, disk).evict(1)).isEqualTo(2);
        assertThat(disk.count(Operation.READ)).isZero();
        assertThat(jobs.list()).extracting(JobView::id).containsExactly("b");
    }

    @Test
    void a_list_leaves_results_of_ended_jobs_out_and_a_job_by_itself_shows_them(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        jobs.submit(job("one", "a"), "", false);
        service.drain();
        jobs.step();
        StepView listed = jobs.list().get(0).step("a").orElseThrow();
        assertThat(listed.state()).isEqualTo(StepState.DONE);
        assertThat(listed.facts().has("result")).isFalse();
        assertThat(listed.facts().has("worker")).isTrue();
        StepView shown = jobs.find("one").orElseThrow().step("a").orElseThrow();
        assertThat(shown.facts().path("result").path("step").asText()).isEqualTo("a");
    }
}
