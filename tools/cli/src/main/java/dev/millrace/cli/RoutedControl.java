package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.queue.LimitState;
import dev.millrace.queue.Pauses;
import dev.millrace.queue.QueueControl;
import dev.millrace.queue.TaskView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What operators ask, asked of the daemon.
 *
 * @param local the directory
 * @param route the daemon
 */
record RoutedControl(QueueControl local, Route route) implements QueueControl {

    /** Many in one call; so many that the names fit into any message of a usual size. */
    private static final int AT_ONCE = 1_000;

    private interface Bulk<E> {
        Map<TaskView, E> of(List<TaskView> some) throws IOException, InterruptedException;
    }

    private <E extends Enum<E>> Map<TaskView, E> each(
            String method, ObjectNode params, List<TaskView> tasks, Class<E> outcome, Bulk<E> directly)
            throws IOException, InterruptedException {
        Map<TaskView, E> outcomes = new LinkedHashMap<>();
        for (int from = 0; from < tasks.size(); from += AT_ONCE) {
            List<TaskView> some = tasks.subList(from, Math.min(tasks.size(), from + AT_ONCE));
            ObjectNode those = params.deepCopy();
            some.forEach(task -> those.withArray("ids").add(task.stem()));
            outcomes.putAll(route.ask(method, those, answer -> read(answer, some, outcome), () -> directly.of(some)));
        }
        return outcomes;
    }

    private static <E extends Enum<E>> Map<TaskView, E> read(JsonNode answer, List<TaskView> tasks, Class<E> outcome) {
        Map<String, String> words = new HashMap<>();
        for (JsonNode one : answer.path("tasks"))
            words.put(one.path("stem").asText(), one.path("outcome").asText());
        Map<TaskView, E> outcomes = new LinkedHashMap<>();
        for (TaskView task : tasks) {
            String word = words.getOrDefault(task.stem(), "unknown");
            outcomes.put(task, Enum.valueOf(outcome, word.toUpperCase(Locale.ROOT)));
        }
        return outcomes;
    }

    /** For those whose interface knows no interrupt; whoever waits for the daemon is told by an I/O error. */
    private <E extends Enum<E>> Map<TaskView, E> unbroken(
            String method, ObjectNode params, List<TaskView> tasks, Class<E> outcome, Bulk<E> directly)
            throws IOException {
        try {
            return each(method, params, tasks, outcome, directly);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while the daemon was asked");
        }
    }

    private static <E> E only(Map<TaskView, E> outcomes) {
        return outcomes.values().iterator().next();
    }

    @Override
    public Changed retry(TaskView task) throws IOException, InterruptedException {
        return only(retryAll(List.of(task)));
    }

    @Override
    public Map<TaskView, Changed> retryAll(List<TaskView> tasks) throws IOException, InterruptedException {
        return each("task.retry", route.params(), tasks, Changed.class, local::retryAll);
    }

    @Override
    public List<TaskView> notRunAgain(List<TaskView> tasks) throws IOException {
        return local.notRunAgain(tasks);
    }

    /** The daemon would look for each of those that share a file; there may be thousands. */
    @Override
    public Changed discard(List<TaskView> together) throws IOException {
        return together.size() > 1 ? local.discard(together) : only(discardAll(together));
    }

    @Override
    public Map<TaskView, Changed> discardAll(List<TaskView> tasks) throws IOException {
        Map<Path, Long> inFile = tasks.stream().collect(Collectors.groupingBy(TaskView::file, Collectors.counting()));
        Map<Boolean, List<TaskView>> alone =
                tasks.stream().collect(Collectors.partitioningBy(task -> inFile.getOrDefault(task.file(), 1L) == 1));
        Map<TaskView, Changed> outcomes = new LinkedHashMap<>(unbroken(
                "task.discard", route.params(), alone.getOrDefault(true, List.of()), Changed.class, local::discardAll));
        outcomes.putAll(local.discardAll(alone.getOrDefault(false, List.of())));
        return outcomes;
    }

    @Override
    public Changed requeue(TaskView task) throws IOException {
        return only(requeueAll(List.of(task)));
    }

    @Override
    public Map<TaskView, Changed> requeueAll(List<TaskView> tasks) throws IOException {
        return unbroken("task.requeue", route.params(), tasks, Changed.class, local::requeueAll);
    }

    @Override
    public Map<TaskView, Cancelled> cancelAll(List<TaskView> tasks, String reason) throws IOException {
        ObjectNode params = route.params().put("reason", reason);
        return unbroken("task.cancel", params, tasks, Cancelled.class, some -> local.cancelAll(some, reason));
    }

    @Override
    public Cancelled cancel(String stem, String reason) throws IOException {
        return local.cancel(stem, reason);
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
    public Optional<Path> inTheWayOf(TaskView task) throws IOException {
        return local.inTheWayOf(task);
    }

    @Override
    public Optional<Path> heldLock(String kind, String key, String uniqueKey) throws IOException, InterruptedException {
        return local.heldLock(kind, key, uniqueKey);
    }

    @Override
    public LimitState limits(String kind, String key) throws IOException {
        return local.limits(kind, key);
    }
}
