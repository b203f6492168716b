package dev.millrace.queue;

import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.storage.Durability;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Who has which unique key: a file for each key in {@code control/unique/}, named by the first half of the key's SHA-256,
 * and changed only under one of 256 locks of the operating system. An entry is written before its task can be seen; one
 * whose task is nowhere was left by somebody who died in between, and counts for nothing.
 */
final class UniqueIndex {
    static final String SUFFIX = ".json";
    private static final int NAME_BYTES = 16;
    private static final int LIMIT_BYTES = 64 << 10;
    private static final LockWait WAIT = new LockWait(Duration.ofMillis(2), 5_000);

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final Disk disk;
    private final QueueLook look;
    private final Durability durability;

    UniqueIndex(QueueLayout layout, QueueOptions options, QueuePorts ports) {
        this.layout = layout;
        this.ports = ports;
        this.disk = ports.disk();
        this.look = new QueueLook(layout, ports);
        this.durability = options.durability();
    }

    static String nameOf(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, NAME_BYTES);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** Waits for the key's lock. */
    DiskLock lock(String name) throws IOException {
        disk.createFolders(layout.unique());
        try {
            return WAIT.on(disk, ports.time(), lockOf(name));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a unique key's lock");
        }
    }

    Optional<DiskLock> tryLock(String name) throws IOException {
        disk.createFolders(layout.unique());
        return disk.tryLock(lockOf(name));
    }

    private Path lockOf(String name) {
        return layout.unique().resolve(name.substring(0, 2) + ".lock");
    }

    /** What stands there, whether it counts or not. A damaged file counts for nothing. */
    Optional<UniqueEntry> read(String name) throws IOException {
        try {
            return Optional.of(UniqueEntry.of(Json.parseObject(disk.read(fileOf(name), LIMIT_BYTES))));
        } catch (NoSuchFileException | MalformedJsonException none) {
            return Optional.empty();
        }
    }

    void write(String name, UniqueEntry entry) throws IOException {
        disk.replace(fileOf(name), Json.bytes(entry.toJson()), entry.sure() ? Durability.OS : durability);
    }

    void remove(String name) throws IOException {
        disk.delete(fileOf(name));
    }

    private Path fileOf(String name) {
        return layout.unique().resolve(name + SUFFIX);
    }

    /** The task that an entry names, wherever it is. */
    Optional<TaskView> taskOf(UniqueEntry entry) throws IOException {
        return look.locate(entry.stem());
    }

    /** True when the key is taken: in the window, or as long as its task has not ended. */
    boolean isTaken(UniqueEntry entry) throws IOException {
        boolean inWindow = entry.isInWindow(ports.time().epochSeconds());
        if (entry.sure() && entry.window() > 0) return inWindow;
        Optional<TaskState> state = taskOf(entry).map(TaskView::state);
        if (state.isEmpty()) return isRunAgain(entry);
        return entry.window() > 0 ? inWindow : !state.get().isTerminal();
    }

    /** Its old run is removed and the new one not let in yet: whoever died in between left it where the steward finds it. */
    private boolean isRunAgain(UniqueEntry entry) throws IOException {
        for (String name : disk.sortedNames(layout.secondRuns()))
            if (TaskName.isTaskFile(name)
                    && AsideTasks.stemOf(layout.secondRuns().resolve(name)).equals(entry.stem())) return true;
        return false;
    }
}
