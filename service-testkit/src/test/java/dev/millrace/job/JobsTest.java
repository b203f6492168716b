package dev.millrace.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.job.JobException.Reason;
import dev.millrace.json.Json;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.FaultyDisk.Moment;
import dev.millrace.testkit.TestService;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JobsTest extends WithJobs {
    @Test
    void steps_run_in_the_order_of_their_dependencies_and_the_job_is_completed(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        assertThat(jobs.submit(job("nightly", "c:a,b", "b:a", "a"), "", false).state())
                .isEqualTo(JobState.RUNNING);
        service.drain();
        assertThat(ran).containsExactly("a", "b", "c");
        assertThat(state(jobs, "nightly")).isEqualTo(JobState.COMPLETED);
        jobs.step();
        JobView view = jobs.find("nightly").orElseThrow();
        assertThat(view.facts().path("completed_at").isNumber()).isTrue();
        assertThat(view.step("a").orElseThrow().facts().path("exit_code").asInt(-1))
                .isZero();
        assertThat(view.step("a").orElseThrow().facts().path("attempt").asInt()).isEqualTo(1);
        assertThat(jobs.history("nightly", "", 10))
                .extracting(AttemptEntry::item)
                .containsExactly("c", "b", "a");
    }

    @Test
    void a_failed_step_skips_what_waits_for_it_and_resume_runs_exactly_these(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        runWithout("b", job("nightly", "a", "b:a", "c:b", "d"), jobs, service);
        assertThat(state(jobs, "nightly")).isEqualTo(JobState.FAILED);
        assertThat(step(jobs, "nightly", "c")).isEqualTo(StepState.SKIPPED);
        assertThat(step(jobs, "nightly", "d")).isEqualTo(StepState.DONE);
        ran.clear();
        broken = "";
        assertThat(jobs.resume("nightly").done()).isTrue();
        service.drain();
        assertThat(ran).containsExactly("b", "c");
        assertThat(state(jobs, "nightly")).isEqualTo(JobState.COMPLETED);
        assertThat(jobs.history("nightly", "b", 10))
                .extracting(entry -> entry.json().path("run").asInt()
                        + entry.json().path("outcome").asText())
                .containsExactly("2done", "1failed");
        assertThat(service.queue().counts().of(dev.millrace.task.TaskState.FAILED))
                .isZero();
    }

    @Test
    void errors_tell_step_attempt_type_and_message(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        broken = "a";
        var job = Json.object();
        job.putArray("tasks")
                .addObject()
                .put("name", "a")
                .put("kind", "work")
                .put("max_attempts", 2)
                .set("retry", Json.object().put("strategy", "fixed").put("base", 5));
        jobs.submit(JobSpec.of(job, "nightly"), "", false);
        service.run(Duration.ofMinutes(5));
        List<AttemptEntry> errors = jobs.errors("nightly", "", "", "", 10);
        assertThat(errors)
                .extracting(error -> error.json().path("attempt").asInt() + " "
                        + error.json().path("type").asText())
                .containsExactly("2 permanent", "1 transient");
        assertThat(errors.get(0).json().path("message").asText()).contains("no connection");
        assertThat(jobs.errors("nightly", "", "permanent", "", 10)).hasSize(1);
        assertThat(jobs.errors("nightly", "x", "", "", 10)).isEmpty();
    }

    @Test
    void a_paused_job_begins_no_further_step_and_others_go_on(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        jobs.submit(job("one", "a", "b:a"), "", false);
        jobs.submit(job("two", "x"), "", false);
        assertThat(jobs.pause("one", Jobs.OPERATOR, "lunch").done()).isTrue();
        service.advance(Duration.ofSeconds(1));
        service.drain();
        assertThat(ran).containsExactly("x");
        assertThat(state(jobs, "one")).isEqualTo(JobState.PAUSED);
        assertThat(jobs.pause("one", Jobs.OPERATOR, "").message()).contains("is paused");
        jobs.resume("one");
        service.advance(Duration.ofSeconds(1));
        service.drain();
        assertThat(ran).containsExactly("x", "a", "b");
        assertThat(jobs.pause("one", Jobs.OPERATOR, "").done()).isFalse();
    }

    @Test
    void who_paused_last_need_not_be_who_lets_go_first(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        jobs.submit(job("one", "a"), "", false);
        jobs.pause("one", Jobs.OPERATOR, "");
        jobs.pause("one", Jobs.PRESSURE, "");
        jobs.letGo("one", Jobs.PRESSURE);
        assertThat(state(jobs, "one")).isEqualTo(JobState.PAUSED);
    }

    @Test
    void beyond_the_limit_jobs_wait_for_their_turn_and_a_paused_one_gives_its_place_away(TestService service)
            throws Exception {
        Jobs jobs = jobs(service);
        jobs.most(2);
        jobs.submit(job("one", "a"), "", false);
        jobs.submit(job("two", "b"), "", false);
        assertThat(jobs.submit(job("three", "c"), "", false).state()).isEqualTo(JobState.QUEUED);
        assertThat(jobs.step()).isZero();
        jobs.pause("one", Jobs.OPERATOR, "");
        jobs.step();
        assertThat(state(jobs, "three")).isEqualTo(JobState.RUNNING);
        service.advance(Duration.ofSeconds(1));
        service.drain();
        assertThat(ran).containsExactly("b", "c");
        jobs.resume("one");
        service.advance(Duration.ofSeconds(1));
        service.drain();
        assertThat(ran).containsExactly("b", "c", "a");
    }

    @Test
    void cancelling_ends_what_waits_and_leaves_what_is_done(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        jobs.submit(job("one", "a", "b:a"), "", false);
        jobs.pause("one", Jobs.OPERATOR, "");
        assertThat(jobs.cancel("one", "not needed").done()).isTrue();
        JobView view = jobs.find("one").orElseThrow();
        assertThat(view.state()).isEqualTo(JobState.CANCELLED);
        assertThat(view.count(StepState.CANCELLED)).isEqualTo(2);
        assertThat(view.facts().path("message").asText()).isEqualTo("not needed");
        assertThat(service.queue().control().pauses().jobs()).isEmpty();
        assertThat(jobs.cancel("one", "").done()).isFalse();
        assertThat(jobs.cancel("nobody", "").done()).isFalse();
        jobs.resume("one");
        service.advance(Duration.ofSeconds(1));
        service.drain();
        assertThat(ran).containsExactly("a", "b");
    }

    @Test
    void a_name_in_use_is_refused_and_one_that_ended_is_used_again_with_its_history(TestService service)
            throws Exception {
        Jobs jobs = jobs(service);
        jobs.submit(job("one", "a"), "", false);
        assertThatThrownBy(() -> jobs.submit(job("one", "a"), "", false))
                .hasMessageContaining("already running")
                .extracting(e -> ((JobException) e).reason())
                .isEqualTo(Reason.ALREADY_ACTIVE);
        service.drain();
        assertThat(jobs.submit(job("one", "a"), "", false).run()).isEqualTo(2);
        service.drain();
        assertThat(ran).containsExactly("a", "a");
        assertThat(jobs.history("one", "", 10)).hasSize(2);
    }

    @Test
    void a_dry_run_leaves_the_disk_as_it_is(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        assertThat(jobs.submit(job("one", "a"), "", true).steps()).hasSize(1);
        assertThat(jobs.find("one")).isEmpty();
        assertThat(service.disk().exists(service.queue().layout().jobs())).isFalse();
        service.drain();
        assertThat(ran).isEmpty();
    }

    @Test
    void recover_makes_failed_steps_ready_and_leaves_the_job_paused(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        broken = "a";
        jobs.submit(job("one", "a", "b:a", "x"), "", false);
        assertThatThrownBy(() -> jobs.recover("one", Set.of(), Optional.empty(), false))
                .extracting(e -> ((JobException) e).reason())
                .isEqualTo(Reason.ACTIVE);
        service.drain();
        broken = "";
        Jobs.Recovery planned = jobs.recover("one", Set.of(), Optional.empty(), true);
        assertThat(planned.before()).isEqualTo(Map.of("failed", 1L, "skipped", 1L, "done", 1L));
        assertThat(planned.after()).isEqualTo(Map.of("pending", 2L, "done", 1L));
        assertThat(jobs.find("one").orElseThrow().run()).isEqualTo(1);
        assertThat(jobs.recover("one", Set.of(), Optional.empty(), false).reset())
                .containsExactly("a", "b");
        assertThat(state(jobs, "one")).isEqualTo(JobState.PAUSED);
        service.advance(Duration.ofSeconds(1));
        service.drain();
        ran.clear();
        jobs.resume("one");
        service.advance(Duration.ofSeconds(1));
        service.drain();
        assertThat(ran).containsExactly("a", "b");
        assertThat(state(jobs, "one")).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void modify_keeps_what_is_done_and_unchanged(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        runWithout("b", job("one", "a", "b:a"), jobs, service);
        ran.clear();
        jobs.modify("one", job("one", "a", "c:a", "d:c"), "");
        service.drain();
        assertThat(ran).containsExactly("c", "d");
        assertThat(state(jobs, "one")).isEqualTo(JobState.COMPLETED);
        assertThatThrownBy(() -> jobs.modify("one", job("one", "a"), ""))
                .extracting(e -> ((JobException) e).reason())
                .isEqualTo(Reason.NOT_RESUMABLE);
    }

    @Test
    void a_paused_job_stays_paused_when_its_new_definition_cannot_be_written(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        jobs.submit(job("one", "a"), "", false);
        jobs.pause("one", Jobs.OPERATOR, "lunch");
        Path open = service.queue().layout().jobs().resolve("open");
        try (FaultyDisk.Fault full = service.disk()
                .fault(
                        call -> call.operation().isChange() && call.path().startsWith(open),
                        Moment.BEFORE,
                        DiskTrouble.noSpace())) {
            assertThatThrownBy(() -> jobs.modify("one", job("one", "b"), "")).isInstanceOf(IOException.class);
            assertThat(full.strikes()).isPositive();
        }
        service.advance(Duration.ofSeconds(1));
        service.drain();
        assertThat(state(jobs, "one")).isEqualTo(JobState.PAUSED);
        jobs.modify("one", job("one", "b"), "");
        service.advance(Duration.ofSeconds(1));
        service.drain();
        assertThat(ran).containsExactly("b");
    }

    @Test
    void clear_with_nothing_left_of_its_filter_deletes_nothing_and_says_why(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        jobs.submit(job("one", "a"), "", false);
        service.drain();
        jobs.submit(job("two", "b"), "", false);
        Jobs.Cleared none = jobs.clear(EnumSet.of(JobState.RUNNING), 0, Set.of());
        assertThat(none.deleted()).isEmpty();
        assertThat(none.refused()).containsOnlyKeys("two");
        Jobs.Cleared named = jobs.clear(EnumSet.of(JobState.COMPLETED), 0, Set.of("one", "two", "nobody"));
        assertThat(named.deleted()).containsExactly("one");
        assertThat(named.refused()).containsEntry("two", "is running").containsEntry("nobody", "there is no such job");
        assertThat(jobs.list()).extracting(JobView::id).containsExactly("two");
    }

    @Test
    void whoever_comes_by_finishes_what_a_dead_submitter_had_begun(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        jobs.submit(job("one", "a", "b:a"), "", false);
        JobFiles files = new JobFiles(
                ports(service, service.disk()), service.queue().layout().jobs());
        JobRecord record = files.read("one").orElseThrow();
        files.write(new JobRecord(
                record.spec(),
                record.run(),
                record.facts(),
                Optional.of(new JobRecord.UnderWay(List.of())),
                record.steps()));
        service.disk().delete(service.task("one.1.b").view().file());
        assertThat(jobs(service).step()).isPositive();
        service.drain();
        assertThat(ran).containsExactly("a", "b");
        assertThat(state(jobs, "one")).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void a_job_that_runs_for_too_long_fails_with_its_limit_in_the_message(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        var job = Json.object().put("timeout_sec", 60);
        job.putArray("tasks").addObject().put("name", "a").put("kind", "work").put("worker", "somebody-else");
        jobs.submit(JobSpec.of(job, "one"), "", false);
        service.advance(Duration.ofSeconds(59));
        jobs.step();
        assertThat(state(jobs, "one")).isEqualTo(JobState.RUNNING);
        service.advance(Duration.ofSeconds(3));
        jobs.step();
        JobView view = jobs.find("one").orElseThrow();
        assertThat(view.state()).isEqualTo(JobState.FAILED);
        assertThat(view.facts().path("message").asText()).contains("62.", "60.0 s");
    }

    @Test
    void bad_definitions_are_refused_with_the_name_of_what_is_wrong() {
        assertThatThrownBy(() -> job("one", "a:b")).hasMessageContaining("'b', which is no task");
        assertThatThrownBy(() -> job("one", "a", "a")).hasMessageContaining("two tasks are named a");
        assertThatThrownBy(() -> job("one", "a:b", "b:a")).hasMessageContaining("wait for each other");
        assertThatThrownBy(() -> job("a.b", "a")).hasMessageContaining("the name of a job");
        assertThatThrownBy(() -> job("one")).hasMessageContaining("no tasks");
        assertThatThrownBy(() -> JobSpec.of(Json.object().put("taks", 1), "one"))
                .hasMessageContaining("no key 'taks'");
    }

    @Test
    void the_oldest_ended_jobs_are_forgotten_and_active_ones_never(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        for (String id : List.of("one", "two", "three")) {
            jobs.submit(job(id, "a"), "", false);
            service.drain();
            service.advance(Duration.ofSeconds(1));
            jobs.step();
        }
        jobs.submit(job("four", "a"), "", false);
        assertThat(jobs.evict(1)).isEqualTo(2);
        assertThat(jobs.list()).extracting(JobView::id).containsExactly("four", "three");
    }
}
