package dev.millrace.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.millrace.json.Json;
import dev.millrace.queue.TaskRecord;
import dev.millrace.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link TaskAssert} over what the queue says of the task. */
final class TaskExpectations implements TaskAssert {
    private final DrivenService service;
    private final TaskRecord record;
    private final Instant now;

    TaskExpectations(DrivenService service, TaskRecord record, Instant now) {
        this.service = service;
        this.record = record;
        this.now = now;
    }

    private String id() {
        return record.view().id();
    }

    private TaskAssert expect(boolean holds, String what) {
        if (holds) return this;
        AssertionError error = new AssertionError("expected that task " + id() + " " + what + ", but it " + standing());
        service.thrownBy(id()).ifPresent(error::initCause);
        throw error;
    }

    private String standing() {
        return switch (record.view().state()) {
            case BLOCKED -> "is blocked: it waits for other tasks to end; call drain(), or is one of them paused?";
            case PENDING -> "is pending: nothing has run it yet; call drain(), or is its kind paused?";
            case SCHEDULED ->
                "is scheduled and due in " + dueIn() + "; call run(), or advance() and drain()"
                        + service.thrownBy(id())
                                .map(thrown -> "; its last attempt threw " + thrown)
                                .orElse("");
            case RUNNING -> "is running";
            case DONE -> "is done with the result " + result();
            case FAILED -> "has failed: " + record.error().orElse("for an unknown reason");
            case CANCELLED -> "is cancelled: " + record.error().orElse("for an unknown reason");
        };
    }

    private Duration dueIn() {
        return Duration.between(now, WaitingTasks.dueOf(record.view()));
    }

    private boolean isIn(TaskState state) {
        return record.view().state() == state;
    }

    @Override
    public TaskAssert isDone() {
        return expect(isIn(TaskState.DONE), "is done");
    }

    @Override
    public TaskAssert hasFailed() {
        return expect(isIn(TaskState.FAILED), "has failed");
    }

    @Override
    public TaskAssert hasFailedWith(Class<? extends Throwable> type) {
        hasFailed();
        return expect(threw(type), "has failed with " + type.getName());
    }

    /** The document knows the class of the exception, and what was thrown knows its causes, too. */
    private boolean threw(Class<? extends Throwable> type) {
        if (record.value("error_class").asText().equals(type.getName())) return true;
        @Nullable Throwable one = service.thrownBy(id()).orElse(null);
        for (int depth = 0; one != null && depth < 50; one = one.getCause(), depth++)
            if (type.isInstance(one)) return true;
        return false;
    }

    @Override
    public TaskAssert hasFailedWith(String part) {
        hasFailed();
        return expect(record.error().orElse("").contains(part), "has failed with '" + part + "'");
    }

    @Override
    public TaskAssert isCancelled() {
        return expect(isIn(TaskState.CANCELLED), "is cancelled");
    }

    @Override
    public TaskAssert isWaiting() {
        return expect(isIn(TaskState.PENDING) || isIn(TaskState.SCHEDULED), "is waiting");
    }

    @Override
    public TaskAssert isDueIn(Duration length) {
        boolean holds = isIn(TaskState.SCHEDULED) && dueIn().toMillis() == length.toMillis();
        return expect(holds, "is due in " + length);
    }

    @Override
    public TaskAssert isDueBetween(Duration least, Duration most) {
        boolean holds = isIn(TaskState.SCHEDULED)
                && dueIn().toMillis() >= least.toMillis()
                && dueIn().toMillis() <= most.toMillis();
        return expect(holds, "is due in " + least + " to " + most);
    }

    @Override
    public TaskAssert hasResult(@Nullable Object expected) {
        isDone();
        JsonNode wanted = Json.tree(expected);
        return expect(JsonEquality.holds(wanted, result()), "has the result " + wanted);
    }

    @Override
    public TaskAssert wasAttempted(int times) {
        int made = attempts();
        return expect(made == times, "was attempted " + times + " times, not " + made);
    }

    private int attempts() {
        TaskState state = record.view().state();
        if (!state.isTerminal()) return record.view().attempt() - (state == TaskState.RUNNING ? 0 : 1);
        JsonNode told = record.value("attempts");
        int made = 0;
        for (JsonNode one : told)
            if (!List.of("snoozed", "cancelled").contains(one.path("outcome").asText())) made++;
        return told.isMissingNode() && state != TaskState.CANCELLED ? 1 : made;
    }

    @Override
    public TaskAssert hasProgress(double fraction, String message) {
        JsonNode progress = record.value("progress");
        boolean holds = Math.abs(progress.path("fraction").asDouble(-1) - fraction) < 1e-6
                && progress.path("message").asText().equals(message);
        return expect(holds, "has the progress " + fraction + " '" + message + "', not " + shown(progress));
    }

    private static String shown(JsonNode node) {
        return node.isMissingNode() ? "none" : node.toString();
    }

    @Override
    public TaskAssert hasLogged(String part) {
        List<String> lines = service.linesOf(record.view().stem());
        Optional<String> found =
                lines.stream().filter(line -> line.contains(part)).findFirst();
        return expect(found.isPresent(), "has logged '" + part + "', not " + lines);
    }

    @Override
    public JsonNode result() {
        return isIn(TaskState.DONE) ? record.result() : MissingNode.getInstance();
    }

    @Override
    public TaskRecord record() {
        return record;
    }
}
