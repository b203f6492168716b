package dev.millrace.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.queue.Claim;
import dev.millrace.queue.Member;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk.Fault;
import dev.millrace.testkit.FaultyDisk.Moment;
import dev.millrace.testkit.TestService;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is asked of a cancelled job while one of its steps has not ended yet, and what becomes of a change that fails. */
class CalledOffStepsTest extends WithJobs {
    /** Somebody who has begun the only step of a job, and hears nothing of its being called off. */
    private static Slow slow(TestService service) throws Exception {
        WorkerQueue worker = queue(service, service.disk()).join(Member.newLife(0, "slow", new Random(2)));
        return new Slow(worker, worker.claim().orElseThrow());
    }

    private record Slow(WorkerQueue worker, Claim claim) {
        void ends() throws IOException {
            worker.settle(claim, new Outcome.Failed("stopped in the end", ""));
        }
    }

    @Test
    void a_cancelled_job_is_resumed_while_its_step_still_ends_and_begins_after_it(TestService service)
            throws Exception {
        Jobs jobs = jobs(service);
        jobs.submit(job("one", "a"), "", false);
        Slow slow = slow(service);
        jobs.cancel("one", "wrong data");
        assertThat(jobs.resume("one").message()).contains("when what was called off has ended");
        jobs.cancel("one", "still wrong");
        jobs.resume("one");
        jobs.modify("one", job("one", "a", "b"), "");
        jobs.step();
        assertThat(service.queue().counts().of(TaskState.PENDING)).isZero();
        beginsAfter(slow, jobs, service);
        assertThat(ran).containsExactlyInAnyOrder("a", "b");
    }

    private void beginsAfter(Slow slow, Jobs jobs, TestService service) throws Exception {
        slow.ends();
        jobs.step();
        service.drain();
        assertThat(state(jobs, "one")).isEqualTo(JobState.COMPLETED);
        assertThat(jobs.history("one", "a", 10))
                .extracting(entry -> entry.json().path("outcome").asText())
                .containsExactly("done", "failed");
    }

    @Test
    void a_name_is_used_again_while_a_step_of_the_cancelled_job_still_ends_and_its_attempt_is_kept(TestService service)
            throws Exception {
        Jobs jobs = jobs(service);
        jobs.submit(job("one", "a"), "", false);
        Slow slow = slow(service);
        jobs.cancel("one", "wrong data");
        assertThat(jobs.submit(job("one", "a"), "", false).run()).isEqualTo(2);
        jobs.step();
        assertThat(service.queue().counts().of(TaskState.PENDING)).isZero();
        beginsAfter(slow, jobs, service);
        assertThat(ran).containsExactly("a");
    }

    @Test
    void clear_says_that_a_step_of_a_cancelled_job_still_ends(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        jobs.submit(job("one", "a"), "", false);
        Slow slow = slow(service);
        jobs.cancel("one", "wrong data");
        Jobs.Cleared none = jobs.clear(EnumSet.of(JobState.CANCELLED), 0, Set.of("one"));
        assertThat(none.deleted()).isEmpty();
        assertThat(none.refused()).isEqualTo(Map.of("one", "is cancelled, but a step of it still ends"));
        slow.ends();
        assertThat(jobs.clear(EnumSet.of(JobState.CANCELLED), 0, Set.of("one")).deleted())
                .containsExactly("one");
    }

    private static Fault full(TestService service, String folder) {
        return service.disk()
                .fault(
                        call -> call.is(Operation.CREATE)
                                && call.path().toString().contains(folder),
                        Moment.BEFORE,
                        DiskTrouble.noSpace());
    }

    @Test
    void a_job_is_still_known_with_its_history_when_one_of_its_name_could_not_be_submitted(TestService service)
            throws Exception {
        Jobs jobs = jobs(service);
        jobs.submit(job("one", "a"), "", false);
        service.drain();
        jobs.step();
        for (String folder : List.of("/pending/", "/jobs/open/"))
            try (Fault none = full(service, folder)) {
                assertThatThrownBy(() -> jobs.submit(job("one", "a", "b"), "", false))
                        .isInstanceOf(IOException.class);
                assertThat(none.strikes()).isPositive();
            }
        JobView still = jobs.find("one").orElseThrow();
        assertThat(still.state()).isEqualTo(JobState.COMPLETED);
        assertThat(still.run()).isEqualTo(1);
        assertThat(jobs.history("one", "", 10)).hasSize(1);
        assertThat(jobs.submit(job("one", "b"), "", false).run()).isEqualTo(2);
        assertThat(service.disk().sortedNames(service.queue().layout().jobs().resolve("ended")))
                .isEmpty();
    }

    @Test
    void a_cancelled_job_whose_step_still_ends_is_still_cancelled_when_one_of_its_name_could_not_be_submitted(
            TestService service) throws Exception {
        Jobs jobs = jobs(service);
        jobs.most(1);
        jobs.submit(job("one", "a"), "", false);
        Slow slow = slow(service);
        jobs.cancel("one", "wrong data");
        jobs.submit(job("two", "a"), "", false);
        try (Fault none = full(service, "/jobs/open/")) {
            assertThatThrownBy(() -> jobs.submit(job("one", "b"), "", false)).isInstanceOf(IOException.class);
            assertThat(none.strikes()).isPositive();
        }
        slow.ends();
        assertThat(state(jobs, "one")).isEqualTo(JobState.CANCELLED);
        assertThat(service.queue().control().pauses().jobs()).isEmpty();
    }

    @Test
    void what_was_held_back_for_a_recovery_that_could_not_be_written_is_not_held_back(TestService service)
            throws Exception {
        Jobs jobs = jobs(service);
        runWithout("a", job("one", "a"), jobs, service);
        jobs.step();
        broken = "";
        try (Fault none = full(service, "/jobs/open/")) {
            assertThatThrownBy(() -> jobs.recover("one", Set.of(), Optional.empty(), false))
                    .isInstanceOf(IOException.class);
            assertThat(none.strikes()).isPositive();
        }
        assertThat(service.queue().control().pauses().jobs()).isEmpty();
        jobs.resume("one");
        service.drain();
        assertThat(state(jobs, "one")).isEqualTo(JobState.COMPLETED);
    }
}
