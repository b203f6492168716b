package dev.millrace.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.event.Event;
import dev.millrace.event.EventSink;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.queue.JobTaskId;
import dev.millrace.queue.QueuePorts;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.AppendFile;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileFacts;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.storage.LockHeldException;
import dev.millrace.storage.NotARegularFileException;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Where jobs are kept: {@code open/} those that have not ended, {@code ended/} the others, {@code history/} what their
 * attempts came to. A job that is in both of the first two was being moved; the open one counts.
 */
final class JobFiles {
    private static final String SUFFIX = ".json";

    /** The longest that a job of the most steps can become, each with an error and a result as long as they may be. */
    private static final int LIMIT_BYTES = 128 << 20;

    /** Of one job over all of its runs. */
    private static final int MOST_HISTORY_BYTES = 8 << 20;

    /** What one look at a job's steps adds comes on top. */
    private static final int MOST_READ_BYTES = 32 << 20;

    private static final Duration LOCK_LOOK = Duration.ofMillis(5);
    private static final int LOCK_LOOKS = 4_000;

    private final Disk disk;
    private final Time time;
    private final EventSink events;
    private final Path folder;
    private final Map<Path, String> damaged = new ConcurrentHashMap<>();

    JobFiles(QueuePorts ports, Path folder) {
        this.disk = ports.disk();
        this.time = ports.time();
        this.events = ports.events();
        this.folder = folder;
    }

    Path open(String id) {
        return folder.resolve("open").resolve(id + SUFFIX);
    }

    private Path ended(String id) {
        return folder.resolve("ended").resolve(id + SUFFIX);
    }

    private Path historyFile(String id) {
        return folder.resolve("history").resolve(id + ".jsonl");
    }

    /**
     * The only way from a name that somebody said to a file.
     *
     * @throws JobException when it cannot be the name of a job
     * @throws DamagedJobException when its file cannot be understood
     */
    Optional<JobRecord> read(String id) throws IOException {
        if (!JobTaskId.isName(id)) throw JobException.noName(id);
        Optional<JobRecord> open = read(open(id));
        return open.isPresent() ? open : read(ended(id));
    }

    private Optional<JobRecord> read(Path file) throws IOException {
        try {
            return Optional.of(named(file, JobRecord.of(Json.parseObject(disk.read(file, LIMIT_BYTES)))));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (MalformedJsonException e) {
            throw new DamagedJobException(file, e.reason(), e);
        } catch (FileTooLargeException | NotARegularFileException | AccessDeniedException e) {
            throw new DamagedJobException(
                    file, Optional.ofNullable(e.getReason()).orElse("may not be read"), e);
        }
    }

    private static JobRecord named(Path file, JobRecord record) throws MalformedJsonException {
        if (String.valueOf(file.getFileName()).equals(record.id() + SUFFIX)) return record;
        throw new MalformedJsonException("is the record of job " + record.id());
    }

    List<JobRecord> open() throws IOException {
        List<JobRecord> records = new ArrayList<>();
        for (String id : ids(folder.resolve("open"))) readable(open(id), id).ifPresent(records::add);
        return records;
    }

    /** Names of those that have ended; together they may be larger than memory, so they are read one by one. */
    List<String> ended(Predicate<String> wanted) throws IOException {
        return ids(folder.resolve("ended")).stream().filter(wanted).toList();
    }

    /** One that has ended; empty when it has gone, or cannot be understood. */
    Optional<JobRecord> readEnded(String id) throws IOException {
        return readable(ended(id), id);
    }

    int endedCount() throws IOException {
        return endedIds().size();
    }

    private List<String> endedIds() throws IOException {
        return ids(folder.resolve("ended")).stream()
                .filter(id -> !damaged.containsKey(ended(id)))
                .toList();
    }

    /** Names of those that have ended, the oldest first: by when their files were written, which needs no reading. */
    List<String> endedByAge() throws IOException {
        Map<String, Instant> written = new HashMap<>();
        for (String id : endedIds()) disk.facts(ended(id)).ifPresent(facts -> written.put(id, facts.modified()));
        return written.keySet().stream()
                .sorted(Comparator.<String, Instant>comparing(written::get).thenComparing(id -> id))
                .toList();
    }

    /** One that cannot be understood does not hide the others; it is told once. */
    private Optional<JobRecord> readable(Path file, String id) throws IOException {
        try {
            Optional<JobRecord> record = read(file);
            damaged.remove(file);
            return record;
        } catch (DamagedJobException e) {
            if (!e.getReason().equals(damaged.put(file, e.getReason())))
                events.accept(new Event.Trouble("job " + id + " is left out", e));
            return Optional.empty();
        }
    }

    /** Names of jobs whose files could not be understood when they were last looked at, and why. */
    Map<String, String> damaged() throws IOException {
        Map<String, String> byName = new TreeMap<>();
        for (Map.Entry<Path, String> one : Map.copyOf(damaged).entrySet()) {
            String name = String.valueOf(one.getKey().getFileName());
            if (!disk.exists(one.getKey())) damaged.remove(one.getKey());
            else byName.put(name.substring(0, name.length() - SUFFIX.length()), one.getValue());
        }
        return byName;
    }

    private List<String> ids(Path of) throws IOException {
        if (disk.facts(of).isEmpty()) return List.of();
        return disk.sortedNames(of).stream()
                .filter(name -> name.endsWith(SUFFIX) && !name.startsWith("."))
                .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                .filter(JobTaskId::isName)
                .toList();
    }

    boolean hasOpen() throws IOException {
        return !ids(folder.resolve("open")).isEmpty();
    }

    /** Durable when it returns. */
    void write(JobRecord record) throws IOException {
        put(record);
        boolean moved = disk.delete(record.hasEnded() ? open(record.id()) : ended(record.id()));
        if (moved) disk.forceFolder(Disk.parentOf(record.hasEnded() ? open(record.id()) : ended(record.id())));
    }

    /**
     * The same, but one of that name that has ended stays until the next {@link #write}, so that it is there again when this one is
     * withdrawn.
     */
    void put(JobRecord record) throws IOException {
        Path file = record.hasEnded() ? ended(record.id()) : open(record.id());
        disk.createFolders(Disk.parentOf(file));
        disk.replace(file, Json.bytes(record.toJson()), Durability.FSYNC);
    }

    /** Whoever wrote it may have died before it was on disk; what it says is not done before. */
    void force(JobRecord record) throws IOException {
        disk.forceFolder(Disk.parentOf(record.hasEnded() ? ended(record.id()) : open(record.id())));
    }

    /** Forgets a job that was never accepted. */
    void withdraw(String id) throws IOException {
        disk.delete(open(id));
    }

    /**
     * Forgets one that has ended; under the lock. False when it is gone, or has begun again. Its record goes last, so that
     * whoever comes by after somebody died in the middle finds what is left.
     */
    boolean forget(String id) throws IOException {
        if (disk.exists(open(id)) || !disk.exists(ended(id))) return false;
        disk.delete(historyFile(id));
        disk.delete(ended(id));
        disk.forceFolder(folder.resolve("ended"));
        return true;
    }

    // ------------------------------------------------------------------ history

    /** Keeps what attempts came to, and forgets the oldest when they are too many. Writing the same ones twice does no harm. */
    void addHistory(String id, List<AttemptEntry> attempts) throws IOException {
        if (attempts.isEmpty()) return;
        disk.createFolders(Disk.parentOf(historyFile(id)));
        forgetOldest(historyFile(id));
        try (AppendFile out = disk.append(historyFile(id))) {
            StringBuilder lines = new StringBuilder();
            // The break in front keeps it apart from half a line that somebody who died has left.
            for (AttemptEntry attempt : attempts)
                lines.append('\n').append(new String(Json.bytes(attempt.json()), StandardCharsets.US_ASCII));
            out.append(lines.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
            out.force();
        }
    }

    /** The first line that is left may be half a one, which readers pass over. */
    private void forgetOldest(Path history) throws IOException {
        long size = disk.facts(history).map(FileFacts::size).orElse(0L);
        if (size > MOST_HISTORY_BYTES)
            disk.replace(history, disk.readEnd(history, MOST_HISTORY_BYTES / 2), Durability.FSYNC);
    }

    /** In the order in which they were written, each once. */
    List<AttemptEntry> history(String id) throws IOException {
        Map<String, AttemptEntry> entries = new LinkedHashMap<>();
        byte[] content;
        try {
            content = disk.readEnd(historyFile(id), MOST_READ_BYTES);
        } catch (NoSuchFileException none) {
            return List.of();
        }
        for (String line : new String(content, StandardCharsets.UTF_8).split("\n")) {
            if (line.isBlank()) continue;
            try {
                ObjectNode json = Json.parseObject(line.getBytes(StandardCharsets.UTF_8));
                AttemptEntry entry = new AttemptEntry(json);
                entries.putIfAbsent(entry.key(), entry);
            } catch (MalformedJsonException torn) {
                // half a line, left by a power cut or by reading only the end
            }
        }
        return List.copyOf(entries.values());
    }

    // ------------------------------------------------------------------ the lock

    /**
     * Held by whoever changes a job of this queue.
     *
     * @throws LockHeldException when somebody held it all the time
     */
    DiskLock lock() throws IOException, InterruptedException {
        disk.createFolders(folder);
        for (int looks = 0; looks < LOCK_LOOKS; looks++) {
            Optional<DiskLock> held = tryLock();
            if (held.isPresent()) return held.get();
            time.sleep(LOCK_LOOK);
        }
        throw new LockHeldException(lockFile());
    }

    Optional<DiskLock> tryLock() throws IOException {
        return disk.tryLock(lockFile());
    }

    private Path lockFile() {
        return folder.resolve("lock");
    }

    // ------------------------------------------------------------------ how many may run

    private Path limits() {
        return folder.resolve("limits.json");
    }

    /** How many jobs of this queue may run at once. */
    int most() throws IOException {
        try {
            return Json.parseObject(disk.read(limits(), 1 << 16))
                    .path("max_concurrent_jobs")
                    .asInt(Jobs.USUAL_MOST);
        } catch (NoSuchFileException | MalformedJsonException usual) {
            return Jobs.USUAL_MOST;
        }
    }

    void most(int jobs) throws IOException {
        if (most() == jobs && disk.exists(limits())) return;
        disk.createFolders(folder);
        disk.replace(limits(), Json.indented(Json.object().put("max_concurrent_jobs", jobs)), Durability.OS);
    }
}
