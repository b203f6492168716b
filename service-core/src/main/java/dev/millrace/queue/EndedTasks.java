package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.storage.FileFacts;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Single tasks that have ended, by their unique names. Strangers use names again: then several of one name lie in different
 * folders, or in one and told apart by {@link TerminalNames}, and the one whose file was changed last is the last task.
 */
final class EndedTasks {
    static final List<TaskState> STATES = List.of(TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED);

    private final QueueLayout layout;
    private final Disk disk;

    EndedTasks(QueueLayout layout, Disk disk) {
        this.layout = layout;
        this.disk = disk;
    }

    /** The last one that bears just this name; lists nothing. */
    Optional<TaskView> named(String stem) throws IOException {
        return named(stem, STATES);
    }

    /** The same among those in some states. */
    Optional<TaskView> named(String stem, List<TaskState> states) throws IOException {
        List<TaskView> found = new ArrayList<>();
        for (TaskState state : states) {
            String name = stem + TaskName.SUFFIX;
            Optional<Path> file = layout.file(state, name);
            if (file.isEmpty() || !disk.exists(file.get())) continue;
            TaskView view = TaskView.single(layout.folder(state), state, name);
            if (TaskOrder.isOurs(stem)) return Optional.of(view);
            found.add(view);
        }
        return last(found);
    }

    /**
     * The last one of those that bear the name or were told apart from others that bore it. AGILAB's workers publish a task
     * that was tried before under the name that it had in pending; that one is found, too.
     */
    Optional<TaskView> last(String stem) throws IOException {
        Optional<TaskView> named = named(stem);
        if (named.isPresent() && TaskOrder.isOurs(stem)) return named;
        return last(
                listed(name -> name.startsWith(stem), view -> firstStem(view).equals(stem)));
    }

    /** The last one of each name that strangers have used again, of those that were told apart. */
    Map<String, TaskView> again() throws IOException {
        Map<String, List<TaskView>> found = new HashMap<>();
        for (TaskView view : listed(name -> true, one -> !firstStem(one).equals(one.stem())))
            found.computeIfAbsent(firstStem(view), none -> new ArrayList<>()).add(view);
        Map<String, TaskView> last = new HashMap<>();
        for (Map.Entry<String, List<TaskView>> each : found.entrySet())
            last(each.getValue()).ifPresent(view -> last.put(each.getKey(), view));
        return last;
    }

    private static String firstStem(TaskView view) {
        return TerminalNames.firstOf(view.stem()).orElse(view.stem());
    }

    private List<TaskView> listed(Predicate<String> names, Predicate<TaskView> which) throws IOException {
        List<TaskView> found = new ArrayList<>();
        for (TaskState state : STATES) {
            Path folder = layout.folder(state);
            LogReplay.forEachTask(disk, folder, name -> {
                if (!names.test(name)) return;
                TaskView view = TaskView.single(folder, state, name);
                if (which.test(view)) found.add(view);
            });
        }
        return found;
    }

    /** The one whose file was changed last. */
    Optional<TaskView> last(List<TaskView> views) throws IOException {
        if (views.size() < 2) return views.stream().findFirst();
        TaskView last = views.get(0);
        for (TaskView view : views) if (changed(view).isAfter(changed(last))) last = view;
        return Optional.of(last);
    }

    /** By the file system's clock. One that is gone by now was there all the same. */
    Instant changed(TaskView view) throws IOException {
        return disk.facts(view.file()).map(FileFacts::modified).orElse(Instant.EPOCH);
    }
}
