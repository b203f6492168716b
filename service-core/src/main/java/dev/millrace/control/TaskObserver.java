package dev.millrace.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.event.EventRing;
import dev.millrace.json.Json;
import dev.millrace.queue.JobTaskId;
import dev.millrace.queue.TaskQueue;
import dev.millrace.storage.Disk;
import dev.millrace.task.ClaimName;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells of tasks outside of jobs as their files move, as far as the system tells of it: a name that comes into a folder is a
 * task that came into that state. When they are too many to be told one by one, one event says how many there were, or
 * that some were missed.
 */
final class TaskObserver implements AutoCloseable {
    private static final int MOST_AT_ONCE = 2_000;
    private static final Duration NOT_LONG = Duration.ofMillis(1);
    private static final List<TaskState> TOLD = List.of(TaskState.values());

    private final String service;
    private final TaskQueue queue;
    private final Disk disk;
    private final EventRing events;
    private Disk.@Nullable FolderWatch watch;

    TaskObserver(String service, TaskQueue queue, Disk disk, EventRing events) {
        this.service = service;
        this.queue = queue;
        this.disk = disk;
        this.events = events;
    }

    /** Tells what has come since the last look; returns how many events it made. */
    int look() throws InterruptedException {
        Disk.FolderWatch here = watch;
        if (here == null) return begin();
        Disk.Changes changes = here.await(NOT_LONG);
        List<Path> tasks = new ArrayList<>();
        for (Path file : changes.added()) if (isTask(file)) tasks.add(file);
        if (changes.overflow()) events.add("task.missed", Json.object().put("service", service));
        if (tasks.size() > MOST_AT_ONCE) return many(tasks.size());
        for (Path file : tasks) tell(file);
        return tasks.size();
    }

    private int begin() {
        try {
            List<Path> folders = new ArrayList<>();
            for (TaskState state : TOLD) {
                Path folder = queue.layout().folder(state);
                if (!disk.exists(folder)) return 0;
                folders.add(folder);
            }
            watch = disk.watch(folders);
        } catch (IOException noWatchLeft) {
            // jobs are still told of, by looking; single tasks are not
        }
        return 0;
    }

    private static boolean isTask(Path file) {
        return TaskName.isTaskFile(String.valueOf(file.getFileName()));
    }

    private int many(int tasks) {
        events.add("task.many", Json.object().put("service", service).put("moves", tasks));
        return 1;
    }

    private void tell(Path file) {
        String name = String.valueOf(file.getFileName());
        String folder = String.valueOf(Disk.parentOf(file).getFileName());
        Optional<TaskState> state = TaskState.of(folder);
        if (state.isEmpty()) return;
        String stem = stemOf(state.get(), name);
        String id = TaskOrder.idOf(stem);
        if (JobTaskId.parse(id).isPresent() || name.contains(".settled-")) return;
        ObjectNode data = Json.object();
        data.put("service", service);
        data.put("task_id", id);
        data.put("stem", stem);
        events.add("task." + state.get().word(), data);
    }

    private static String stemOf(TaskState state, String name) {
        if (state == TaskState.RUNNING)
            return ClaimName.parse(name)
                    .map(claim -> claim.task().stem())
                    .orElseGet(() -> TaskName.parse(name).stem());
        boolean due = state == TaskState.SCHEDULED && name.indexOf('-') > 0;
        return TaskName.parse(due ? name.substring(name.indexOf('-') + 1) : name)
                .stem();
    }

    @Override
    public void close() {
        Disk.FolderWatch here = watch;
        if (here != null) here.close();
        watch = null;
    }
}
