package dev.millrace.testkit;

import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.TaskFilter;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskView;
import dev.millrace.storage.Disk;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What lies in the folders of a queue; how the tasks of a batch stand is read there, and not believed its name. */
final class Contents {
    private final QueueLayout layout;
    private final Disk disk;
    private final Supplier<TaskQueue> observers;

    /**
     * @param disk read behind everybody's back
     * @param observers callers of the same disk's queue who have seen nothing yet
     */
    Contents(QueueLayout layout, Disk disk, Supplier<TaskQueue> observers) {
        this.layout = layout;
        this.disk = disk;
        this.observers = observers;
    }

    /** Every task and batch, also those that lie ready to be run again. */
    List<TaskPlace> places() throws IOException {
        List<Path> folders = new ArrayList<>();
        for (TaskState state : TaskState.values()) folders.add(layout.folder(state));
        folders.add(TaskPlace.secondRuns(layout));
        List<TaskPlace> places = new ArrayList<>();
        for (Path folder : folders)
            for (String name : disk.sortedNames(folder))
                TaskPlace.of(layout, folder.resolve(name)).ifPresent(places::add);
        return places;
    }

    /** How many tasks are in each state. */
    Map<TaskState, Long> counts() throws IOException {
        Map<TaskState, Long> counts = new EnumMap<>(TaskState.class);
        boolean batches = false;
        for (TaskPlace place : places()) {
            Optional<TaskState> single =
                    place.state().filter(state -> place.batch().isEmpty());
            single.ifPresent(state -> counts.merge(state, 1L, Long::sum));
            batches |= place.batch().isPresent();
        }
        if (batches)
            for (TaskView view : observers.get().list(TaskFilter.all()))
                if (BatchName.partOf(view.stem()).isPresent()) counts.merge(view.state(), 1L, Long::sum);
        return counts;
    }
}
