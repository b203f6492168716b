package dev.millrace.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.AppendFile;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.storage.Durability;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where jobs are kept: {@code open/} those that have not ended, {@code ended/} the others, {@code history/} what their
 * attempts came to. A job that is in both of the first two was being moved; the open one counts.
 */
final class JobFiles {
    private static final String SUFFIX = ".json";
    private static final int LIMIT_BYTES = 64 << 20;
    private static final Duration LOCK_LOOK = Duration.ofMillis(5);
    private static final int LOCK_LOOKS = 4_000;

    private final Disk disk;
    private final Time time;
    private final Path folder;

    JobFiles(Disk disk, Time time, Path folder) {
        this.disk = disk;
        this.time = time;
        this.folder = folder;
    }

    Path open(String id) {
        return folder.resolve("open").resolve(id + SUFFIX);
    }

    private Path ended(String id) {
        return folder.resolve("ended").resolve(id + SUFFIX);
    }

    private Path history(String id) {
        return folder.resolve("history").resolve(id + ".jsonl");
    }

    Optional<JobRecord> read(String id) throws IOException {
        Optional<JobRecord> open = read(open(id));
        return open.isPresent() ? open : read(ended(id));
    }

    private Optional<JobRecord> read(Path file) throws IOException {
        try {
            return Optional.of(JobRecord.of(Json.parseObject(disk.read(file, LIMIT_BYTES))));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (MalformedJsonException e) {
            throw new IOException(file + " " + e.reason() + "; mend it, or take it away to forget the job", e);
        }
    }

    List<JobRecord> open() throws IOException {
        return all(folder.resolve("open"), id -> true);
    }

    List<JobRecord> ended(Predicate<String> wanted) throws IOException {
        return all(folder.resolve("ended"), wanted);
    }

    int endedCount() throws IOException {
        return ids(folder.resolve("ended")).size();
    }

    private List<JobRecord> all(Path of, Predicate<String> wanted) throws IOException {
        List<JobRecord> records = new ArrayList<>();
        for (String id : ids(of))
            if (wanted.test(id)) read(of.resolve(id + SUFFIX)).ifPresent(records::add);
        return records;
    }

    private List<String> ids(Path of) throws IOException {
        if (disk.facts(of).isEmpty()) return List.of();
        return disk.sortedNames(of).stream()
                .filter(name -> name.endsWith(SUFFIX) && !name.startsWith("."))
                .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                .toList();
    }

    boolean hasOpen() throws IOException {
        return !ids(folder.resolve("open")).isEmpty();
    }

    /** Durable when it returns. */
    void write(JobRecord record) throws IOException {
        Path file = record.hasEnded() ? ended(record.id()) : open(record.id());
        disk.createFolders(Disk.parentOf(file));
        disk.replace(file, Json.bytes(record.toJson()), Durability.FSYNC);
        boolean moved = disk.delete(record.hasEnded() ? open(record.id()) : ended(record.id()));
        if (moved) disk.forceFolder(Disk.parentOf(record.hasEnded() ? open(record.id()) : ended(record.id())));
    }

    /** Forgets a job that was never accepted. */
    void withdraw(String id) throws IOException {
        disk.delete(open(id));
    }

    /** Forgets one that has ended. */
    boolean forget(String id) throws IOException {
        boolean there = disk.delete(ended(id));
        if (there) disk.forceFolder(folder.resolve("ended"));
        disk.delete(history(id));
        return there;
    }

    // ------------------------------------------------------------------ history

    /** Keeps what attempts came to. Writing the same ones twice does no harm. */
    void addHistory(String id, List<AttemptEntry> attempts) throws IOException {
        if (attempts.isEmpty()) return;
        disk.createFolders(Disk.parentOf(history(id)));
        try (AppendFile out = disk.append(history(id))) {
            StringBuilder lines = new StringBuilder();
            // The break in front keeps it apart from half a line that somebody who died has left.
            for (AttemptEntry attempt : attempts)
                lines.append('\n').append(new String(Json.bytes(attempt.json()), StandardCharsets.US_ASCII));
            out.append(lines.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
            out.force();
        }
    }

    /** In the order in which they were written, each once. */
    List<AttemptEntry> history(String id, int most) throws IOException {
        Map<String, AttemptEntry> entries = new LinkedHashMap<>();
        byte[] content;
        try {
            content = disk.readEnd(history(id), most);
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

    /** Held by whoever changes a job of this queue. */
    DiskLock lock() throws IOException, InterruptedException {
        disk.createFolders(folder);
        for (int looks = 0; looks < LOCK_LOOKS; looks++) {
            Optional<DiskLock> held = tryLock();
            if (held.isPresent()) return held.get();
            time.sleep(LOCK_LOOK);
        }
        throw new IOException("somebody else has been holding " + lockFile() + " for seconds; try again");
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
