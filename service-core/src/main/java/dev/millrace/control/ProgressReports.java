package dev.millrace.control;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.lifecycle.Service;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.queue.TaskView;
import dev.millrace.storage.Disk;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;

/**
 * How far tasks are: those that run by their workers' heartbeats, those that have ended by their documents.
 *
 * @param beats of all workers; empty when nobody asked about a running task
 */
public record ProgressReports(Collection<Heartbeat> beats) {

    /** Heartbeats are read only when a task runs. */
    public static ProgressReports about(Service service, Collection<TaskView> tasks) throws IOException {
        boolean runs = tasks.stream().anyMatch(task -> task.state() == TaskState.RUNNING);
        if (!runs) return new ProgressReports(java.util.List.of());
        return new ProgressReports(
                Heartbeats.readAll(Disk.local(), service.queue().layout().heartbeats())
                        .values());
    }

    /** The last report of a task; empty when it made none. */
    public Optional<Heartbeat.Progress> of(TaskFacts facts) {
        return facts.view().state() == TaskState.RUNNING
                ? running(facts.view())
                : ended(facts.record().value("progress"));
    }

    private Optional<Heartbeat.Progress> running(TaskView task) {
        return beats.stream()
                .filter(beat -> beat.incarnation().equals(task.incarnation()))
                .flatMap(beat -> beat.currentTasks().stream())
                .filter(current -> current.id().equals(task.id()))
                .flatMap(current -> current.progress().stream())
                .findFirst();
    }

    private static Optional<Heartbeat.Progress> ended(JsonNode progress) {
        return progress.path("fraction").isNumber()
                ? Optional.of(new Heartbeat.Progress(
                        progress.path("fraction").doubleValue(),
                        progress.path("message").asText("")))
                : Optional.empty();
    }
}
