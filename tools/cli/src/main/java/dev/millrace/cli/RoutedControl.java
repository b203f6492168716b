package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.queue.LimitState;
import dev.millrace.queue.Pauses;
import dev.millrace.queue.QueueControl;
import dev.millrace.queue.TaskView;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What operators ask, asked of the daemon.
 *
 * @param local the directory
 * @param route the daemon
 */
record RoutedControl(QueueControl local, Route route) implements QueueControl {

    private static Changed changed(JsonNode answer) {
        String outcome = answer.path("tasks").path(0).path("outcome").asText("unknown");
        return Changed.valueOf(outcome.toUpperCase(Locale.ROOT));
    }

    @Override
    public Changed retry(TaskView task) throws IOException, InterruptedException {
        return route.ask(
                "task.retry", RoutedService.named(route, task), RoutedControl::changed, () -> local.retry(task));
    }

    /** The daemon would look for each of those that share a file; there may be thousands. */
    @Override
    public Changed discard(List<TaskView> together) throws IOException {
        if (together.size() > 1) return local.discard(together);
        return unbroken(
                "task.discard",
                RoutedService.named(route, together.get(0)),
                RoutedControl::changed,
                () -> local.discard(together));
    }

    @Override
    public Changed requeue(TaskView task) throws IOException {
        return unbroken(
                "task.requeue", RoutedService.named(route, task), RoutedControl::changed, () -> local.requeue(task));
    }

    @Override
    public Cancelled cancel(String stem, String reason) throws IOException {
        ObjectNode params = route.params().put("reason", reason);
        params.putArray("ids").add(stem);
        return unbroken(
                "task.cancel",
                params,
                answer -> Cancelled.valueOf(answer.path("tasks")
                        .path(0)
                        .path("outcome")
                        .asText("unknown")
                        .toUpperCase(Locale.ROOT)),
                () -> local.cancel(stem, reason));
    }

    private <T> T unbroken(String method, ObjectNode params, Route.Reading<T> reading, Route.Directly<T> directly)
            throws IOException {
        try {
            return route.ask(method, params, reading, directly);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while the daemon was asked");
        }
    }

    private ObjectNode of(Optional<String> kind) {
        ObjectNode params = route.params();
        if (kind.isPresent()) params.put("kind", kind.get());
        else params.put("all", true);
        return params;
    }

    @Override
    public void pause(Optional<String> kind, String reason) throws IOException, InterruptedException {
        ObjectNode params = of(kind).put("reason", reason);
        route.ask("task.pause", params, answer -> true, () -> {
            local.pause(kind, reason);
            return true;
        });
    }

    @Override
    public void resume(Optional<String> kind) throws IOException, InterruptedException {
        route.ask("task.resume", of(kind), answer -> true, () -> {
            local.resume(kind);
            return true;
        });
    }

    @Override
    public void hold(String job, String by, String reason) throws IOException, InterruptedException {
        local.hold(job, by, reason);
    }

    @Override
    public void letGo(String job, String by) throws IOException, InterruptedException {
        local.letGo(job, by);
    }

    @Override
    public Pauses pauses() throws IOException {
        return local.pauses();
    }

    @Override
    public boolean refill(String kind) throws IOException, InterruptedException {
        return local.refill(kind);
    }

    @Override
    public LimitState limits(String kind, String key) throws IOException {
        return local.limits(kind, key);
    }
}
