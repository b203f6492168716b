package dev.millrace.recurring;

import dev.millrace.event.Event;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.TaskQueue;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.storage.FileFacts;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.time.Rest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * {@link RecurringDuty}: the next due time is computed once and then compared.
 *
 * <p>All is read anew when marks or definitions have changed, when somebody else may have kept the house meanwhile, and
 * once a minute, because two changes within one tick of the file system's clock look like one.
 */
final class LockedDuty implements RecurringDuty {
    private static final long SECOND = 1_000_000_000;
    private static final long ABSENCE = 5 * SECOND;
    private static final long REFRESH_EVERY = 60 * SECOND;
    private static final Rest LOOKING = new Rest(50, SECOND);

    /** A mark so far ahead of the clock is an accident of some clock: nothing would fire until then. */
    private static final Duration MOST_AHEAD = Duration.ofDays(1);

    private final List<RecurringTask> configured;
    private final QueuePorts ports;
    private final RecurringFiles files;
    private final Firings firings;
    private final BooleanSupplier mayFire;
    private final Set<String> troubled = new HashSet<>();
    private List<Optional<FileFacts>> seen = List.of();
    private Instant nextDue = Instant.MIN;
    private long steppedAt = Long.MIN_VALUE / 2;
    private long lookedAt = Long.MIN_VALUE / 2;
    private long refreshedAt = Long.MIN_VALUE / 2;
    private long againAt = Long.MAX_VALUE;

    LockedDuty(TaskQueue queue, List<RecurringTask> configured, QueuePorts ports, BooleanSupplier mayFire) {
        this.configured = List.copyOf(configured);
        this.ports = ports;
        this.files = new RecurringFiles(queue, ports);
        this.firings = new Firings(files, queue);
        this.mayFire = mayFire;
    }

    @Override
    public int step() throws IOException {
        long now = ports.time().nanos();
        boolean absent = now - steppedAt > ABSENCE || now - refreshedAt > REFRESH_EVERY;
        steppedAt = now;
        boolean due = !ports.time().instant().isBefore(nextDue) || now >= againAt;
        if (!absent && !due && !hasChanged(now)) return 0;
        try {
            return round(now, absent);
        } catch (IOException | RuntimeException e) {
            again(now, SECOND);
            throw e;
        }
    }

    private boolean hasChanged(long now) throws IOException {
        if (now - lookedAt < SECOND) return false;
        lookedAt = now;
        return !files.changed().equals(seen);
    }

    /** Comes round once more after so many nanoseconds, whatever is due. */
    private void again(long now, long after) {
        againAt = Math.min(againAt, now + after);
    }

    private int round(long now, boolean afresh) throws IOException {
        nextDue = Instant.MAX;
        againAt = Long.MAX_VALUE;
        if (configured.isEmpty() && !files.isThere()) return nothing(now);
        Optional<DiskLock> lock = mayFire.getAsBoolean() ? files.tryLock() : Optional.empty();
        if (lock.isEmpty()) {
            again(now, SECOND);
            return 0;
        }
        try (DiskLock held = lock.get()) {
            return lockedRound(now, afresh);
        }
    }

    private int nothing(long now) throws IOException {
        refreshedAt = now;
        seen = files.changed();
        return 0;
    }

    private int lockedRound(long now, boolean afresh) throws IOException {
        refreshedAt = now;
        Map<String, RecurringTask> tasks = new TreeMap<>(files.defined());
        for (RecurringTask task : configured) tasks.put(task.name(), task);
        for (String name : files.marked()) if (!tasks.containsKey(name)) retireOrTell(name);
        List<String> decided = new ArrayList<>();
        int fired = 0;
        boolean allRead = true;
        for (RecurringTask task : tasks.values()) {
            try {
                fired += step(task, now, decided);
                troubled.remove(task.name());
            } catch (IOException | InvalidTaskException e) {
                allRead = false;
                tell(task.name(), e);
                again(now, SECOND);
            }
        }
        if (afresh && allRead) files.dropUndecided(decided);
        seen = files.changed();
        return fired;
    }

    /** Told once, not with every attempt. */
    private void tell(String name, Exception e) {
        if (troubled.add(name))
            ports.events().accept(new Event.Trouble("recurring task '" + name + "' cannot fire now", e));
    }

    /** What is remembered of one may be damaged; the others fire all the same. */
    private void retireOrTell(String name) {
        try {
            retire(name);
        } catch (IOException e) {
            tell(name, e);
        }
    }

    /** Nobody defines it any more. */
    private void retire(String name) throws IOException {
        Optional<Mark> mark = files.mark(name);
        if (mark.isPresent()) firings.finish(name, mark.get());
        files.forget(name);
        firings.forget(name);
    }

    private int step(RecurringTask task, long now, List<String> decided) throws IOException {
        Instant moment = ports.time().instant();
        Mark before = before(task, moment);
        firings.finish(task.name(), before);
        Mark mark = firings.deal(task, before, moment);
        mark.ready().ifPresent(decided::add);
        plan(task, mark, now);
        return (int) (mark.counts().fired() - before.counts().fired());
    }

    private Mark before(RecurringTask task, Instant now) throws IOException {
        Optional<Mark> known = files.mark(task.name());
        if (known.isPresent() && counts(task, known.get(), now)) return known.get();
        Mark begun = known.map(mark -> mark.begunAnew(task, now)).orElseGet(() -> Mark.beginning(task, now));
        files.write(task.name(), begun);
        return begun;
    }

    private boolean counts(RecurringTask task, Mark mark, Instant now) {
        boolean ahead = mark.last().isAfter(now.plus(MOST_AHEAD));
        if (ahead)
            ports.events()
                    .accept(new Event.Note("recurring task '" + task.name() + "' was dealt with up to " + mark.last()
                            + " by a clock that was ahead; it begins anew"));
        return !ahead && mark.rhythm().equals(task.rhythm());
    }

    private void plan(RecurringTask task, Mark mark, long now) {
        if (mark.paused()) return;
        Instant due = task.after(mark.last()).orElse(Instant.MAX);
        if (due.isBefore(nextDue)) nextDue = due;
        long took = ports.time().nanos() - now;
        if (!mark.waiting().isEmpty()) again(now, LOOKING.nanosAfter(took));
    }
}
