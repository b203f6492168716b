package dev.millrace.job;

import dev.millrace.job.JobRecord.UnderWay;
import dev.millrace.json.Json;
import dev.millrace.queue.JobTaskId;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskView;
import dev.millrace.task.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Brings the tasks of a job to where its record says that they are to be. Each part may be repeated, so whoever comes by
 * after somebody died in the middle simply does it again. Called under the lock of the jobs.
 */
final class JobRuns {
    private final TaskQueue queue;
    /** Records under way that are known to be on disk, by job and run. */
    private final Set<String> forced = ConcurrentHashMap.newKeySet();

    private final JobFiles files;
    private final JobLook look;
    private final JobAttempts attempts;

    JobRuns(TaskQueue queue, QueuePorts ports, JobFiles files, JobLook look) {
        this.queue = queue;
        this.files = files;
        this.look = look;
        this.attempts = new JobAttempts(queue, ports);
    }

    /** A record by which some steps begin anew, and the others stay as they are. */
    JobRecord again(JobRecord record, JobSpec spec, Set<String> anew, JobRecord.Facts facts) throws IOException {
        int run = record.run() + 1;
        Map<String, TaskView> tasks = look.tasks(List.of(record));
        List<String> replaced = new ArrayList<>(stillReplaced(record));
        List<StepRecord> steps = new ArrayList<>();
        for (StepRecord step : record.steps())
            if (anew.contains(step.step().name()) || !has(spec, step.step().name()))
                stemOf(record, step, tasks).ifPresent(replaced::add);
        for (JobStep step : spec.steps()) {
            Optional<StepRecord> old = stepOf(record, step.name());
            boolean stays = old.isPresent() && !anew.contains(step.name());
            steps.add(stays ? old.get() : new StepRecord(step, run));
        }
        return new JobRecord(spec, run, facts, Optional.of(new UnderWay(replaced)), steps);
    }

    /** What an earlier decision has called off, and is perhaps not over yet. */
    private static List<String> stillReplaced(JobRecord record) {
        return record.underWay().map(UnderWay::replaced).orElse(List.of());
    }

    /** Unique names of the tasks of a stopped job that still run; whatever bears its name next waits for them. */
    List<String> unfinished(JobRecord stopped) throws IOException {
        List<String> stems = new ArrayList<>(stillReplaced(stopped));
        for (TaskView task : look.tasks(List.of(stopped)).values())
            if (!task.state().isTerminal()) stems.add(task.stem());
        return stems;
    }

    private static boolean has(JobSpec spec, String name) {
        return spec.steps().stream().anyMatch(step -> step.name().equals(name));
    }

    static Optional<StepRecord> stepOf(JobRecord record, String name) {
        return record.steps().stream()
                .filter(step -> step.step().name().equals(name))
                .findFirst();
    }

    private static Optional<String> stemOf(JobRecord record, StepRecord step, Map<String, TaskView> tasks) {
        if (step.ended().isPresent())
            return Optional.of(step.ended().get().path("stem").asText("")).filter(stem -> !stem.isEmpty());
        return Optional.ofNullable(tasks.get(step.taskId(record.id()))).map(TaskView::stem);
    }

    /** Carries out what a record has decided; when tasks that are called off still run, the record stays as it is. */
    JobRecord carryOut(JobRecord record) throws IOException {
        if (record.underWay().isEmpty()) return record;
        if (forced.add(record.id() + "." + record.run())) files.force(record);
        List<TaskView> replaced = new ArrayList<>();
        boolean waits = false;
        for (String stem : record.underWay().get().replaced()) {
            Optional<TaskView> task = calledOff(stem, "replaced by run " + record.run() + " of its job");
            waits |= task.filter(view -> !view.state().isTerminal()).isPresent();
            task.ifPresent(replaced::add);
        }
        if (waits) return record;
        for (TaskView task : replaced) files.addHistory(record.id(), attemptsOf(record, task));
        JobRecord done = record.facts().isStopped() ? record : submittedWhole(record);
        for (TaskView task : replaced) queue.control().discard(task);
        done = done.carriedOut();
        files.write(done);
        forced.remove(record.id() + "." + record.run());
        return done;
    }

    private Optional<TaskView> calledOff(String stem, String reason) throws IOException {
        Optional<TaskView> task = queue.locate(stem);
        if (task.isEmpty() || task.get().state().isTerminal()) return task;
        queue.control().cancel(stem, reason);
        return queue.locate(stem);
    }

    private List<AttemptEntry> attemptsOf(JobRecord record, TaskView task) throws IOException {
        Optional<JobTaskId> id = JobTaskId.parse(task.id());
        if (id.isEmpty()) return List.of();
        Optional<StepRecord> step = stepOf(record, id.get().step());
        JobStep named =
                step.map(StepRecord::step).orElseGet(() -> new JobStep(id.get().step(), List.of(), Json.object()));
        return attempts.of(new StepRecord(named, id.get().run()), task);
    }

    /** Submits the tasks that are not there, and notes the names of all. */
    private JobRecord submittedWhole(JobRecord record) throws IOException {
        Map<String, String> stems = new HashMap<>();
        for (TaskView task : queue.ofJobs(Set.of(record.id()))) stems.put(task.id(), task.stem());
        List<Task> missing = new ArrayList<>();
        for (StepRecord step : record.steps())
            if (step.ended().isEmpty() && !stems.containsKey(step.taskId(record.id()))) missing.add(task(record, step));
        if (!missing.isEmpty()) for (Submission one : queue.submitAll(missing)) stems.put(one.id(), one.stem());
        List<StepRecord> steps = new ArrayList<>();
        for (StepRecord step : record.steps())
            steps.add(step.submitted(stems.getOrDefault(step.taskId(record.id()), step.stem())));
        return record.with(steps);
    }

    private Task task(JobRecord record, StepRecord step) throws IOException {
        List<String> waitsFor = new ArrayList<>();
        for (String name : step.step().dependsOn()) {
            Optional<StepRecord> other = stepOf(record, name);
            if (other.isPresent()) awaited(record, other.get()).ifPresent(waitsFor::add);
        }
        Task task = step.step()
                .task()
                .id(step.taskId(record.id()))
                .with("group", record.id())
                .with(
                        JobTaskId.KEY,
                        Map.of(
                                "id",
                                record.id(),
                                "run",
                                step.run(),
                                "step",
                                step.step().name()));
        return waitsFor.isEmpty() ? task : task.dependsOn(waitsFor.toArray(new String[0]));
    }

    /** What ended long ago may have been swept; who waited for it need not wait any more. */
    private Optional<String> awaited(JobRecord record, StepRecord other) throws IOException {
        if (other.ended().isEmpty()) return Optional.of(other.taskId(record.id()));
        String stem = other.ended().get().path("stem").asText("");
        return stem.isEmpty() || queue.locate(stem).isEmpty() ? Optional.empty() : Optional.of(stem);
    }

    /** Calls off everything that has not ended. */
    void callOff(JobRecord record, String reason) throws IOException {
        queue.control().cancelAll(queue.ofJobs(Set.of(record.id()), JobLook.UNFINISHED), reason);
    }

    /** Writes down what has ended since the last look, and the end of the job itself when it has come. */
    JobRecord note(JobRecord record, JobView view, double now) throws IOException {
        if (record.underWay().isPresent()) return record;
        List<StepRecord> steps = new ArrayList<>();
        List<AttemptEntry> history = new ArrayList<>();
        boolean news = false;
        for (StepRecord step : record.steps()) {
            StepView seen = view.step(step.step().name()).orElseThrow();
            boolean ended = step.ended().isEmpty() && seen.state().isEnd();
            Optional<TaskView> task = ended && !seen.stem().isEmpty() ? queue.locate(seen.stem()) : Optional.empty();
            if (task.isPresent()) history.addAll(attempts.of(step, task.get()));
            steps.add(ended ? step.ended(seen) : step);
            news |= ended;
        }
        boolean over = steps.stream().allMatch(step -> step.ended().isPresent());
        if (!news && !over) return record;
        files.addHistory(record.id(), history);
        JobRecord noted = record.with(steps);
        if (over) noted = noted.with(noted.facts().ended(JobLook.ending(noted, view.steps()), now));
        files.write(noted);
        return noted;
    }

    List<AttemptEntry> live(JobRecord record) throws IOException {
        List<AttemptEntry> entries = new ArrayList<>();
        if (record.hasEnded()) return entries;
        Map<String, TaskView> tasks = look.tasks(List.of(record));
        for (StepRecord step : record.steps()) {
            TaskView task = tasks.get(step.taskId(record.id()));
            boolean tried = task != null && (task.state().isTerminal() || task.returns() > 0);
            if (step.ended().isEmpty() && tried && task != null) entries.addAll(attempts.of(step, task));
        }
        return entries;
    }
}
