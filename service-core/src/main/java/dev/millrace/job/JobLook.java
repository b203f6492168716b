package dev.millrace.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.Texts;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.queue.Pauses;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskRecord;
import dev.millrace.queue.TaskView;
import dev.millrace.task.DependencyPolicy;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks at jobs without changing anything: one listing of the queue for any number of them. */
final class JobLook {
    /** Larger results are looked at where they lie: {@code task.show}. */
    private static final int LARGEST_RESULT = 4 << 10;

    /** Where a task is that has not ended, in the order of its life. */
    static final Set<TaskState> UNFINISHED = Collections.unmodifiableSet(
            EnumSet.complementOf(EnumSet.of(TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED)));

    /**
     * A folder is read bit by bit, and one after the other: what goes on meanwhile may not be met. So what was missed once is
     * looked for again before it counts as lost.
     */
    private static final int MOST_LOOKS = 2;

    /** Who holds a job back that waits for its turn. */
    static final String LIMIT = "limit";

    private final TaskQueue queue;
    private final QueuePorts ports;

    JobLook(TaskQueue queue, QueuePorts ports) {
        this.queue = queue;
        this.ports = ports;
    }

    JobView view(JobRecord record) throws IOException {
        return views(List.of(record)).get(0);
    }

    List<JobView> views(List<JobRecord> records) throws IOException {
        Round round = new Round(records);
        List<JobView> views = new ArrayList<>();
        for (JobRecord record : records) views.add(round.view(record));
        return views;
    }

    /** The tasks of the steps whose ends nobody has noted, by id. */
    Map<String, TaskView> tasks(List<JobRecord> records) throws IOException {
        Set<String> open = new HashSet<>();
        for (JobRecord record : records) if (!record.hasEnded()) open.add(record.id());
        Map<String, TaskView> tasks = new HashMap<>();
        if (open.isEmpty()) return tasks;
        for (TaskView view : queue.ofJobs(open, UNFINISHED)) tasks.put(view.id(), view);
        boolean whole = true;
        for (JobRecord record : records) if (!record.hasEnded()) whole &= addByName(record, tasks);
        for (int look = 0; !whole && look < MOST_LOOKS; look++) {
            for (TaskView view : queue.ofJobs(open)) tasks.put(view.id(), view);
            whole = !isAnyMissing(records, tasks);
        }
        return tasks;
    }

    /** True when a task is nowhere that was submitted. */
    private static boolean isAnyMissing(List<JobRecord> records, Map<String, TaskView> tasks) {
        for (JobRecord record : records) {
            if (record.hasEnded()
                    || record.underWay().isPresent()
                    || record.facts().isStopped()) continue;
            for (StepRecord step : record.steps())
                if (step.ended().isEmpty() && !tasks.containsKey(step.taskId(record.id()))) return true;
        }
        return false;
    }

    /**
     * What has ended is looked up by its name: folders of what has ended may hold a million others. False when one is found
     * nowhere, because it has another name by now, or goes back while the folders are listed.
     */
    private boolean addByName(JobRecord record, Map<String, TaskView> tasks) throws IOException {
        boolean whole = true;
        for (StepRecord step : record.steps()) {
            String id = step.taskId(record.id());
            if (step.ended().isPresent() || tasks.containsKey(id)) continue;
            Optional<TaskView> task = step.stem().isEmpty() ? Optional.empty() : queue.locate(step.stem());
            task.ifPresent(found -> tasks.put(id, found));
            whole &= task.isPresent();
        }
        return whole;
    }

    /** A step whose task has ended. */
    StepView seen(StepRecord step, TaskView task) throws IOException {
        ObjectNode facts = queue.read(task).map(JobLook::ended).orElseGet(Json::object);
        return new StepView(step.step(), step.run(), StepState.of(task.state()), task.stem(), facts);
    }

    /** One look at everything. */
    private final class Round {
        private final Map<String, TaskView> tasks;
        private final Pauses pauses;
        private final Map<String, Heartbeat> beats;

        private Round(List<JobRecord> records) throws IOException {
            boolean over = records.stream().allMatch(JobRecord::hasEnded);
            this.pauses = over ? Pauses.NONE : queue.control().pauses();
            this.tasks = tasks(records);
            boolean runs = tasks.values().stream().anyMatch(view -> view.state() == TaskState.RUNNING);
            this.beats = runs ? Heartbeats.readAll(ports.disk(), queue.layout().heartbeats()) : Map.of();
        }

        private JobView view(JobRecord record) throws IOException {
            List<StepView> steps = new ArrayList<>();
            Map<String, StepState> states = new HashMap<>();
            for (StepRecord step : record.steps()) {
                StepView view = step(record, step);
                steps.add(view);
                states.put(step.step().name(), view.state());
            }
            steps.replaceAll(step -> skipped(record, step, states));
            Map<String, Pauses.Pause> heldBy = record.hasEnded() ? Map.of() : pauses.ofJob(record.id());
            JobState state = state(record, steps, heldBy);
            return new JobView(record.id(), state, record.run(), heldBy, facts(record, steps), steps);
        }

        private StepView step(JobRecord record, StepRecord step) throws IOException {
            if (step.ended().isPresent()) return StepView.of(step, step.ended().get());
            Optional<TaskView> task = Optional.ofNullable(tasks.get(step.taskId(record.id())));
            if (task.isPresent()) return seen(step, task.get());
            StepState state = record.underWay().isPresent() && !record.facts().isStopped()
                    ? StepState.PENDING
                    : record.facts().isStopped() ? StepState.CANCELLED : StepState.LOST;
            ObjectNode facts = Json.object();
            if (state == StepState.LOST)
                facts.put("error", "its task was taken out of the queue before anybody saw it end");
            if (state == StepState.CANCELLED) facts.put("error", stopReason(record));
            return new StepView(step.step(), step.run(), state, "", facts);
        }

        private StepView seen(StepRecord step, TaskView task) throws IOException {
            return StepState.of(task.state()).isEnd()
                    ? JobLook.this.seen(step, task)
                    : new StepView(step.step(), step.run(), StepState.of(task.state()), task.stem(), begun(task));
        }

        private ObjectNode begun(TaskView task) {
            ObjectNode facts = Json.object();
            facts.put("attempt", task.attempt());
            if (task.state() != TaskState.RUNNING) return facts;
            for (Heartbeat beat : beats.values()) {
                if (!beat.incarnation().equals(task.incarnation())) continue;
                facts.put("worker", beat.worker());
                for (Heartbeat.CurrentTask current : beat.currentTasks())
                    if (current.id().equals(task.id())) facts.put("started_at", current.startedAt());
            }
            return facts;
        }
    }

    /** What the document of an ended task tells. */
    static ObjectNode ended(TaskRecord record) {
        ObjectNode facts = Json.object();
        copy(record, "finished_at", facts, "completed_at");
        copy(record, "error_class", facts, "error_class");
        copy(record, "timed_out", facts, "timed_out");
        if (record.endedUnrun()) addEarlierAttempts(record, facts);
        else addLastAttempt(record, facts);
        record.error().ifPresent(error -> facts.put("error", Texts.shortened(error)));
        JsonNode result = record.result();
        if (result.path("exit_code").isInt()) facts.set("exit_code", result.get("exit_code"));
        if (!result.isMissingNode() && Json.bytes(result).length <= LARGEST_RESULT) facts.set("result", result);
        return facts;
    }

    private static void addLastAttempt(TaskRecord record, ObjectNode facts) {
        copy(record, "attempt", facts, "attempt");
        copy(record, "worker_name", facts, "worker");
        copy(record, "runtime", facts, "runtime");
        JsonNode claimed = record.value("claim").path("claimed_at");
        if (claimed.isNumber()) facts.set("started_at", claimed);
    }

    /** One that waited for its next attempt was tried before. */
    private static void addEarlierAttempts(TaskRecord record, ObjectNode facts) {
        int tried = record.value("attempt").asInt(1) - 1;
        if (tried > 0) facts.put("attempt", tried);
    }

    private static void copy(TaskRecord from, String key, ObjectNode to, String as) {
        JsonNode value = from.value(key);
        if (value.isTextual()) to.put(as, Texts.shortened(value.textValue()));
        else if (value.isValueNode() && !value.isNull() && !value.isMissingNode()) to.set(as, value);
    }

    /**
     * One that was called off because of another is told apart from one that somebody called off. Whoever does that claims its
     * task for a moment, and does not run it: meanwhile it waits.
     */
    private static StepView skipped(JobRecord record, StepView step, Map<String, StepState> states) {
        boolean claimed = step.state() == StepState.RUNNING && !step.facts().has("started_at") && !runsAnyway(step);
        boolean calledOff =
                step.state() == StepState.CANCELLED && !record.facts().isStopped();
        if (!(claimed || calledOff) || !hasFailedBefore(step, states)) return step;
        StepState state = claimed ? StepState.BLOCKED : StepState.SKIPPED;
        return new StepView(step.step(), step.run(), state, step.stem(), claimed ? Json.object() : step.facts());
    }

    private static boolean runsAnyway(StepView step) {
        return DependencyPolicy.of(step.step().keys().path(DependencyPolicy.KEY)) == DependencyPolicy.RUN;
    }

    private static boolean hasFailedBefore(StepView step, Map<String, StepState> states) {
        return step.step().dependsOn().stream()
                .map(states::get)
                .anyMatch(state -> state != null && state.isEnd() && state != StepState.DONE);
    }

    private static String stopReason(JobRecord record) {
        return record.facts().calledOff().isEmpty()
                ? record.facts().failedBy()
                : record.facts().calledOff();
    }

    private static JobState state(JobRecord record, List<StepView> steps, Map<String, Pauses.Pause> heldBy) {
        if (record.facts().ending().isPresent()) return record.facts().ending().get();
        if (!record.facts().calledOff().isEmpty()) return JobState.CANCELLED;
        boolean ended = record.underWay().isEmpty()
                && steps.stream().allMatch(step -> step.state().isEnd());
        if (ended) return ending(record, steps);
        if (heldBy.keySet().stream().anyMatch(by -> !by.equals(LIMIT))) return JobState.PAUSED;
        return heldBy.containsKey(LIMIT) ? JobState.QUEUED : JobState.RUNNING;
    }

    /** How a job ends all of whose steps have. */
    static JobState ending(JobRecord record, List<StepView> steps) {
        if (!record.facts().calledOff().isEmpty()) return JobState.CANCELLED;
        if (!record.facts().failedBy().isEmpty()) return JobState.FAILED;
        if (steps.stream().allMatch(step -> step.state() == StepState.DONE)) return JobState.COMPLETED;
        boolean failed =
                steps.stream().anyMatch(step -> step.state() == StepState.FAILED || step.state() == StepState.LOST);
        return failed ? JobState.FAILED : JobState.CANCELLED;
    }

    private static ObjectNode facts(JobRecord record, List<StepView> steps) {
        JobRecord.Facts facts = record.facts();
        ObjectNode json = Json.object();
        json.put("config_path", facts.configPath().isEmpty() ? null : facts.configPath());
        json.put("submitted_at", facts.submittedAt());
        putMoment(json, "started_at", facts.startedAt());
        putMoment(json, "completed_at", facts.completedAt());
        json.put("message", message(record, steps));
        return json;
    }

    private static void putMoment(ObjectNode json, String key, double moment) {
        if (moment > 0) json.put(key, moment);
        else json.putNull(key);
    }

    private static String message(JobRecord record, List<StepView> steps) {
        String stopped = stopReason(record);
        if (!stopped.isEmpty()) return stopped;
        return steps.stream()
                .filter(step -> step.state() == StepState.FAILED || step.state() == StepState.LOST)
                .findFirst()
                .map(step -> "step " + step.step().name() + " " + step.state().word()
                        + step.error().map(error -> ": " + error).orElse(""))
                .orElse("");
    }
}
