package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.lifecycle.TaskResult;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskView;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** Submitted tasks and what came of them. */
final class Results {
    private final Service service;
    private final List<TaskReceipt> receipts;
    private final Map<String, TaskResult> ended = new LinkedHashMap<>();

    Results(Service service, List<TaskReceipt> receipts) {
        this.service = service;
        this.receipts = List.copyOf(receipts);
    }

    /** Waits for all of them, together at most so many seconds. */
    void await(double seconds, Time time) throws IOException, InterruptedException {
        long start = time.nanos();
        for (TaskReceipt receipt : receipts) {
            Duration left = Duration.ofNanos((long) (seconds * 1e9) - (time.nanos() - start));
            try {
                ended.put(receipt.stem(), receipt.await(left.isNegative() ? Duration.ZERO : left));
            } catch (TimeoutException e) {
                // it is told as one that has not ended
            }
        }
    }

    Answer answer(ObjectNode json, boolean waited) throws IOException {
        StringBuilder text = new StringBuilder();
        ArrayNode list = json.putArray("tasks");
        for (TaskReceipt receipt : receipts) {
            list.add(entry(receipt, waited));
            text.append(receipt.id()).append('\n');
            if (waited) text.append(outcome(receipt));
        }
        return judged(Answer.ok(json, text.toString()), waited);
    }

    private ObjectNode entry(TaskReceipt receipt, boolean waited) throws IOException {
        ObjectNode json = Json.object();
        json.put("id", receipt.id());
        json.put("stem", receipt.stem());
        if (receipt.fate() != Submission.Fate.ADDED)
            json.put("unique", receipt.fate().name().toLowerCase(Locale.ROOT));
        if (!waited) return json;
        TaskResult result = ended.get(receipt.stem());
        json.put("state", result == null ? whereNow(receipt) : result.state().word());
        if (result == null) return json;
        if (result.isDone()) json.set("result", result.result().isMissingNode() ? null : result.result());
        result.error().ifPresent(error -> json.put("error", error));
        result.runtimeSeconds().ifPresent(seconds -> json.put("runtime", seconds));
        return json;
    }

    private String whereNow(TaskReceipt receipt) throws IOException {
        return service.queue()
                .locate(receipt.stem())
                .map(TaskView::state)
                .map(TaskState::word)
                .orElse("unknown");
    }

    private String outcome(TaskReceipt receipt) {
        TaskResult result = ended.get(receipt.stem());
        if (result == null) return "not ended yet\n";
        String took = result.runtimeSeconds()
                .map(seconds -> " in " + Shown.seconds(seconds))
                .orElse("");
        String shown =
                result.isDone() && !result.result().isMissingNode() ? Shown.indented(result.result()) + "\n" : "";
        return result.state().word() + took + "\n" + shown;
    }

    private Answer judged(Answer answer, boolean waited) {
        if (!waited) return answer;
        List<String> failed = new ArrayList<>();
        for (TaskReceipt receipt : receipts) {
            TaskResult result = ended.get(receipt.stem());
            if (result != null && !result.isDone())
                failed.add("task " + receipt.id() + " " + result.state().word() + ": "
                        + result.error().orElse("no reason given"));
        }
        if (!failed.isEmpty()) return answer.withExit(ExitCode.TASK_FAILED).withRemark(String.join("\n", failed));
        int missing = receipts.size() - ended.size();
        return missing == 0
                ? answer
                : answer.withExit(ExitCode.TIMED_OUT)
                        .withRemark(
                                Shown.count(missing, "task") + " did not end in time and go on; see 'millrace tasks'");
    }
}
