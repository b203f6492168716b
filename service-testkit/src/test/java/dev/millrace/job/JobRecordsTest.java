package dev.millrace.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.job.JobException.Reason;
import dev.millrace.json.Json;
import dev.millrace.queue.Member;
import dev.millrace.queue.TaskView;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.BlinkingDisk;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.FaultyDisk.Moment;
import dev.millrace.testkit.TestService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of jobs: files that are damaged, names that are none, steps that never ran. */
class JobRecordsTest extends WithJobs {
    /** More than are made when one task is called off. */
    private static final int MANY_CHANGES = 50;

    private static List<TaskState> statesOf(String task, TestService service) {
        try {
            return service.queue().find(task).stream().map(TaskView::state).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static StepState lookAt(String step, Jobs jobs) {
        try {
            return step(jobs, "nightly", step);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(TestService service, String file, String text) throws IOException {
        Path target = service.queue().layout().jobs().resolve(file);
        service.disk().createFolders(Disk.parentOf(target));
        service.disk().replace(target, text.getBytes(StandardCharsets.UTF_8), Durability.OS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"open/broken.json", "ended/broken.json"})
    void one_damaged_file_hides_no_other_job_and_is_named(String file, TestService service) throws Exception {
        Jobs jobs = jobs(service);
        jobs.submit(job("good", "a"), "", false);
        write(service, file, "{");
        service.drain();
        jobs.step();
        assertThat(jobs.list()).extracting(JobView::id).containsExactly("good");
        assertThat(state(jobs, "good")).isEqualTo(JobState.COMPLETED);
        jobs.submit(job("next", "b"), "", false);
        assertThat(jobs.open()).extracting(JobView::id).containsExactly("next");
        assertThat(jobs.damaged()).containsOnlyKeys("broken");
        assertThat(jobs.damaged().get("broken")).contains("take it away to forget the job");
        assertThatThrownBy(() -> jobs.find("broken")).hasMessageContaining("broken.json");
        service.disk().delete(service.queue().layout().jobs().resolve(file));
        assertThat(jobs.damaged()).isEmpty();
    }

    @Test
    void a_record_under_another_jobs_name_is_damaged(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        jobs.submit(job("good", "a"), "", false);
        Path open = service.queue().layout().jobs().resolve("open");
        byte[] record = service.disk().read(open.resolve("good.json"), 1 << 20);
        service.disk().replace(open.resolve("other.json"), record, Durability.OS);
        assertThat(jobs.list()).extracting(JobView::id).containsExactly("good");
        assertThat(jobs.damaged().get("other")).contains("is the record of job good");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../open/good", "/etc/passwd", "..", "", "a\0b", "a b", "x.y"})
    void what_cannot_be_a_name_is_no_job_and_touches_no_file(String name, TestService service) throws Exception {
        FaultyDisk disk = FaultyDisk.over(service.disk());
        Jobs jobs = jobs(service, disk);
        jobs.submit(job("good", "a"), "", false);
        disk.forget();
        for (Ask ask : List.<Ask>of(
                jobs::find,
                id -> jobs.pause(id, Jobs.OPERATOR, ""),
                jobs::resume,
                id -> jobs.letGo(id, Jobs.OPERATOR),
                id -> jobs.cancel(id, ""),
                id -> jobs.history(id, "", 1),
                id -> jobs.errors(id, "", "", "", 1),
                jobs::diagnose,
                id -> jobs.recover(id, Set.of(), Optional.empty(), true)))
            assertThatThrownBy(() -> ask.about(name))
                    .isInstanceOf(JobException.class)
                    .hasMessageContaining("a job's name is 1 to 44 letters")
                    .extracting(e -> ((JobException) e).reason())
                    .isEqualTo(Reason.UNKNOWN_JOB);
        assertThat(disk.count(Operation.READ)).isZero();
        assertThat(disk.count(Operation.FACTS)).isZero();
    }

    private interface Ask {
        Object about(String id) throws Exception;
    }

    @Test
    void an_error_of_any_length_is_kept_short_beside_the_job_and_whole_in_the_task(TestService service)
            throws Exception {
        Jobs jobs = jobs(service);
        broken = "a";
        complaint = "x".repeat(100_000);
        jobs.submit(job("long", "a"), "", false);
        service.drain();
        jobs.step();
        JobView view = jobs.find("long").orElseThrow();
        assertThat(view.step("a").orElseThrow().error().orElseThrow())
                .hasSizeBetween(1_000, 1_100)
                .endsWith("characters)");
        assertThat(view.facts().path("message").asText()).hasSizeLessThan(1_200);
        assertThat(jobs.errors("long", "", "", "", 1)
                        .get(0)
                        .json()
                        .path("message")
                        .asText())
                .hasSizeLessThan(1_100);
        Path ended = service.queue().layout().jobs().resolve("ended").resolve("long.json");
        assertThat(service.disk().facts(ended).orElseThrow().size()).isLessThan(10_000);
        assertThat(service.task("long.1.a").error().orElseThrow()).hasSizeGreaterThan(100_000);
    }

    @Test
    void a_step_that_never_ran_has_no_attempt_and_one_error_that_says_why(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        runWithout("a", job("nightly", "a", "b:a"), jobs, service);
        jobs.step();
        StepView skipped = jobs.find("nightly").orElseThrow().step("b").orElseThrow();
        assertThat(skipped.state()).isEqualTo(StepState.SKIPPED);
        assertThat(skipped.facts().has("started_at")).isFalse();
        assertThat(skipped.facts().has("attempt")).isFalse();
        assertThat(skipped.facts().has("worker")).isFalse();
        assertThat(skipped.facts().path("completed_at").isNumber()).isTrue();
        assertThat(jobs.history("nightly", "", 10))
                .extracting(AttemptEntry::item)
                .containsExactly("a");
        assertThat(jobs.errors("nightly", "b", "", "", 10)).singleElement().satisfies(error -> {
            assertThat(error.json().path("attempt").asInt()).isZero();
            assertThat(error.json().path("code").asText()).isEqualTo("skipped");
            assertThat(error.json().path("message").asText()).contains("dependency nightly.1.a failed");
        });
        assertThat(jobs.diagnose("nightly").path("execution_history_count").asInt())
                .isEqualTo(1);
    }

    /** Whoever calls it off claims its task for that. */
    @Test
    void a_step_that_is_called_off_because_of_another_is_never_seen_to_run(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        jobs.submit(job("nightly", "a", "b:a"), "", false);
        FaultyDisk disk = FaultyDisk.over(service.disk());
        WorkerQueue steward = queue(service, disk).join(Member.newLife(0, "steward", new Random(2)));
        steward.settle(steward.claim().orElseThrow(), new Outcome.Failed("broken", ""));
        List<TaskState> tasks = new ArrayList<>();
        List<StepState> steps = new ArrayList<>();
        for (int change = 1; change <= MANY_CHANGES; change++)
            disk.interpose(change, Moment.AFTER, () -> {
                tasks.addAll(statesOf("nightly.1.b", service));
                steps.add(lookAt("b", jobs));
            });
        steward.unblock();
        assertThat(tasks).contains(TaskState.BLOCKED, TaskState.RUNNING, TaskState.CANCELLED);
        assertThat(steps).contains(StepState.BLOCKED, StepState.SKIPPED).doesNotContain(StepState.RUNNING);
    }

    /** It was written down as lost for good. */
    @Test
    void a_task_that_is_not_met_while_a_folder_is_read_is_not_lost(TestService service) throws Exception {
        Path pending = service.queue().layout().folder(TaskState.PENDING);
        jobs(service).submit(job("nightly", "a"), "", false);
        WorkerQueue worker = service.queue().join(Member.newLife(0, "worker", new Random(2)));
        worker.settle(worker.claim().orElseThrow(), new Outcome.HandedBack(""));
        // Among those that wait, twice by the name that it had, and among all.
        Jobs missing = jobs(service, BlinkingDisk.over(service.disk(), pending, name -> true, 4));
        assertThat(step(missing, "nightly", "a")).isEqualTo(StepState.PENDING);
    }

    @Test
    void a_step_that_was_called_off_before_its_second_attempt_has_one(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        var spec = Json.object();
        var entry = spec.putArray("tasks").addObject().put("name", "a").put("kind", "work");
        entry.put("max_attempts", 2).set("retry", Json.tree(Map.of("strategy", "fixed", "base", 60)));
        runWithout("a", JobSpec.of(spec, "nightly"), jobs, service);
        jobs.cancel("nightly", "enough");
        assertThat(jobs.history("nightly", "", 10))
                .extracting(found -> found.json().path("attempt").asInt() + " "
                        + found.json().path("outcome").asText())
                .containsExactly("1 failed");
        StepView step = jobs.find("nightly").orElseThrow().step("a").orElseThrow();
        assertThat(step.state()).isEqualTo(StepState.CANCELLED);
        assertThat(step.facts().path("attempt").asInt()).isEqualTo(1);
        assertThat(step.facts().has("started_at")).isFalse();
    }

    @Test
    void a_chosen_step_takes_along_what_was_skipped_because_of_it(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        runWithout("b", job("nightly", "a", "b:a", "c:b", "d:c"), jobs, service);
        broken = "";
        Jobs.Recovery done = jobs.recover("nightly", Set.of("b"), Optional.empty(), false);
        assertThat(done.reset()).containsExactly("b", "c", "d");
        assertThat(done.recovered()).isEmpty();
        goesOn(jobs, service);
        assertThat(state(jobs, "nightly")).isEqualTo(JobState.COMPLETED);
    }

    private static void goesOn(Jobs jobs, TestService service) throws Exception {
        jobs.resume("nightly");
        service.advance(Duration.ofSeconds(1));
        service.drain();
    }

    private static void runAgain(TestService service, String id) throws Exception {
        TaskView failed = service.queue().find(id).get(0);
        service.queue().control().retry(failed);
        service.drain();
    }

    @Test
    void a_step_that_somebody_has_run_again_is_recovered_and_not_run_once_more(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        runWithout("a", job("nightly", "a", "b:a"), jobs, service);
        jobs.step();
        broken = "";
        runAgain(service, "nightly.1.a");
        ran.clear();
        Jobs.Recovery planned = jobs.recover("nightly", Set.of(), Optional.empty(), true);
        assertThat(planned.recovered()).containsExactly("a");
        assertThat(planned.after()).isEqualTo(Map.of("done", 1L, "pending", 1L));
        assertThat(jobs.recover("nightly", Set.of(), Optional.empty(), false)).isEqualTo(planned);
        goesOn(jobs, service);
        assertThat(ran).containsExactly("b");
        assertThat(state(jobs, "nightly")).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void a_job_of_which_all_turned_out_to_be_done_is_completed(TestService service) throws Exception {
        Jobs jobs = jobs(service);
        runWithout("a", job("nightly", "a"), jobs, service);
        jobs.step();
        broken = "";
        runAgain(service, "nightly.1.a");
        assertThat(state(jobs, "nightly")).isEqualTo(JobState.FAILED);
        Jobs.Recovery done = jobs.recover("nightly", Set.of(), Optional.empty(), false);
        assertThat(done.recovered()).containsExactly("a");
        assertThat(done.reset()).isEmpty();
        assertThat(state(jobs, "nightly")).isEqualTo(JobState.COMPLETED);
        assertThat(jobs.errors("nightly", "", "permanent", "", 10)).hasSize(1);
    }

    @Test
    void folders_of_what_has_ended_are_not_listed_for_a_job_that_has_not(TestService service) throws Exception {
        FaultyDisk disk = FaultyDisk.over(service.disk());
        Jobs jobs = jobs(service, disk);
        jobs.submit(job("nightly", "a", "b:a", "c:b"), "", false);
        jobs.submit(job("held", "x", "y:x"), "", false);
        jobs.pause("held", Jobs.OPERATOR, "");
        service.advance(Duration.ofSeconds(1));
        service.drain();
        for (TaskState ended : List.of(TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED))
            disk.fault(
                    call -> call.is(Operation.LIST) && call.path().endsWith(ended.word()),
                    Moment.BEFORE,
                    DiskTrouble.inputOutput());
        assertThat(jobs.open())
                .extracting(JobView::state)
                .containsExactlyInAnyOrder(JobState.COMPLETED, JobState.PAUSED);
        jobs.step();
        assertThat(jobs.find("nightly").orElseThrow().count(StepState.DONE)).isEqualTo(3);
        assertThat(state(jobs, "held")).isEqualTo(JobState.PAUSED);
    }

    @Test
    void what_is_kept_of_attempts_is_bounded_and_its_newest_end_stays(TestService service) throws Exception {
        JobFiles files = new JobFiles(
                ports(service, service.disk()), service.queue().layout().jobs());
        String text = "x".repeat(1_000);
        for (int round = 0; round < 12; round++) {
            List<AttemptEntry> entries = new ArrayList<>();
            for (int i = 0; i < 1_000; i++)
                entries.add(new AttemptEntry(Json.object()
                        .put("item", "a")
                        .put("run", round)
                        .put("attempt", i)
                        .put("message", text)));
            files.addHistory("nightly", entries);
        }
        Path history = service.queue().layout().jobs().resolve("history/nightly.jsonl");
        assertThat(service.disk().facts(history).orElseThrow().size()).isBetween(4L << 20, 10L << 20);
        List<AttemptEntry> left = files.history("nightly");
        assertThat(left.get(left.size() - 1).json().path("run").asInt()).isEqualTo(11);
        assertThat(left).hasSizeGreaterThan(3_000);
    }
}
