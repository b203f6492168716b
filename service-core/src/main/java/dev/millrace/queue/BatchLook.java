package dev.millrace.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.Disk;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.storage.NotARegularFileException;
import dev.millrace.task.BatchClaimName;
import dev.millrace.task.BatchName;
import dev.millrace.task.BatchName.Tally;
import dev.millrace.task.CorruptTaskException;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/** Looks at batch files and at the tasks in them, and changes nothing. */
final class BatchLook {
    private static final int ENDED_KEPT = 2;
    private static final List<TaskState> BY_SIZE = List.of(
            TaskState.RUNNING,
            TaskState.SCHEDULED,
            TaskState.PENDING,
            TaskState.FAILED,
            TaskState.CANCELLED,
            TaskState.DONE);

    private final QueueLayout layout;
    private final Disk disk;
    private final Ended ended = new Ended();

    BatchLook(QueueLayout layout, Disk disk) {
        this.layout = layout;
        this.disk = disk;
    }

    /** A batch file. */
    record Found(TaskState state, BatchName name, String incarnation, Path file) {
        String stem() {
            return name.stem();
        }
    }

    /** What the name of a batch file in a folder says. */
    static BatchName nameIn(TaskState state, String fileName) {
        if (state == TaskState.RUNNING)
            return BatchClaimName.parse(fileName).map(BatchClaimName::batch).orElseGet(() -> BatchName.parse(fileName));
        return BatchName.parse(state == TaskState.SCHEDULED ? Promotion.taskFileName(fileName) : fileName);
    }

    /** How many tasks a batch file has in each state, by its name alone. */
    static Map<TaskState, Integer> countsOf(TaskState folder, BatchName name) {
        Map<TaskState, Integer> counts = new EnumMap<>(TaskState.class);
        if (folder == TaskState.DONE) {
            counts.put(TaskState.DONE, Math.max(1, name.count()));
            return counts;
        }
        for (TaskState state : TaskState.values())
            if (name.tally().of(state) > 0) counts.put(state, name.tally().of(state));
        if (name.open() > 0) counts.merge(folder, name.open(), Integer::sum);
        return counts;
    }

    /** The batch files in some folders whose names are wanted. */
    List<Found> files(Iterable<TaskState> folders, Predicate<BatchName> wanted) throws IOException {
        List<Found> found = new ArrayList<>();
        for (TaskState state : folders) {
            Path folder = layout.folder(state);
            try {
                disk.forEachName(folder, name -> {
                    if (!BatchName.isBatchFile(name)) return;
                    BatchName batch = nameIn(state, name);
                    if (wanted.test(batch)) found.add(new Found(state, batch, owner(name), folder.resolve(name)));
                });
            } catch (NoSuchFileException notMadeYet) {
                // holds nothing
            }
        }
        return found;
    }

    private static String owner(String fileName) {
        return BatchClaimName.parse(fileName).map(BatchClaimName::incarnation).orElse("");
    }

    /** The file of a batch, wherever it lies. Looks twice, because it may move while we look. */
    Optional<Found> locate(String stem) throws IOException {
        Optional<Found> known = ended.of(stem).map(Content::file);
        if (known.isPresent() && disk.exists(known.get().file())) return known;
        Optional<Found> found = searched(stem);
        return found.isPresent() ? found : searched(stem);
    }

    /** A batch that runs gets another name with each of its rounds, also between being found and being read. */
    private static final int LOOKS = 5;

    /** As {@link #read(Found)}, wherever the file lies by now. */
    Optional<Content> readWhereverItIs(Found found) throws IOException {
        return readWhereverItIs(found, any -> true);
    }

    /** As {@link #read(Found, Collection)}, wherever the file lies by now. */
    Optional<Content> readWhereverItIs(Found found, Collection<String> ids) throws IOException {
        IdSearch search = new IdSearch(ids);
        return readWhereverItIs(found, content -> search.mayBeIn(found.stem(), content));
    }

    private Optional<Content> readWhereverItIs(Found found, Predicate<byte[]> wanted) throws IOException {
        Optional<Found> file = Optional.of(found);
        Optional<Content> content = read(found, wanted);
        for (int look = 1;
                look < LOOKS && content.isEmpty() && !disk.exists(file.get().file());
                look++) {
            file = locate(found.stem());
            if (file.isEmpty()) return Optional.empty();
            content = read(file.get(), wanted);
        }
        return content;
    }

    /** The batch of a task, read; empty when it is nowhere, or has no such task. */
    Optional<Content> contentOf(BatchName.Part part) throws IOException {
        for (int look = 0; look < LOOKS; look++) {
            Optional<Found> file = locate(part.stem());
            if (file.isEmpty()) return Optional.empty();
            Optional<Content> content = read(file.get());
            if (content.isPresent() || disk.exists(file.get().file()))
                return content.filter(whole -> part.index() < whole.count());
        }
        return Optional.empty();
    }

    /** Folders that are small as a rule come first. */
    private Optional<Found> searched(String stem) throws IOException {
        for (TaskState state : BY_SIZE) {
            List<Found> found = files(List.of(state), name -> name.stem().equals(stem));
            if (!found.isEmpty()) return Optional.of(found.get(0));
        }
        return Optional.empty();
    }

    /** The batches that were read last and will not change any more: whoever waits for one result wants the next, too. */
    private static final class Ended {
        private final Map<String, Content> contents = new LinkedHashMap<>();

        synchronized Optional<Content> of(String stem) {
            return Optional.ofNullable(contents.get(stem));
        }

        synchronized void keep(Content content) {
            if (contents.size() >= ENDED_KEPT)
                contents.remove(contents.keySet().iterator().next());
            contents.put(content.file().stem(), content);
        }
    }

    /** A batch file, read: its tasks, the outcomes that count, and what those have come to that are tried again. */
    record Content(Found file, BatchLines lines, Map<Integer, ObjectNode> outcomes, Map<Integer, PartHistory> open) {
        int count() {
            return lines.countIn(file.name());
        }

        TaskState stateOf(int index) {
            ObjectNode outcome = outcomes.get(index);
            return Optional.ofNullable(outcome)
                    .flatMap(one -> TaskState.of(one.path("status").asText("")))
                    .orElse(file.state());
        }

        /** The document of one task; empty where the line is no task. */
        Optional<ObjectNode> body(int index) {
            try {
                return Optional.of(lines.task(index).body());
            } catch (CorruptTaskException e) {
                return Optional.empty();
            }
        }

        String idOf(int index) {
            return body(index)
                    .map(body -> body.path("task_id").asText(""))
                    .filter(id -> !id.isEmpty())
                    .orElseGet(() -> BatchName.partId(file.stem(), index));
        }

        TaskView view(int index) {
            TaskState state = stateOf(index);
            String stem = BatchName.partStem(file.stem(), index);
            if (state.isTerminal())
                return new TaskView(stem, idOf(index), state, 0, 0, "", file.file(), OptionalDouble.empty());
            int attempt = historyOf(index).attempt();
            int returns = file.name().returns();
            String incarnation = state == TaskState.RUNNING ? file.incarnation() : "";
            return new TaskView(stem, idOf(index), state, attempt, returns, incarnation, file.file(), dueOf(index));
        }

        private PartHistory historyOf(int index) {
            return open.getOrDefault(index, PartHistory.NONE);
        }

        /** The file's name tells when the first of its tasks is due. */
        private OptionalDouble dueOf(int index) {
            OptionalDouble own = historyOf(index).due();
            return own.isPresent() ? own : TaskView.dueOf(file.state(), file.file());
        }

        /** One task with its outcome, as a task with a file of its own would have it. */
        TaskRecord record(int index) {
            ObjectNode outcome = outcomes.get(index);
            Optional<ObjectNode> body = body(index);
            if (outcome != null) {
                ObjectNode whole = body.orElseGet(Json::object);
                whole.setAll(outcome);
                body = Optional.of(whole);
            } else
                body.ifPresent(waiting ->
                        AttemptHistory.addAll(waiting, historyOf(index).attempts()));
            return new TaskRecord(view(index), body, Optional.empty());
        }
    }

    /** Empty when the file has moved meanwhile, or can be none, as what somebody has put there by that name. */
    Optional<Content> read(Found file) throws IOException {
        return read(file, any -> true);
    }

    /** The same, but also empty when none of its tasks can bear one of some ids. */
    Optional<Content> read(Found file, Collection<String> ids) throws IOException {
        IdSearch search = new IdSearch(ids);
        return read(file, content -> search.mayBeIn(file.stem(), content));
    }

    private Optional<Content> read(Found file, Predicate<byte[]> wanted) throws IOException {
        Optional<Content> known =
                ended.of(file.stem()).filter(kept -> kept.file().equals(file));
        if (known.isPresent()) return known;
        try {
            byte[] content = disk.read(file.file(), OutcomeRoom.LARGEST_FILE);
            if (!wanted.test(content)) return Optional.empty();
            BatchLines lines = BatchLines.of(content, file.name());
            if (!file.state().isTerminal()) return Optional.of(fromLogs(file, file.name(), lines));
            Map<Integer, ObjectNode> outcomes = section(content, lines);
            int all = Math.max(lines.count(), file.name().count());
            if (outcomes.size() < all) {
                Content logged = torn(file, lines, outcomes);
                // It may have been mended, and its logs dropped, between the two looks.
                if (logged.outcomes().size() < all)
                    section(disk.read(file.file(), OutcomeRoom.LARGEST_FILE), lines)
                            .forEach(logged.outcomes()::putIfAbsent);
                return Optional.of(logged);
            }
            Content whole = new Content(file, lines, outcomes, Map.of());
            ended.keep(whole);
            return Optional.of(whole);
        } catch (NoSuchFileException | NotARegularFileException movedOrNoBatch) {
            return Optional.empty();
        } catch (FileTooLargeException e) {
            // of ours, it holds tasks whose results somebody waits for; that they cannot be read is not passed over
            if (TaskOrder.isOurs(file.stem())) throw e;
            return Optional.empty();
        }
    }

    /** A power cut has torn the outcomes, and nobody has mended them yet: the logs hold all of them, and are believed. */
    private Content torn(Found file, BatchLines lines, Map<Integer, ObjectNode> left) throws IOException {
        Tally all = new Tally(Integer.MAX_VALUE, 0, 0, 0);
        Content logged = fromLogs(file, file.name().withTally(all), lines);
        left.forEach(logged.outcomes()::putIfAbsent);
        return logged;
    }

    private Content fromLogs(Found file, BatchName counting, BatchLines lines) throws IOException {
        Map<Integer, ObjectNode> outcomes = new HashMap<>();
        Map<Integer, PartHistory> open = new HashMap<>();
        if (counting.tally().progress() == 0) return new Content(file, lines, outcomes, open);
        BatchHistory history = BatchHistory.read(disk, layout.outcomes(), counting, BatchHistory.Trust.THE_NAME);
        for (BatchRecord record : history.counted()) {
            if (record.isTerminal())
                parsed(record.outcome().getBytes(StandardCharsets.US_ASCII))
                        .ifPresent(outcome -> outcomes.put(record.index(), outcome));
            else open.merge(record.index(), PartHistory.NONE.with(record), (earlier, one) -> earlier.with(record));
        }
        return new Content(file, lines, outcomes, open);
    }

    private static Map<Integer, ObjectNode> section(byte[] content, BatchLines lines) {
        Map<Integer, ObjectNode> outcomes = new HashMap<>();
        int from = lines.end();
        while (from < content.length) {
            int to = from;
            while (to < content.length && content[to] != '\n') to++;
            parsed(Arrays.copyOfRange(content, from, to))
                    .filter(outcome -> outcome.path("index").isInt())
                    .ifPresent(outcome -> outcomes.put(outcome.path("index").intValue(), outcome));
            from = to + 1;
        }
        return outcomes;
    }

    private static Optional<ObjectNode> parsed(byte[] line) {
        try {
            return Optional.of(Json.parseObject(line));
        } catch (MalformedJsonException tornOrBlank) {
            return Optional.empty();
        }
    }

    /** False when a power cut tore the outcomes behind the tasks. */
    static boolean hasWholeOutcomes(Disk disk, Path file, BatchName name) throws IOException {
        byte[] content = disk.read(file, OutcomeRoom.LARGEST_FILE);
        int mark = BatchLines.of(content, name).end();
        int from = mark + BatchLines.OUTCOMES.length() + 1;
        int last = content.length;
        while (last > from && (content[last - 1] == ' ' || content[last - 1] == '\n')) last--;
        int seal = last;
        while (seal > from && content[seal - 1] != '\n') seal--;
        if (from >= content.length || seal >= last) return false;
        String found = new String(content, seal, last - seal, StandardCharsets.US_ASCII) + "\n";
        return found.equals(BatchLines.seal(Arrays.copyOfRange(content, from, seal)));
    }
}
