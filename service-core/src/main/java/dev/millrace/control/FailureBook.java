package dev.millrace.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.json.Texts;
import dev.millrace.queue.TaskFilter;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskRecord;
import dev.millrace.queue.TaskView;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.storage.NotARegularFileException;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Learns from failures: what failed is found in failed/ and among the attempts of tasks that wait for another one, and is
 * counted by its fingerprint. When such a task ends, its patterns learn whether retrying helped.
 *
 * <p>For each task that is of interest the book remembers how many of its attempts were counted, so nothing is counted
 * twice; of tasks that have ended it remembers the last {@value #MOST_TASKS}, and of those that lie in failed/ that they
 * were looked at. Looking takes a tenth of its time at most, however long a queue is.
 */
final class FailureBook {
    private static final int MOST_TASKS = 20_000;
    private static final int MOST_PATTERNS = 1_000;
    private static final int MOST_READ = 500;
    private static final double LATELY_SEC = 60;
    private static final long REST = 10;
    private static final long LONGEST_REST_NANOS = 20_000_000_000L;

    private static final List<TaskState> WATCHED =
            List.of(TaskState.FAILED, TaskState.SCHEDULED, TaskState.RUNNING, TaskState.DONE);

    private final Disk disk;
    private final Time time;
    private final Path file;
    private final Map<String, FailurePattern> patterns = new LinkedHashMap<>();
    private final Map<String, Watched> tasks = new LinkedHashMap<>();
    private final Map<Path, Instant> changed = new HashMap<>();
    private final Map<String, SeenNames> seen = new HashMap<>();
    private final Map<String, Long> restsUntil = new HashMap<>();
    /** Those that are passed over until everything else was read. */
    private final Set<String> unreadable = new HashSet<>();

    private final Deque<Double> lately = new ArrayDeque<>();

    /** What is remembered of a task: counted attempts, the patterns they showed, and whether its end was counted. */
    private record Watched(String service, int counted, List<String> shown, boolean over) {
        /** Older books do not say whose it is. */
        private boolean waitsIn(String name) {
            return !over && (service.equals(name) || service.isEmpty());
        }
    }

    FailureBook(Disk disk, Time time, Path file) throws IOException {
        this.disk = disk;
        this.time = time;
        this.file = file;
        read();
    }

    private void read() throws IOException {
        try {
            ObjectNode json = Json.parseObject(disk.read(file, 64 << 20));
            for (JsonNode one : json.path("patterns")) {
                FailurePattern pattern = FailurePattern.of(one);
                patterns.put(pattern.id(), pattern);
            }
            for (Map.Entry<String, JsonNode> one : json.path("tasks").properties()) {
                List<String> shown = new ArrayList<>();
                one.getValue().path("shown").forEach(id -> shown.add(id.asText()));
                String service = one.getValue().path("service").asText("");
                int counted = one.getValue().path("counted").asInt();
                boolean over = one.getValue().path("over").asBoolean();
                tasks.put(one.getKey(), new Watched(service, counted, shown, over));
            }
        } catch (NoSuchFileException
                | MalformedJsonException
                | FileTooLargeException
                | NotARegularFileException begunAnew) {
            // what failed before is learned again
        }
    }

    private void write() throws IOException {
        ObjectNode json = Json.object();
        ArrayNode list = json.putArray("patterns");
        patterns.values().forEach(pattern -> list.add(pattern.stored()));
        ObjectNode watched = json.putObject("tasks");
        tasks.forEach((stem, task) -> {
            ObjectNode one = watched.putObject(stem).put("service", task.service());
            one.put("counted", task.counted()).put("over", task.over());
            one.set("shown", Json.tree(task.shown()));
        });
        disk.createFolders(Disk.parentOf(file));
        disk.replace(file, Json.bytes(json), Durability.OS);
    }

    /** The most important ones first. */
    synchronized List<FailurePattern> patterns(int limit) {
        double now = time.epochSeconds();
        return patterns.values().stream()
                .sorted(Comparator.comparing((FailurePattern pattern) -> pattern.priority(now))
                        .reversed()
                        .thenComparing(FailurePattern::id))
                .limit(limit)
                .toList();
    }

    /** How many tasks failed for good within the last minute. */
    synchronized int failuresLately() {
        double now = time.epochSeconds();
        lately.removeIf(at -> at < now - LATELY_SEC);
        return lately.size();
    }

    /** Looks at a queue for what is new; returns how many attempts it counted. */
    synchronized int look(String service, TaskQueue queue) throws IOException {
        long begun = time.nanos();
        Long rest = restsUntil.get(service);
        if ((rest != null && begun - rest < 0) || !hasChanged(queue)) return 0;
        boolean whole = false;
        try {
            List<TaskView> found = interesting(queue);
            SeenNames before = Optional.ofNullable(seen.get(service)).orElseGet(() -> firstSeen(service, found));
            List<TaskView> news = news(found, before);
            int counted = looked(service, queue, news);
            seen.put(service, SeenNames.of(failedIn(found).filter(stem -> before.has(stem) || isOver(stem))));
            whole = news.size() < MOST_READ;
            if (whole) unreadable.clear();
            return counted;
        } finally {
            if (!whole) WATCHED.forEach(state -> changed.remove(queue.layout().folder(state)));
            long took = time.nanos() - begun;
            restsUntil.put(service, begun + Math.min(took * REST, LONGEST_REST_NANOS));
        }
    }

    /** More than the book can remember are learned once; after that, what it forgot is not taken for news. */
    private SeenNames firstSeen(String service, List<TaskView> found) {
        if (failedIn(found).count() <= MOST_TASKS) return SeenNames.of(Stream.empty());
        boolean isNew = tasks.values().stream().noneMatch(task -> task.service().equals(service));
        return SeenNames.of(failedIn(found).skip(isNew ? MOST_TASKS : 0));
    }

    private static Stream<String> failedIn(List<TaskView> found) {
        return found.stream().filter(task -> task.state() == TaskState.FAILED).map(TaskView::stem);
    }

    private boolean isOver(String stem) {
        Watched known = tasks.get(stem);
        return known != null && known.over();
    }

    /** The newest ones, at most {@value #MOST_READ}: whoever asks for the rest looks again. */
    private List<TaskView> news(List<TaskView> found, SeenNames before) {
        boolean isFull = tasks.values().stream().filter(task -> !task.over()).count() >= MOST_TASKS / 2;
        return found.stream()
                .filter(task -> isNews(task, before, isFull) && !unreadable.contains(task.stem()))
                .limit(MOST_READ)
                .toList();
    }

    private int looked(String service, TaskQueue queue, List<TaskView> news) throws IOException {
        int counted = 0;
        boolean ended = false;
        for (TaskView task : news) counted += learn(service, queue, task);
        for (String stem : waiting(service)) ended |= settled(service, queue, stem);
        if (counted > 0 || ended) {
            trim();
            write();
        }
        return counted;
    }

    /** Those that wait for another attempt, and are too many to be remembered, are counted when they have ended. */
    private boolean isNews(TaskView task, SeenNames before, boolean isFull) {
        Watched known = tasks.get(task.stem());
        if (task.state() == TaskState.FAILED) return known == null ? !before.has(task.stem()) : !known.over();
        return known == null ? !isFull : !known.over() && task.attempt() - 1 > known.counted();
    }

    private boolean hasChanged(TaskQueue queue) throws IOException {
        boolean news = false;
        for (TaskState state : WATCHED) {
            Path folder = queue.layout().folder(state);
            Instant now = disk.facts(folder).map(facts -> facts.modified()).orElse(Instant.EPOCH);
            news |= !now.equals(changed.put(folder, now));
        }
        return news;
    }

    /** Those that failed, and those that wait for another attempt, the newest first. */
    private static List<TaskView> interesting(TaskQueue queue) throws IOException {
        List<TaskView> found = new ArrayList<>();
        EnumSet<TaskState> states = EnumSet.of(TaskState.FAILED, TaskState.SCHEDULED, TaskState.RUNNING);
        for (TaskView task : queue.list(new TaskFilter(states, "", Integer.MAX_VALUE)))
            if (task.state() == TaskState.FAILED || task.attempt() > 1) found.add(task);
        Collections.reverse(found);
        return found;
    }

    private int learn(String service, TaskQueue queue, TaskView task) throws IOException {
        Optional<TaskRecord> record = queue.read(task);
        if (record.isEmpty()) {
            unreadable.add(task.stem());
            return 0;
        }
        Watched known = Optional.ofNullable(tasks.get(task.stem())).orElse(new Watched(service, 0, List.of(), false));
        List<String> shown = new ArrayList<>(known.shown());
        List<JsonNode> attempts = new ArrayList<>();
        for (JsonNode attempt : queue.attempts(record.get())) if (isFailure(attempt)) attempts.add(attempt);
        boolean failed = task.state() == TaskState.FAILED;
        int counted = 0;
        for (int i = known.counted(); i < attempts.size(); i++) {
            shown.add(count(service, record.get(), attempts.get(i)));
            counted++;
        }
        tasks.put(task.stem(), new Watched(service, attempts.size(), List.copyOf(new LinkedHashSet<>(shown)), failed));
        if (failed && !known.over()) {
            end(shown, false);
            double at = record.get().value("finished_at").asDouble(time.epochSeconds());
            if (at > time.epochSeconds() - LATELY_SEC) lately.add(at);
        }
        return counted;
    }

    private static boolean isFailure(JsonNode attempt) {
        String outcome = attempt.path("outcome").asText("");
        return outcome.equals("failed") || outcome.equals("died");
    }

    private String count(String service, TaskRecord record, JsonNode attempt) {
        String error = attempt.path("reason").asText("");
        Fingerprint print = Fingerprint.of(
                record.value("kind").asText(""),
                attempt.path("error_class").asText(""),
                error,
                attempt.path("frame").asText(""));
        double at = attempt.path("claimed_at").asDouble(time.epochSeconds())
                + attempt.path("runtime").asDouble(0);
        ObjectNode example = Json.object();
        example.put("service", service);
        example.put("task_id", record.view().id());
        example.put("stem", record.view().stem());
        example.put("attempt", attempt.path("attempt").asInt());
        example.put("error", Texts.shortened(error));
        example.put("at", at);
        FailurePattern before = patterns.getOrDefault(
                print.id(),
                new FailurePattern(
                        print.id(),
                        print.kind(),
                        print.errorClass(),
                        print.message(),
                        print.frame(),
                        0,
                        0,
                        0,
                        at,
                        at,
                        example));
        patterns.put(print.id(), before.again(at, example));
        return print.id();
    }

    private void end(List<String> shown, boolean done) {
        for (String id : Set.copyOf(shown)) patterns.computeIfPresent(id, (none, pattern) -> pattern.ended(done));
    }

    private List<String> waiting(String service) {
        List<String> stems = new ArrayList<>();
        tasks.forEach((stem, task) -> {
            if (task.waitsIn(service)) stems.add(stem);
        });
        return stems;
    }

    /** A task that is done after all, or of which nobody hears again, as it was discarded or swept: it is forgotten. */
    private boolean settled(String service, TaskQueue queue, String stem) throws IOException {
        Optional<TaskView> now = queue.locate(stem);
        Watched known = tasks.get(stem);
        if (known == null) return false;
        if (now.isEmpty()) return known.service().equals(service) && tasks.remove(stem, known);
        if (!now.get().state().isTerminal()) return false;
        if (now.get().state() == TaskState.FAILED) return learn(service, queue, now.get()) > 0;
        if (now.get().state() == TaskState.DONE) {
            learn(service, queue, now.get());
            known = Optional.ofNullable(tasks.get(stem)).orElse(known);
            end(known.shown(), true);
        }
        tasks.put(stem, new Watched(service, known.counted(), known.shown(), true));
        return true;
    }

    private void trim() {
        Iterator<Watched> eldest = tasks.values().iterator();
        while (tasks.size() > MOST_TASKS && eldest.hasNext()) if (eldest.next().over()) eldest.remove();
        double now = time.epochSeconds();
        while (patterns.size() > MOST_PATTERNS)
            patterns.values().stream()
                    .min(Comparator.comparing(pattern -> pattern.priority(now)))
                    .ifPresent(least -> patterns.remove(least.id()));
    }
}
