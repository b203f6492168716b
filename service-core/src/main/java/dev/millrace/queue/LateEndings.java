package dev.millrace.queue;

import dev.millrace.event.Event;
import dev.millrace.storage.Disk;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Ends tasks that wait although they were called off. They ran when somebody asked for that, and failed, were put off, or
 * were given back before their worker knew of it: whoever asked has gone, and nobody else would look at them before they
 * are due.
 *
 * <p>A request that was not there at the look before is left to whoever has just made it.
 */
final class LateEndings {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** A step ends no more, so that a flood of requests does not keep the steward from its other duties. */
    private static final int MOST = 100;

    private static final List<TaskState> WAITING = List.of(TaskState.SCHEDULED, TaskState.PENDING);

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final CancelRequests requests;
    private final BatchLook batches;
    private final Ender ender;
    private Set<String> before = Set.of();
    private Optional<Long> lookedAt = Optional.empty();

    /** The files of several tasks that had nothing to end at the look before, with what was asked for then. */
    private Map<Path, Set<String>> inVain = Map.of();

    /** Ends a waiting task that is to be called off, or all such tasks of its file. */
    interface Ender {
        void end(TaskView waiting) throws IOException;
    }

    LateEndings(QueueLayout layout, QueuePorts ports, CancelRequests requests, Ender ender) {
        this.layout = layout;
        this.ports = ports;
        this.requests = requests;
        this.batches = new BatchLook(layout, ports.disk());
        this.ender = ender;
    }

    /** How many files had something to end. */
    int step() throws IOException {
        long now = ports.time().nanos();
        if (lookedAt.isPresent() && now - lookedAt.get() < BETWEEN_LOOKS.toNanos()) return 0;
        lookedAt = Optional.of(now);
        Set<String> asked = new HashSet<>(requests.all());
        Set<String> old = new HashSet<>(asked);
        old.retainAll(before);
        before = asked;
        if (old.isEmpty()) return 0;
        List<TaskView> waiting = new ArrayList<>(singles(old));
        waiting.addAll(parts(old));
        List<TaskView> first = waiting.subList(0, Math.min(MOST, waiting.size()));
        first.forEach(this::endOrReport);
        return first.size();
    }

    /** One file that the disk refuses does not keep the others from their end. */
    private void endOrReport(TaskView task) {
        try {
            ender.end(task);
        } catch (IOException e) {
            String what = "cannot end " + task.file() + ", which was called off, now; it is tried again";
            ports.events().accept(new Event.Trouble(what, e));
        }
    }

    private List<TaskView> singles(Set<String> asked) throws IOException {
        List<TaskView> waiting = new ArrayList<>();
        LogReplay.whereabouts(layout, ports.disk(), asked::contains).forEach((stem, found) -> {
            String folder = String.valueOf(Disk.parentOf(found.file()).getFileName());
            TaskState.of(folder)
                    .filter(WAITING::contains)
                    .map(state -> TaskView.single(
                            stem, state, found.name().attempt(), found.name().returns(), "", found.file()))
                    .ifPresent(waiting::add);
        });
        return waiting;
    }

    /** One task of each file. */
    private List<TaskView> parts(Set<String> asked) throws IOException {
        Map<String, Set<String>> byBatch = new HashMap<>();
        for (String stem : asked)
            BatchName.partOf(stem)
                    .ifPresent(part -> byBatch.computeIfAbsent(part.stem(), none -> new HashSet<>())
                            .add(stem));
        if (byBatch.isEmpty()) return List.of();
        List<TaskView> waiting = new ArrayList<>();
        Map<Path, Set<String>> nothing = new HashMap<>();
        for (BatchLook.Found file : batches.files(WAITING, name -> byBatch.containsKey(name.stem()))) {
            Set<String> meant = byBatch.getOrDefault(file.stem(), Set.of());
            boolean inVainBefore = meant.equals(inVain.get(file.file()));
            Optional<TaskView> part = inVainBefore ? Optional.empty() : waiting(file, meant);
            part.ifPresentOrElse(waiting::add, () -> nothing.put(file.file(), meant));
        }
        inVain = nothing;
        return waiting;
    }

    private Optional<TaskView> waiting(BatchLook.Found file, Set<String> meant) throws IOException {
        Optional<BatchLook.Content> content = batches.read(file);
        if (content.isEmpty()) return Optional.empty();
        return meant.stream()
                .flatMap(stem -> BatchName.partOf(stem).stream())
                .filter(part -> part.index() < content.get().count())
                .map(part -> content.get().view(part.index()))
                .filter(view -> WAITING.contains(view.state()))
                .findFirst();
    }
}
