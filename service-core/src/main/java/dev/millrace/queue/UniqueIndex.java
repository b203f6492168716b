package dev.millrace.queue;

import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.storage.Durability;
import dev.millrace.storage.LockHeldException;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.UniquePolicy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Who has which unique key: a file for each key in {@code control/unique/}, named by the first half of the key's SHA-256,
 * and changed only under one of 256 locks of the operating system. An entry is written before its task can be seen; one
 * whose task is nowhere was left by somebody who died in between, and counts for nothing but for whom it was to replace.
 */
final class UniqueIndex {
    static final String SUFFIX = ".json";
    private static final int NAME_BYTES = 16;
    private static final int LIMIT_BYTES = 64 << 10;

    /** Each is a name of at most 169 bytes. */
    private static final int MOST_EARLIER = 100;

    private static final LockWait WAIT = new LockWait(Duration.ofMillis(2), 5_000);

    /** Who claims tasks has others to claim, and holds up whoever shares his queue. */
    private static final LockWait WAIT_OF_CLAIMS = new LockWait(Duration.ofMillis(2), 100);

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final Disk disk;
    private final UniqueLook look;
    private final Durability durability;

    UniqueIndex(QueueLayout layout, QueueOptions options, QueuePorts ports) {
        this.layout = layout;
        this.ports = ports;
        this.disk = ports.disk();
        this.look = new UniqueLook(layout, ports);
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
        return lock(name, WAIT);
    }

    /** Waits for a moment only; empty when somebody holds it for longer, as one does who was stopped over it. */
    Optional<DiskLock> lockSoon(String name) throws IOException {
        try {
            return Optional.of(lock(name, WAIT_OF_CLAIMS));
        } catch (LockHeldException byAnother) {
            return Optional.empty();
        }
    }

    private DiskLock lock(String name, LockWait wait) throws IOException {
        disk.createFolders(layout.unique());
        try {
            return wait.on(disk, ports.time(), lockOf(layout, name));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a unique key's lock");
        }
    }

    Optional<DiskLock> tryLock(String name) throws IOException {
        disk.createFolders(layout.unique());
        return disk.tryLock(lockOf(layout, name));
    }

    /** One lock is that of many keys. */
    static Path lockOf(QueueLayout layout, String name) {
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
        disk.replace(fileOf(name), Json.bytes(entry.toJson()), durability);
    }

    /** Ends a task that waits; false when it does not wait any more. */
    interface Ending {
        boolean endIfWaiting(TaskView view, Outcome outcome) throws IOException;
    }

    /**
     * What stands there when the replacement that somebody may have begun, and died in, is finished. Whoever is about to
     * change an entry asks so first, for nothing else tells whom it replaces. Where the task that was to have the key was
     * never submitted, the key is still that of the one that it was to replace.
     */
    Optional<UniqueEntry> finished(String name, Ending ending) throws IOException {
        Optional<UniqueEntry> begun = read(name);
        if (begun.isEmpty() || begun.get().replaces().isEmpty()) return begun;
        Optional<UniqueEntry> left =
                look.isSomewhere(begun.get()) ? Optional.of(begun.get().finished()) : look.heldBefore(begun.get());
        if (left.isEmpty()) return begun;
        if (left.get().stem().equals(begun.get().stem())) {
            promised(left.get());
            endReplaced(begun.get(), ending);
        }
        write(name, left.get());
        return left;
    }

    /**
     * The task that an entry names, on disk from now on: whoever submitted it may have died before it was, and another is
     * told that it is there, or ended for its sake.
     */
    Optional<TaskView> promised(UniqueEntry entry) throws IOException {
        Optional<TaskView> view = look.taskOf(entry);
        if (view.isPresent() && durability == Durability.FSYNC)
            disk.forceFolder(Disk.parentOf(view.get().file()));
        return view;
    }

    /** Who has the key when a task with such a policy comes. */
    Optional<UniqueEntry> holder(Optional<UniqueEntry> before, UniquePolicy policy) throws IOException {
        return before.isPresent() && look.isTaken(before.get(), policy) ? before : Optional.empty();
    }

    /**
     * The entry of a task that is to have the key. Under the key's lock it is written, then the task is let in, then the one
     * that it replaces is ended, then the entry confirmed: whoever dies in between leaves both tasks rather than none.
     *
     * @param before what stood there
     * @param holder the same while it counts; it is to be ended
     */
    UniqueEntry next(
            UniqueRule rule, String id, String stem, Optional<UniqueEntry> before, Optional<UniqueEntry> holder)
            throws IOException {
        List<String> earlier = before.isEmpty() ? List.of() : earlier(before.get(), stem);
        UniqueEntry entry = UniqueEntry.of(rule, id, stem, ports.time().epochSeconds(), earlier);
        return holder.map(one -> rule.putsOff() ? entry.puttingOff(one) : entry.inPlaceOf(one))
                .orElse(entry);
    }

    /** Those of ours are not asked when they are claimed. */
    private List<String> earlier(UniqueEntry before, String taker) throws IOException {
        List<String> earlier = new ArrayList<>();
        double since = before.since();
        for (String stem : before.earlier()) if (!stem.equals(taker) && !look.hasEnded(stem, since)) earlier.add(stem);
        String last = before.stem();
        if (!last.equals(taker) && !TaskOrder.isOurs(last) && !look.hasEnded(last, since)) earlier.add(last);
        return earlier.subList(Math.max(0, earlier.size() - MOST_EARLIER), earlier.size());
    }

    /** The task is there: ends the one that it replaces. True when that was still waiting. */
    boolean endReplaced(UniqueEntry entry, Ending ending) throws IOException {
        if (entry.replaces().isEmpty()) return false;
        Optional<TaskView> waiting = look.waiting(entry.replaces());
        return waiting.isPresent() && ending.endIfWaiting(waiting.get(), entry.replacement());
    }

    /** All was done; where a look for the task tells as much, that is not written down. */
    void confirm(String name, UniqueEntry entry) throws IOException {
        if (entry.window() > 0 || !entry.replaces().isEmpty()) write(name, entry.surely());
    }

    void remove(String name) throws IOException {
        disk.delete(fileOf(name));
    }

    private Path fileOf(String name) {
        return layout.unique().resolve(name + SUFFIX);
    }
}
