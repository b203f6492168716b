package dev.millrace.job;

import dev.millrace.job.JobException.Reason;
import dev.millrace.job.JobRecord.Facts;
import dev.millrace.queue.TaskQueue;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Begins steps of a job anew: those that are not done, or those that another definition changes. Under the lock. */
final class JobContinuation {
    private final TaskQueue queue;
    private final JobFiles files;
    private final JobLook look;
    private final JobRuns runs;
    private final JobDuty duty;

    JobContinuation(TaskQueue queue, JobFiles files, JobLook look, JobRuns runs, JobDuty duty) {
        this.queue = queue;
        this.files = files;
        this.look = look;
        this.runs = runs;
        this.duty = duty;
    }

    Jobs.Answer resume(JobRecord record, double now) throws IOException, InterruptedException {
        JobState state = look.view(record).state();
        boolean over = state.isEnd() || record.facts().isStopped();
        if (!over || state == JobState.COMPLETED) throw notResumable(record.id(), state);
        Set<String> anew = notDone(record);
        return goOn(
                record, runs.again(record, record.spec(), anew, record.facts().again(now)));
    }

    Jobs.Answer modify(JobRecord record, JobSpec spec, String configPath, double now)
            throws IOException, InterruptedException {
        JobState state = look.view(record).state();
        if (state == JobState.COMPLETED) throw notResumable(record.id(), state);
        Facts facts = record.facts().again(now).from(configPath);
        JobRecord next = runs.again(record, spec, changed(record, spec), facts);
        return goOn(record, next);
    }

    private static JobException notResumable(String id, JobState state) {
        return new JobException(
                Reason.NOT_RESUMABLE,
                "job " + id + " is " + state.word()
                        + "; only jobs that are paused, failed or cancelled can be resumed");
    }

    private Jobs.Answer goOn(JobRecord before, JobRecord record) throws IOException, InterruptedException {
        duty.waitForTurn(record);
        files.write(record);
        JobRecord now = runs.carryOut(record);
        letGoOfOperator(record.id());
        long anew =
                now.steps().stream().filter(step -> step.run() > before.run()).count();
        String waits = now.underWay().isPresent() ? "; they begin when what was called off has ended" : "";
        return new Jobs.Answer(true, "run " + record.run() + ": " + anew + " steps begin anew" + waits);
    }

    /** Only when what was called off cannot begin any more, and what is new is on disk: whoever dies before leaves it paused. */
    private void letGoOfOperator(String id) throws IOException, InterruptedException {
        if (queue.control().pauses().ofJob(id).containsKey(Jobs.OPERATOR))
            queue.control().letGo(id, Jobs.OPERATOR);
    }

    private static Set<String> notDone(JobRecord record) {
        Set<String> names = new HashSet<>();
        for (StepRecord step : record.steps())
            if (!isDone(step)) names.add(step.step().name());
        return names;
    }

    private static boolean isDone(StepRecord step) {
        return step.ended()
                .filter(noted -> StepView.of(step, noted).state() == StepState.DONE)
                .isPresent();
    }

    /** What is not done, what is new or different, and what depends on any of these. */
    private static Set<String> changed(JobRecord record, JobSpec spec) {
        Set<String> anew = new HashSet<>();
        for (JobStep step : spec.steps()) {
            Optional<StepRecord> old = JobRuns.stepOf(record, step.name());
            boolean stays =
                    old.isPresent() && isDone(old.get()) && old.get().step().equals(step);
            if (!stays) anew.add(step.name());
        }
        return spec.downstreamOf(anew);
    }
}
