package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@link Dependencies} by looking into the folders. */
final class DependencyLook implements Dependencies {
    private final QueueLayout layout;
    private final QueuePorts ports;
    private final Payloads payloads;
    private final String stem;
    private final ObjectNode document;
    private final WaitFiles files;
    private final AwaitedLook look;
    private final boolean waits;
    private @Nullable List<Awaited> awaited;

    /** Of a task that has waited, if it had to. */
    DependencyLook(QueueLayout layout, QueuePorts ports, Payloads payloads, String stem, ObjectNode document) {
        this(layout, ports, payloads, stem, document, false);
    }

    /** @param waits true while it waits still: then a stranger's task that has the name of an ended one counts */
    DependencyLook(
            QueueLayout layout, QueuePorts ports, Payloads payloads, String stem, ObjectNode document, boolean waits) {
        this.waits = waits;
        this.payloads = payloads;
        this.layout = layout;
        this.ports = ports;
        this.stem = stem;
        this.document = document;
        this.files = new WaitFiles(ports.disk(), layout.waits());
        this.look = new AwaitedLook(layout, ports);
    }

    /** For what a task waits, as written down at submit or when its file was laid aside. */
    static List<Awaited> awaited(WaitFiles files, String stem, ObjectNode document) throws IOException {
        if (document.hasNonNull(Drafts.CALLBACK_OF)) return members(files, stem, document);
        if (!document.hasNonNull(Drafts.WAITS_FOR)) return files.named(stem).orElse(List.of());
        List<Awaited> awaited = new ArrayList<>();
        for (JsonNode one : document.path(Drafts.WAITS_FOR)) awaited.add(Awaited.task(one.asText()));
        return awaited;
    }

    /** A callback that is run again has the group of the first one. */
    private static List<Awaited> members(WaitFiles files, String stem, ObjectNode document) throws IOException {
        Optional<List<Awaited>> own = files.members(stem);
        if (own.isPresent()) return own.get();
        String first = document.path(Drafts.CALLBACK_OF).path(Drafts.FIRST).asText("");
        return first.isEmpty() ? List.of() : files.members(first).orElse(List.of());
    }

    private synchronized List<Awaited> all() throws IOException {
        if (awaited == null) awaited = List.copyOf(awaited(files, stem, document));
        return awaited;
    }

    @Override
    public int count() {
        JsonNode told = document.path(Drafts.CALLBACK_OF).path("tasks");
        if (told.isNumber()) return told.intValue();
        return DependencyPlan.namesIn(document.path("depends_on")).size();
    }

    @Override
    public synchronized Map<TaskState, Integer> counts() throws IOException {
        look.forget();
        Map<String, Awaited.Ending> noted = files.ended(stem);
        Map<TaskState, Integer> counts = new EnumMap<>(TaskState.class);
        List<Awaited> open = new ArrayList<>();
        for (Awaited one : all()) {
            Optional<Awaited.Ending> ending = Optional.ofNullable(noted.get(one.stem()));
            if (ending.isEmpty()) ending = look.ending(one, waits ? Instant.MAX : Instant.EPOCH);
            if (ending.isPresent()) add(counts, ending.get());
            else open.add(one);
        }
        addOpen(counts, open);
        return counts;
    }

    private static void add(Map<TaskState, Integer> counts, Awaited.Ending ending) {
        add(counts, TaskState.DONE, ending.done());
        add(counts, TaskState.FAILED, ending.failed());
        add(counts, TaskState.CANCELLED, ending.cancelled());
    }

    private static void add(Map<TaskState, Integer> counts, TaskState state, int tasks) {
        if (tasks > 0) counts.merge(state, tasks, Integer::sum);
    }

    /** One listing for all of them. */
    private void addOpen(Map<TaskState, Integer> counts, List<Awaited> open) throws IOException {
        if (open.isEmpty()) return;
        Set<String> singles = new HashSet<>();
        Set<String> batches = new HashSet<>();
        for (Awaited one : open)
            if (one.mayBePart()) look.stateOf(one.stem()).ifPresent(state -> add(counts, state, 1));
            else (one.isBatch() ? batches : singles).add(one.stem());
        LogReplay.whereabouts(layout, ports.disk(), singles::contains)
                .values()
                .forEach(found -> TaskState.of(String.valueOf(
                                dev.millrace.storage.Disk.parentOf(found.file()).getFileName()))
                        .ifPresent(state -> add(counts, state, 1)));
        addOpenBatches(counts, batches);
    }

    private void addOpenBatches(Map<TaskState, Integer> counts, Collection<String> stems) throws IOException {
        if (stems.isEmpty()) return;
        List<TaskState> waiting = List.of(TaskState.SCHEDULED, TaskState.PENDING, TaskState.RUNNING);
        for (BatchLook.Found file :
                new BatchLook(layout, ports.disk()).files(waiting, name -> stems.contains(name.stem())))
            BatchLook.countsOf(file.state(), file.name()).forEach((state, tasks) -> add(counts, state, tasks));
    }

    @Override
    public void forEach(Consumer<Dependency> visitor) throws IOException {
        Map<String, Awaited.Ending> noted = files.ended(stem);
        for (Awaited one : all())
            for (int part = 0; part < one.tasks(); part++) {
                String task = one.isBatch() ? BatchName.partStem(one.stem(), part) : one.stem();
                visitor.accept(read(task, Optional.ofNullable(noted.get(task))));
            }
    }

    private Dependency read(String task, Optional<Awaited.Ending> noted) throws IOException {
        Optional<TaskRecord> found = look.read(task, waits).map(payloads::shown);
        if (found.isEmpty())
            return new Dependency(
                    BatchName.idOf(task),
                    task,
                    noted.map(Awaited.Ending::worst),
                    MissingNode.getInstance(),
                    Optional.empty());
        TaskRecord record = found.get();
        TaskState state = record.view().state();
        // The file of a stranger's task may bear another name when it has ended.
        return new Dependency(
                record.view().isPart() ? record.view().id() : TaskOrder.idOf(task),
                task,
                Optional.of(state),
                state == TaskState.DONE ? record.result() : MissingNode.getInstance(),
                record.error());
    }

    @Override
    public Optional<Dependency> of(String name) throws IOException {
        Map<String, String> given = given();
        List<Dependency> found = new ArrayList<>();
        Map<String, Awaited.Ending> noted = files.ended(stem);
        for (Awaited one : all())
            for (int part = 0; part < one.tasks() && found.isEmpty(); part++) {
                String task = one.isBatch() ? BatchName.partStem(one.stem(), part) : one.stem();
                if (!mayBe(name, given.getOrDefault(name, ""), task, one.isBatch())) continue;
                Dependency read = read(task, Optional.ofNullable(noted.get(task)));
                if (read.id().equals(name) || task.equals(name) || task.equals(given.get(name))) found.add(read);
            }
        return found.stream().findFirst();
    }

    /** Tasks of a batch may bear ids that stand only in their documents. */
    private static boolean mayBe(String name, String given, String task, boolean inBatch) {
        return inBatch
                || BatchName.partOf(task).isPresent()
                || task.equals(name)
                || task.equals(given)
                || TaskOrder.idOf(task).equals(name);
    }

    /** What each name under depends_on means. */
    private Map<String, String> given() throws IOException {
        Map<String, String> given = new HashMap<>();
        List<String> names = List.copyOf(DependencyPlan.namesIn(document.path("depends_on")));
        List<Awaited> all = all();
        for (int i = 0; i < names.size() && i < all.size(); i++)
            given.put(names.get(i), all.get(i).stem());
        return given;
    }
}
