package dev.millrace.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.Texts;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.lifecycle.TaskResult;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.queue.Dependencies;
import dev.millrace.queue.QueueControl;
import dev.millrace.queue.QueueControl.Cancelled;
import dev.millrace.queue.QueueControl.Changed;
import dev.millrace.queue.TaskFilter;
import dev.millrace.queue.TaskView;
import dev.millrace.storage.Disk;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** {@link TaskVerbs} on the directory. */
final class DirectoryTaskVerbs implements TaskVerbs {
    /** What is paused lies in one file, which every worker reads. */
    private static final int LONGEST_KIND = 200;

    private static final int MOST_LOG_BYTES = 4 << 20;
    private static final long LOOK_UP_NANOS = 1_000_000_000L;
    private static final Set<TaskState> UNFINISHED =
            EnumSet.of(TaskState.BLOCKED, TaskState.SCHEDULED, TaskState.PENDING, TaskState.RUNNING);

    private final Service service;
    private final Disk disk;
    private final Time time;

    DirectoryTaskVerbs(Service service, Disk disk, Time time) {
        this.service = service;
        this.disk = disk;
        this.time = time;
    }

    // ------------------------------------------------------------------ looking

    @Override
    public ObjectNode list(Set<TaskState> states, String matching, String kind, int limit, int offset)
            throws IOException {
        Set<TaskState> wanted = states.isEmpty() ? EnumSet.allOf(TaskState.class) : states;
        List<TaskView> all = service.queue()
                .list(new TaskFilter(wanted, matching, kind, Double.POSITIVE_INFINITY, Integer.MAX_VALUE));
        List<TaskView> shown = all.stream()
                .sorted(Comparator.comparingLong(DirectoryTaskVerbs::submitted).reversed())
                .skip(offset)
                .limit(limit)
                .toList();
        ProgressReports reports = ProgressReports.about(service, shown);
        ObjectNode json = Json.object();
        ArrayNode list = json.putArray("tasks");
        for (TaskView view : shown) {
            TaskFacts facts = TaskFacts.of(service, view);
            list.add(facts.summary(reports.of(facts)));
        }
        return json.put("total", all.size());
    }

    private static long submitted(TaskView view) {
        return TaskOrder.dueMicrosOf(view.stem()).orElse(0);
    }

    @Override
    public ObjectNode show(String id) throws IOException {
        List<TaskView> found = TaskSelection.all(service, id);
        TaskFacts facts = TaskFacts.of(service, found.get(0));
        Optional<Heartbeat.Progress> progress =
                ProgressReports.about(service, List.of(facts.view())).of(facts);
        List<String> others = found.stream().skip(1).map(TaskView::stem).toList();
        ObjectNode json = facts.detail(progress, service.queue().attempts(facts.record()), others);
        Dependencies waits = service.queue().dependencies(facts.record());
        if (waits.count() > 0) json.set("waits", waitsJson(facts, waits));
        return json;
    }

    private static ObjectNode waitsJson(TaskFacts facts, Dependencies waits) throws IOException {
        ObjectNode json = Json.object();
        String group = facts.record().value("callback_of").path("group").asText("");
        if (!group.isEmpty()) json.put("group", group);
        json.put("tasks", waits.count());
        ObjectNode states = json.putObject("states");
        for (Map.Entry<TaskState, Integer> one : waits.counts().entrySet())
            states.put(one.getKey().word(), one.getValue());
        return json;
    }

    @Override
    public ObjectNode logs(String id, int lines) throws IOException {
        TaskView view = TaskSelection.all(service, id).get(0);
        Path log = service.queue().layout().logs().resolve(view.stem() + ".log");
        List<String> all = linesOf(log);
        return head(view)
                .put("path", log.toString())
                .set("lines", Json.tree(all.subList(Math.max(0, all.size() - lines), all.size())));
    }

    private List<String> linesOf(Path log) throws IOException {
        try {
            return new String(disk.readEnd(log, MOST_LOG_BYTES), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (NoSuchFileException loggedNothing) {
            return List.of();
        }
    }

    private static ObjectNode head(TaskView view) {
        ObjectNode json = Json.object();
        json.put("id", view.id());
        json.put("stem", view.stem());
        json.put("state", view.state().word());
        return json;
    }

    @Override
    public ObjectNode progress(String id) throws IOException {
        TaskView view = TaskSelection.all(service, id).get(0);
        TaskFacts facts = TaskFacts.of(service, view);
        ObjectNode json = head(view).put("attempt", facts.attempt()).putNull("progress");
        ProgressReports.about(service, List.of(view))
                .of(facts)
                .ifPresent(last -> json.putObject("progress")
                        .put("fraction", last.fraction())
                        .put("message", last.message()));
        return json;
    }

    // ------------------------------------------------------------------ waiting

    @Override
    public ObjectNode await(List<String> ids, Duration atMost, BooleanSupplier givenUp)
            throws IOException, InterruptedException {
        List<TaskReceipt> receipts = new ArrayList<>();
        for (String id : ids)
            receipts.add(service.receipt(TaskSelection.all(service, id).get(0).stem()));
        ObjectNode json = Json.object();
        ArrayNode list = json.putArray("tasks");
        long end = time.nanos() + atMost.toNanos();
        for (TaskReceipt receipt : receipts) list.add(entry(receipt, awaited(receipt, end, givenUp)));
        return json;
    }

    /** Looks at least once, and up once a second. */
    private Optional<TaskResult> awaited(TaskReceipt receipt, long endNanos, BooleanSupplier givenUp)
            throws IOException, InterruptedException {
        while (true) {
            long left = givenUp.getAsBoolean() ? 0 : Math.max(0, endNanos - time.nanos());
            try {
                return Optional.of(receipt.await(Duration.ofNanos(Math.min(left, LOOK_UP_NANOS))));
            } catch (TimeoutException notYet) {
                if (left <= LOOK_UP_NANOS) return Optional.empty();
            }
        }
    }

    private ObjectNode entry(TaskReceipt receipt, Optional<TaskResult> ended) throws IOException {
        ObjectNode json = Json.object();
        json.put("id", receipt.id());
        json.put("stem", receipt.stem());
        if (ended.isEmpty()) return json.put("state", whereNow(receipt.stem()));
        TaskResult result = ended.get();
        json.put("state", result.state().word());
        if (result.isDone()) json.set("result", result.result().isMissingNode() ? null : result.result());
        result.error().ifPresent(error -> json.put("error", error));
        result.runtimeSeconds().ifPresent(seconds -> json.put("runtime", seconds));
        return json;
    }

    private String whereNow(String stem) throws IOException {
        return service.queue()
                .locate(stem)
                .map(TaskView::state)
                .map(TaskState::word)
                .orElse("unknown");
    }

    // ------------------------------------------------------------------ changing

    @Override
    public ObjectNode cancel(TaskSelection selection, String reason) throws IOException {
        List<TaskView> tasks = selection.find(service, UNFINISHED, time.epochSeconds());
        Map<TaskView, Cancelled> outcomes =
                selection.dryRun() ? Map.of() : service.queue().control().cancelAll(tasks, Texts.shortened(reason));
        return new BulkOutcome<>(tasks, outcomes).toJson();
    }

    private interface ChangeOfAll {
        Map<TaskView, Changed> apply(QueueControl control, List<TaskView> tasks)
                throws IOException, InterruptedException;
    }

    @Override
    public ObjectNode retry(TaskSelection selection) throws IOException, InterruptedException {
        return change(selection.notRunAgain(service, time.epochSeconds()), selection.dryRun(), QueueControl::retryAll);
    }

    @Override
    public ObjectNode requeue(TaskSelection selection) throws IOException, InterruptedException {
        return change(selection, EnumSet.of(TaskState.SCHEDULED), QueueControl::requeueAll);
    }

    @Override
    public ObjectNode discard(TaskSelection selection) throws IOException, InterruptedException {
        Set<TaskState> ended = EnumSet.of(TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED);
        return change(selection, ended, QueueControl::discardAll);
    }

    private ObjectNode change(TaskSelection selection, Set<TaskState> fitting, ChangeOfAll change)
            throws IOException, InterruptedException {
        return change(selection.find(service, fitting, time.epochSeconds()), selection.dryRun(), change);
    }

    private ObjectNode change(List<TaskView> tasks, boolean dryRun, ChangeOfAll change)
            throws IOException, InterruptedException {
        Map<TaskView, Changed> outcomes =
                dryRun ? Map.of() : change.apply(service.queue().control(), tasks);
        return BulkOutcome.changed(new BulkOutcome<>(tasks, outcomes), dryRun);
    }

    @Override
    public ObjectNode pause(Optional<String> kind, String reason) throws IOException, InterruptedException {
        if (kind.filter(name -> name.length() > LONGEST_KIND).isPresent())
            throw new ControlException(
                    ControlException.Reason.BAD_REQUEST,
                    "no kind has a name of more than " + LONGEST_KIND + " characters");
        service.queue().control().pause(kind, Texts.shortened(reason));
        return pauses();
    }

    @Override
    public ObjectNode resume(Optional<String> kind) throws IOException, InterruptedException {
        service.queue().control().resume(kind);
        return pauses();
    }

    @Override
    public ObjectNode pauses() throws IOException {
        return service.queue().control().pauses().shown();
    }
}
