package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.health.GateThresholds;
import dev.millrace.health.HealthReport;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Explanation;
import dev.millrace.lifecycle.PlanSubmission;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.SubmitReport;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskGroup;
import dev.millrace.queue.TaskQueue;
import dev.millrace.recurring.RecurringTasks;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.ServeOptions;
import dev.millrace.storage.Disk;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A service whose changes are asked of the daemon, which knows of resources and tells everybody. What only looks reads the
 * directory, which is the same truth and nearer. A start is done here: workers get the caller's environment.
 *
 * @param local the directory
 * @param route the daemon
 */
record RoutedService(Service local, Route route) implements Service {

    @Override
    public AppEnv env() {
        return local.env();
    }

    @Override
    public ServeReport serve(Action action, ServeOptions options) throws IOException, InterruptedException {
        if (action == Action.START || options.observe()) return local.serve(action, options);
        ObjectNode params = route.params();
        params.set("options", options.given());
        String method = "service." + action.name().toLowerCase(Locale.ROOT);
        return route.ask(method, params, answer -> report(action, answer), () -> local.serve(action, options));
    }

    @Override
    public ServeReport stop(ServeOptions options, BooleanSupplier givenUp) throws IOException, InterruptedException {
        return givenUp.getAsBoolean() ? local.stop(options, givenUp) : serve(Action.STOP, options);
    }

    private static ServeReport report(Action action, JsonNode answer) throws IOException {
        try {
            if (action != Action.HEALTH) return ServeReport.fromJson(answer);
            HealthReport health = HealthReport.fromJson(answer);
            Optional<Path> path =
                    Optional.ofNullable(answer.path("path").textValue()).map(Path::of);
            return ServeReport.fromJson(answer.path("answer")).withHealth(health, path);
        } catch (MalformedJsonException e) {
            throw new IOException("the daemon's answer " + e.reason(), e);
        }
    }

    @Override
    public HealthReport health(ServeOptions options) throws IOException, InterruptedException {
        return local.health(options);
    }

    @Override
    public GateThresholds thresholds() {
        return local.thresholds();
    }

    // ------------------------------------------------------------------ submit

    private interface Submitting<T> {
        T run() throws IOException;
    }

    /** The interface of a submit knows no interrupt; whoever waits for the daemon is told by an I/O error. */
    private <T> T submitted(ObjectNode params, Route.Reading<T> reading, Submitting<T> directly) throws IOException {
        try {
            return route.ask("service.submit", params, reading, directly::run);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while the daemon was asked");
        }
    }

    private static ObjectNode document(Task task) {
        ObjectNode document = task.keys().deepCopy();
        task.id().ifPresent(id -> document.put("task_id", id.value()));
        return document;
    }

    private static ArrayNode documents(List<Task> tasks) {
        ArrayNode list = Json.MAPPER.createArrayNode();
        tasks.forEach(task -> list.add(document(task)));
        return list;
    }

    @Override
    public TaskReceipt submit(Task task) throws IOException {
        return submitAll(List.of(task)).get(0);
    }

    @Override
    public List<TaskReceipt> submitAll(List<Task> tasks) throws IOException {
        ObjectNode params = route.params();
        params.set("tasks", documents(tasks));
        return submitted(params, this::receipts, () -> local.submitAll(tasks));
    }

    @Override
    public TaskReceipt submitGroup(TaskGroup group) throws IOException {
        ObjectNode params = route.params();
        params.set("tasks", documents(group.tasks()));
        params.putObject("group").put("name", group.name()).set("callback", document(group.callback()));
        return submitted(params, answer -> receipts(answer).get(0), () -> local.submitGroup(group));
    }

    private List<TaskReceipt> receipts(JsonNode answer) throws IOException {
        List<TaskReceipt> receipts = new ArrayList<>();
        TaskQueue queue = local.queue();
        for (JsonNode task : answer.path("tasks")) {
            String stem = task.path("stem").asText();
            String fate = task.path("unique").asText("added").toUpperCase(Locale.ROOT);
            Path file = queue.layout().folder(TaskState.PENDING).resolve(stem + ".task.json");
            Submission submission = new Submission(
                    task.path("id").asText(), stem, TaskState.PENDING, file, Submission.Fate.valueOf(fate));
            receipts.add(TaskReceipt.of(submission, queue, Disk.local(), Time.system()));
        }
        return receipts;
    }

    /** Plans are AGILAB's; they go to the directory as AGILAB's own do. */
    @Override
    public SubmitReport submitPlan(PlanSubmission plan) throws IOException {
        return local.submitPlan(plan);
    }

    // ------------------------------------------------------------------ what looks, and orders to workers

    @Override
    public TaskReceipt receipt(String stem) {
        return local.receipt(stem);
    }

    @Override
    public TaskQueue queue() throws IOException {
        return new RoutedQueue(local.queue(), route);
    }

    @Override
    public RecurringTasks recurring() throws IOException {
        return local.recurring();
    }

    @Override
    public Explanation why(String taskOrKind) throws IOException, InterruptedException {
        return local.why(taskOrKind);
    }

    @Override
    public List<String> drain(List<String> workers, boolean resume) throws IOException {
        return local.drain(workers, resume);
    }

    @Override
    public List<String> drainWithin(List<String> workers, Duration deadline) throws IOException {
        return local.drainWithin(workers, deadline);
    }

    @Override
    public Path exportSnapshot(ServeOptions options) throws IOException, InterruptedException {
        return local.exportSnapshot(options);
    }

    @Override
    public void close() {
        route.close();
        local.close();
    }
}
