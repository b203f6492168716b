package dev.millrace.job;

import dev.millrace.job.JobException.Reason;
import dev.millrace.json.Texts;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskView;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Works out what a recovery of an ended job comes to: which of the steps that are meant turned out to be done, because
 * somebody has run their tasks again, and which are to be made ready. What was skipped because of one of these goes with
 * it. Only looks.
 */
final class JobRecovery {
    private final JobRecord record;
    private final JobView view;
    private final Map<String, StepView> done = new LinkedHashMap<>();
    private final Set<String> reset = new LinkedHashSet<>();

    JobRecovery(TaskQueue queue, JobLook look, JobRecord record, Set<String> items, Optional<String> from)
            throws IOException {
        this.record = record;
        this.view = look.view(record);
        if (!view.state().isEnd())
            throw new JobException(
                    Reason.ACTIVE,
                    "job " + view.id() + " is " + view.state().word()
                            + "; cancel it, or wait for its end, to recover it");
        for (String name : items) requireStep(name);
        from.ifPresent(this::requireStep);
        Set<String> meant = meant(items, from);
        findDone(queue, look, meant);
        findReset(meant);
    }

    private void requireStep(String name) {
        if (view.step(name).isEmpty())
            throw new JobException(
                    Reason.UNKNOWN_STEP,
                    "job " + view.id() + " has no step '" + Texts.shortened(name) + "'; it has "
                            + String.join(
                                    ", ",
                                    view.steps().stream()
                                            .map(step -> step.step().name())
                                            .toList()));
    }

    private Set<String> meant(Set<String> items, Optional<String> from) {
        Set<String> meant = new LinkedHashSet<>();
        boolean reached = from.isEmpty();
        for (StepView step : view.steps()) {
            String name = step.step().name();
            reached |= from.filter(name::equals).isPresent();
            if (reached && (items.isEmpty() || items.contains(name))) meant.add(name);
        }
        Set<String> withDependents = record.spec().downstreamOf(notDone(meant));
        for (StepView step : view.steps())
            if (step.state() == StepState.SKIPPED
                    && withDependents.contains(step.step().name()))
                meant.add(step.step().name());
        return meant;
    }

    private Set<String> notDone(Set<String> names) {
        Set<String> left = new LinkedHashSet<>();
        for (StepView step : view.steps())
            if (step.state() != StepState.DONE && names.contains(step.step().name()))
                left.add(step.step().name());
        return left;
    }

    private void findDone(TaskQueue queue, JobLook look, Set<String> meant) throws IOException {
        Map<String, TaskView> tasks = new LinkedHashMap<>();
        for (TaskView task : queue.ofJobs(Set.of(record.id()))) tasks.put(task.id(), task);
        for (StepRecord step : record.steps()) {
            TaskView task = tasks.get(step.taskId(record.id()));
            boolean isNews = view.step(step.step().name())
                    .filter(seen -> seen.state() != StepState.DONE)
                    .isPresent();
            if (isNews
                    && task != null
                    && task.state() == TaskState.DONE
                    && meant.contains(step.step().name())) done.put(step.step().name(), look.seen(step, task));
        }
    }

    private void findReset(Set<String> meant) {
        for (StepView step : view.steps()) {
            String name = step.step().name();
            if (meant.contains(name) && step.state() != StepState.DONE && !done.containsKey(name)) reset.add(name);
        }
    }

    Jobs.Recovery planned() {
        return new Jobs.Recovery(counts(false), counts(true), List.copyOf(done.keySet()), List.copyOf(reset));
    }

    private Map<String, Long> counts(boolean after) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (StepView step : view.steps()) counts.merge((after ? after(step) : step.state()).word(), 1L, Long::sum);
        return counts;
    }

    private StepState after(StepView step) {
        String name = step.step().name();
        if (done.containsKey(name)) return StepState.DONE;
        return reset.contains(name) ? StepState.PENDING : step.state();
    }

    /** The record with those noted that turned out to be done. */
    JobRecord found() {
        List<StepRecord> steps = new ArrayList<>();
        for (StepRecord step : record.steps()) {
            StepView seen = done.get(step.step().name());
            steps.add(seen == null ? step : step.ended(seen));
        }
        return record.with(steps);
    }

    /** When nothing is to be made ready: the job ends anew, as its steps have by now. */
    JobRecord ended() {
        JobRecord found = found();
        JobRecord.Facts facts = found.facts();
        JobRecord unstopped = found.with(facts.again(facts.startedAt()));
        List<StepView> steps = new ArrayList<>();
        for (StepView step : view.steps())
            steps.add(Optional.ofNullable(done.get(step.step().name())).orElse(step));
        return unstopped.with(unstopped.facts().ended(JobLook.ending(unstopped, steps), facts.completedAt()));
    }
}
