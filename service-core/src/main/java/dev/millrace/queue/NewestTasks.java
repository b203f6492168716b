package dev.millrace.queue;

import dev.millrace.storage.FileFacts;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the newest task of each of some ids, wherever it lies and whether it has ended or not: an older one would bring the
 * result of an earlier run. Names of ours tell when a task was submitted or due; of strangers' files the disk is asked. A
 * file that tasks share is opened only when it is newer than what was found without it.
 */
final class NewestTasks {
    private static final List<TaskState> LISTED = Stream.concat(TaskPlaces.WAITING.stream(), EndedTasks.STATES.stream())
            .toList();

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final BatchLook batches;
    private final Set<String> ids;
    private final Map<String, Bearer> newest = new HashMap<>();

    /** Who bears an id, and since when, epoch microseconds. */
    private record Bearer(String stem, long since) {}

    private NewestTasks(QueueLayout layout, QueuePorts ports, Set<String> ids) {
        this.layout = layout;
        this.ports = ports;
        this.batches = new BatchLook(layout, ports.disk());
        this.ids = ids;
    }

    /** The unique name for each of the ids; those that no task bears are left out. */
    static Map<String, String> of(QueueLayout layout, QueuePorts ports, Set<String> ids) throws IOException {
        if (ids.isEmpty()) return Map.of();
        NewestTasks search = new NewestTasks(layout, ports, ids);
        search.look();
        // one that goes back while folders are listed may not be met, and to be told that it is nowhere would be wrong
        if (search.newest.size() < ids.size()) search.look();
        Map<String, String> stems = new HashMap<>();
        search.newest.forEach((id, bearer) -> stems.put(id, bearer.stem()));
        return stems;
    }

    private void look() throws IOException {
        lookAtSingles();
        lookIntoBatches();
    }

    private void note(String id, String stem, long since) {
        newest.merge(id, new Bearer(stem, since), (one, other) -> other.since() > one.since() ? other : one);
    }

    private void lookAtSingles() throws IOException {
        for (TaskState state : LISTED) {
            Path folder = layout.folder(state);
            List<Path> strangers = new ArrayList<>();
            LogReplay.forEachTask(ports.disk(), folder, name -> {
                String stem = LogReplay.nameIn(state, name).stem();
                if (!ids.contains(TaskOrder.idOf(stem))) return;
                OptionalLong due = TaskOrder.dueMicrosOf(stem);
                if (due.isEmpty()) strangers.add(folder.resolve(name));
                else note(TaskOrder.idOf(stem), stem, due.getAsLong());
            });
            for (Path file : strangers) {
                String stem = LogReplay.nameIn(state, String.valueOf(file.getFileName()))
                        .stem();
                note(stem, stem, changed(file));
            }
        }
    }

    /** One that has moved on meanwhile is there all the same. */
    private long changed(Path file) throws IOException {
        return ports.disk()
                .facts(file)
                .map(FileFacts::modified)
                .map(TaskOrder::micros)
                .orElse(0L);
    }

    /** A batch file, and since when it is there, epoch microseconds. */
    private record Dated(BatchLook.Found file, long since) {}

    private void lookIntoBatches() throws IOException {
        List<Dated> files = new ArrayList<>();
        for (BatchLook.Found file : batches.files(LISTED, name -> true)) files.add(new Dated(file, since(file)));
        files.sort(Comparator.comparingLong(Dated::since).reversed());
        for (Dated one : files) {
            if (one.since() <= oldestFound()) return;
            Optional<BatchLook.Content> content = content(one.file());
            if (content.isPresent()) noteTasks(content.get(), one.since());
        }
    }

    private long since(BatchLook.Found file) throws IOException {
        OptionalLong due = TaskOrder.dueMicrosOf(file.stem());
        return due.isPresent() ? due.getAsLong() : changed(file.file());
    }

    /** Before everything while an id was not found at all. */
    private long oldestFound() {
        if (newest.size() < ids.size()) return Long.MIN_VALUE;
        return newest.values().stream().mapToLong(Bearer::since).min().orElse(Long.MIN_VALUE);
    }

    /** Whoever has moved it meanwhile has not changed what it holds. A file that cannot be read as a batch holds no task. */
    private Optional<BatchLook.Content> content(BatchLook.Found file) throws IOException {
        try {
            Optional<BatchLook.Content> content = batches.read(file, ids);
            if (content.isPresent() || ports.disk().exists(file.file())) return content;
            Optional<BatchLook.Found> moved = batches.locate(file.stem());
            return moved.isEmpty() ? Optional.empty() : batches.read(moved.get(), ids);
        } catch (FileTooLargeException unfit) {
            return Optional.empty();
        }
    }

    private void noteTasks(BatchLook.Content content, long since) {
        for (int i = 0; i < content.count(); i++) {
            String id = content.idOf(i);
            if (ids.contains(id)) note(id, BatchName.partStem(content.file().stem(), i), since);
        }
    }
}
