package dev.millrace.queue;

import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.task.TaskOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Unique keys in files that somebody dropped into pending/: whoever claims one takes its key.
 *
 * <p>A claim may go back before that, because the disk stumbled or its worker died, and after it, too; the count of returns
 * in its name is the same. So the entry is asked: it names the file that has the key, and those that had it before and
 * have not ended, which run without being asked again.
 */
final class UniqueFiles {
    private static final Duration NO_WAIT_FOR = Duration.ofSeconds(5);

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final UniqueIndex index;
    private final UniqueLook look;
    private final Map<Path, Long> inVainUntil = new ConcurrentHashMap<>();

    UniqueFiles(QueueLayout layout, QueueOptions options, QueuePorts ports) {
        this.layout = layout;
        this.ports = ports;
        this.index = new UniqueIndex(layout, options, ports);
        this.look = new UniqueLook(layout, ports);
    }

    /** What became of a claimed task that was to take its key. */
    sealed interface Taking {
        /** It may run. */
        record Runs() implements Taking {}

        /** Another task has the key; this one is to end. */
        record IsSecond(String reason) implements Taking {}

        /** It was put where it waits, and starts later; or the claim was lost on the way. */
        record WasPutOff() implements Taking {}

        /** Somebody has held the lock of its key for too long; nothing was decided. */
        record HasToWait() implements Taking {}

        /** What it says of its uniqueness, or of its times, cannot be. */
        record IsWrong(String reason) implements Taking {}

        /** What is done in a case; true when the claim is over. */
        interface Case<T extends Taking> {
            boolean handle(T taking) throws IOException;
        }

        default boolean match(
                Case<Runs> runs,
                Case<IsSecond> second,
                Case<WasPutOff> putOff,
                Case<HasToWait> waits,
                Case<IsWrong> wrong)
                throws IOException {
            if (this instanceof Runs one) return runs.handle(one);
            if (this instanceof IsSecond one) return second.handle(one);
            if (this instanceof WasPutOff one) return putOff.handle(one);
            if (this instanceof HasToWait one) return waits.handle(one);
            return wrong.handle((IsWrong) this);
        }
    }

    /** What is done to tasks for the sake of a key, while nobody else can take that. */
    interface Hands extends UniqueIndex.Ending {
        /** Lets it wait; false when the claim was lost. */
        boolean putOff(FileClaim claim, Instant until) throws IOException;
    }

    /** Asked at each claim. A task of ours has taken its key when it was submitted. */
    Taking take(FileClaim claim, Hands hands) throws IOException {
        if (TaskOrder.isOurs(claim.stem())) return new Taking.Runs();
        Optional<String> wrong = claim.document().contradiction();
        if (wrong.isPresent()) return new Taking.IsWrong(wrong.get());
        UniqueRule rule = UniqueRule.of(claim.document().body());
        if (!rule.isPresent()) return new Taking.Runs();
        String name = UniqueIndex.nameOf(rule.key());
        Optional<DiskLock> lock = lock(name);
        if (lock.isEmpty()) return new Taking.HasToWait();
        try (DiskLock mine = lock.get()) {
            Optional<UniqueEntry> begun = index.read(name);
            Optional<UniqueEntry> before = index.finished(name, hands);
            Optional<Taking> known =
                    before.isEmpty() || look.hasEnded(claim.stem(), before.get().since())
                            ? Optional.empty()
                            : known(name, before.get(), begun, claim, hands);
            return known.isPresent() ? known.get() : taking(name, rule, before, claim, hands);
        }
    }

    /** Of many files whose keys one lock guards only the first waits for that while somebody does not let go. */
    private Optional<DiskLock> lock(String name) throws IOException {
        Path file = UniqueIndex.lockOf(layout, name);
        long now = ports.time().nanos();
        boolean waitedInVain = now - inVainUntil.getOrDefault(file, now) < 0;
        Optional<DiskLock> lock = waitedInVain ? index.tryLock(name) : index.lockSoon(name);
        if (lock.isPresent()) inVainUntil.remove(file);
        else inVainUntil.put(file, now + NO_WAIT_FOR.toNanos());
        return lock;
    }

    /** Empty when the entry has never told of this file. */
    private Optional<Taking> known(
            String name, UniqueEntry entry, Optional<UniqueEntry> begun, FileClaim claim, Hands hands)
            throws IOException {
        String stem = claim.stem();
        if (entry.stem().equals(stem)) return Optional.of(started(name, entry, claim, hands));
        if (begun.filter(found -> found.replaces().equals(stem)).isPresent())
            return Optional.of(new Taking.IsSecond(entry.replacement().reason()));
        return entry.earlier().contains(stem) ? Optional.of(new Taking.Runs()) : Optional.empty();
    }

    private Taking taking(String name, UniqueRule rule, Optional<UniqueEntry> before, FileClaim claim, Hands hands)
            throws IOException {
        Optional<UniqueEntry> holder = index.holder(before, rule.policy());
        if (holder.isPresent() && !rule.policy().replaces()) {
            index.promised(holder.get());
            return new Taking.IsSecond("unique_key is taken by " + holder.get().id() + " ("
                    + holder.get().stem() + ")");
        }
        UniqueEntry entry = index.next(rule, claim.id(), claim.stem(), before, holder);
        index.write(name, entry);
        return started(name, entry, claim, hands);
    }

    /** It has the key. A sure entry tells that it was put off, if that was to be; but a power cut undoes the move. */
    private Taking started(String name, UniqueEntry entry, FileClaim claim, Hands hands) throws IOException {
        boolean wasAsked = entry.sure() && claim.name().task().returns() > 0;
        long due = wasAsked ? 0 : dueMillis(entry, claim);
        boolean putOff = due > ports.time().millis();
        index.endReplaced(entry, hands);
        boolean lost = putOff && !hands.putOff(claim, Instant.ofEpochMilli(due));
        if (!entry.sure() && !lost) index.confirm(name, entry);
        return putOff ? new Taking.WasPutOff() : new Taking.Runs();
    }

    private static long dueMillis(UniqueEntry entry, FileClaim claim) {
        UniqueRule rule = UniqueRule.of(claim.document().body());
        double due = DueTime.afterWindow(
                entry.since(), rule.window(), claim.document().body());
        return rule.putsOff() ? Math.round(due * 1e3) : 0;
    }
}
