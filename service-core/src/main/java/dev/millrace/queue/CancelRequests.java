package dev.millrace.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileFacts;
import dev.millrace.task.BatchName;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskOrder;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which tasks are to be called off: one file for each in {@code control/cancel/}, named by the task's unique name. Whoever
 * owns the task then ends it, and removes the file with it.
 */
final class CancelRequests {
    private static final int LIMIT_BYTES = 64 << 10;
    private static final long LOOK_NANOS = 100_000_000L;
    private static final int LIST_EVERY = 10;
    private static final Duration OLD = Duration.ofHours(1);
    private static final Duration VERY_OLD = Duration.ofDays(30);
    private static final String SUFFIX = ".json";
    private static final String FAILED = "failed";

    private final Disk disk;
    private final Time time;
    private final Path folder;
    private Set<String> known = Set.of();
    private Optional<FileFacts> seen = Optional.empty();
    private long lookedAt;
    private int looks;

    CancelRequests(Disk disk, Time time, Path folder) {
        this.disk = disk;
        this.time = time;
        this.folder = folder;
    }

    /** Writes a request down, to stay whatever happens. */
    void add(String stem, String reason) throws IOException {
        add(stem, new Outcome.Cancelled(reason));
    }

    /** Writes down how a task that has not run is to end: as cancelled or as failed. */
    void add(String stem, Outcome end) throws IOException {
        String reason = end instanceof Outcome.Failed failed
                ? failed.error()
                : end instanceof Outcome.Cancelled cancelled ? cancelled.reason() : "";
        disk.createFolders(folder);
        ObjectNode json = Json.object();
        json.put("reason", reason);
        json.put("at", time.epochSeconds());
        if (end instanceof Outcome.Failed) json.put(FAILED, true);
        disk.replace(file(stem), Json.bytes(json), Durability.FSYNC);
    }

    /** How a task that is to be called off ends when it does not run; empty when nobody asked for it. */
    Optional<Outcome> endOf(String stem) {
        if (!known().contains(stem)) return Optional.empty();
        ObjectNode request = request(stem);
        String reason = request.path("reason").asText("");
        return Optional.of(
                request.path(FAILED).asBoolean() ? new Outcome.Failed(reason, "") : new Outcome.Cancelled(reason));
    }

    /** Why a task is to be called off, as of a moment ago; empty when nobody asked for it. */
    Optional<String> of(String stem) {
        return known().contains(stem) ? Optional.of(reason(stem)) : Optional.empty();
    }

    /** The unique names of all tasks that are to be called off, as of a moment ago. */
    Set<String> all() {
        return known();
    }

    private synchronized Set<String> known() {
        long now = time.nanos();
        if (looks > 0 && now - lookedAt < LOOK_NANOS) return known;
        lookedAt = now;
        try {
            Optional<FileFacts> facts = disk.facts(folder);
            if (looks++ % LIST_EVERY == 0 || !facts.equals(seen)) known = listed();
            seen = facts;
        } catch (IOException unreadable) {
            // asked again at the next look
        }
        return known;
    }

    private Set<String> listed() throws IOException {
        Set<String> stems = new HashSet<>();
        for (String name : disk.sortedNames(folder))
            if (name.endsWith(SUFFIX) && !name.startsWith("."))
                stems.add(name.substring(0, name.length() - SUFFIX.length()));
        return stems;
    }

    private String reason(String stem) {
        return request(stem).path("reason").asText("");
    }

    private ObjectNode request(String stem) {
        try {
            return Json.parseObject(disk.read(file(stem), LIMIT_BYTES));
        } catch (IOException | MalformedJsonException gone) {
            return Json.object();
        }
    }

    /** The task has ended, however. */
    void remove(String stem) {
        try {
            if (known().contains(stem)) disk.delete(file(stem));
        } catch (NoSuchFileException removed) {
            // by another
        } catch (IOException leftToTheSweep) {
            // harmless: its task has ended
        }
    }

    /** As {@link #remove}, by who has just written it. */
    void delete(String stem) throws IOException {
        disk.delete(file(stem));
    }

    /** The same for tasks of a batch. */
    void removeAll(String batch, List<BatchRecord> ended) {
        if (known().isEmpty()) return;
        for (BatchRecord one : ended) if (one.isTerminal()) remove(BatchName.partStem(batch, one.index()));
    }

    /** Tells whether a task has ended, or is nowhere. */
    interface Whereabouts {
        Optional<TaskView> locate(String stem) throws IOException;
    }

    /**
     * Forgets requests that nobody needs any more and whose task's owner died before he could: old ones of tasks that have
     * ended, and very old ones of tasks that are nowhere. A foreign name may be used again, and its next task was not called
     * off: so of those a request goes as soon as the task has ended after it.
     *
     * @param tasks all tasks
     * @param ended those that have ended, quickly told
     */
    void sweep(Whereabouts tasks, Whereabouts ended) throws IOException {
        for (String stem : listed()) {
            Optional<Instant> asked = disk.facts(file(stem)).map(FileFacts::modified);
            if (asked.isEmpty() || forgetsEnded(stem, asked.get(), ended) || !isBefore(asked.get(), OLD)) continue;
            Optional<TaskView> task = tasks.locate(stem);
            boolean over = task.isPresent() ? task.get().state().isTerminal() : isBefore(asked.get(), VERY_OLD);
            if (over) disk.delete(file(stem));
        }
    }

    private boolean forgetsEnded(String stem, Instant asked, Whereabouts ended) throws IOException {
        if (TaskOrder.isOurs(stem)) return false;
        Optional<TaskView> task = ended.locate(stem);
        Optional<FileFacts> facts =
                task.isEmpty() ? Optional.empty() : disk.facts(task.get().file());
        boolean hasEndedSince =
                facts.filter(file -> !file.modified().isBefore(asked)).isPresent();
        if (hasEndedSince) disk.delete(file(stem));
        return hasEndedSince;
    }

    private boolean isBefore(Instant asked, Duration age) {
        return asked.isBefore(time.instant().minus(age));
    }

    private Path file(String stem) {
        return folder.resolve(stem + SUFFIX);
    }
}
