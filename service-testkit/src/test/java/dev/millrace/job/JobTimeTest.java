package dev.millrace.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.json.Json;
import dev.millrace.queue.QueuePorts;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.storage.LockHeldException;
import dev.millrace.testkit.MillraceExtension;
import dev.millrace.testkit.TestService;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How long a job runs, and what does not count. */
class JobTimeTest {
    @RegisterExtension
    final MillraceExtension millrace = MillraceExtension.of("work", task -> "done");

    private static Jobs jobs(TestService service) {
        return Jobs.in(
                service.queue(),
                new QueuePorts(service.disk(), service.time(), new Random(1), service.events()),
                () -> {});
    }

    /** It runs for as long as it may: its worker never comes. */
    private static void submit(Jobs jobs, String id) throws Exception {
        var job = Json.object();
        if (id.equals("one")) job.put("timeout_sec", 60);
        job.putArray("tasks").addObject().put("name", "a").put("kind", "work").put("worker", "somebody-else");
        jobs.submit(JobSpec.of(job, id), "", false);
    }

    private static JobState after(TestService service, Jobs jobs, int seconds) throws Exception {
        service.advance(Duration.ofSeconds(seconds));
        jobs.step();
        return jobs.find("one").orElseThrow().state();
    }

    @Test
    void who_does_not_get_the_lock_within_twenty_seconds_is_told_and_nothing_is_changed(TestService service)
            throws Exception {
        Jobs jobs = jobs(service);
        Path folder = service.queue().layout().jobs();
        service.disk().createFolders(folder);
        Instant begin = service.time().instant();
        try (DiskLock held = service.disk().tryLock(folder.resolve("lock")).orElseThrow()) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> submit(jobs, "one")).isInstanceOf(LockHeldException.class);
        }
        assertThat(Duration.between(begin, service.time().instant())).isGreaterThanOrEqualTo(Duration.ofSeconds(20));
        assertThat(jobs.find("one")).isEmpty();
    }

    @Test
    void a_job_that_waits_for_its_turn_again_does_not_run_meanwhile(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        jobs.most(1);
        submit(jobs, "one");
        after(service, jobs, 10);
        jobs.pause("one", Jobs.OPERATOR, "");
        submit(jobs, "two");
        jobs.resume("one");
        assertThat(after(service, jobs, 30)).isEqualTo(JobState.QUEUED);
        jobs.pause("one", Jobs.OPERATOR, "");
        service.advance(Duration.ofSeconds(30));
        jobs.resume("one");
        assertThat(after(service, jobs, 40)).isEqualTo(JobState.QUEUED);
        jobs.cancel("two", "");
        assertThat(after(service, jobs, 0)).isEqualTo(JobState.RUNNING);
        assertThat(after(service, jobs, 45)).isEqualTo(JobState.RUNNING);
        assertThat(after(service, jobs, 15)).isEqualTo(JobState.FAILED);
    }

    @Test
    void a_moment_in_which_two_hold_a_job_back_counts_once(TestService service) throws Exception {
        isHeldBackByTwoForNinetySeconds(service, Jobs.PRESSURE, Jobs.OPERATOR);
    }

    @Test
    void who_lets_go_last_need_not_have_held_first(TestService service) throws Exception {
        isHeldBackByTwoForNinetySeconds(service, Jobs.OPERATOR, Jobs.PRESSURE);
    }

    /** The operator held it back first; its minute to run is its own afterwards. */
    private void isHeldBackByTwoForNinetySeconds(TestService service, String letsGoFirst, String letsGoLast)
            throws Exception {
        Jobs jobs = jobs(service);
        submit(jobs, "one");
        jobs.pause("one", Jobs.OPERATOR, "");
        service.advance(Duration.ofSeconds(30));
        jobs.pause("one", Jobs.PRESSURE, "");
        service.advance(Duration.ofSeconds(30));
        jobs.letGo("one", letsGoFirst);
        service.advance(Duration.ofSeconds(30));
        jobs.letGo("one", letsGoLast);
        assertThat(after(service, jobs, 50)).isEqualTo(JobState.RUNNING);
        assertThat(after(service, jobs, 15)).isEqualTo(JobState.FAILED);
    }
}
