package dev.millrace.queue;

import dev.millrace.event.Event;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.FileFacts;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.storage.NotARegularFileException;
import dev.millrace.task.DependencyPolicy;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import dev.millrace.time.Rest;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Lets tasks go on when those have ended for which they wait. Two at once are harmless: each move is one rename.
 *
 * <p>Nothing waits: one look at a folder's time. Else the folders' times say whether anything has ended, and each step
 * looks for a bounded number of tasks, in turn. What is remembered here only saves work; a steward that begins anew reads
 * it again. Two changes within one tick of the file system's clock look like one, so for a while after a change every
 * tenth step looks anyway, and one in a hundred always.
 */
final class Unblocking {
    private static final int LOOK_EVERY = 10;
    private static final int LOOK_ALWAYS_EVERY = 100;

    /** Longer than one tick of any file system's clock. */
    private static final long TICK_NANOS = 3_000_000_000L;

    private static final int MOST_READ = 1_000;
    private static final int MOST_MOVES = 1_000;
    private static final int LARGEST_DOCUMENT = 16 << 20;

    /** Listing may take one part in so many of the time. */
    private static final Rest LISTING = new Rest(20, 0);

    private static final List<TaskState> TOLD_BY =
            List.of(TaskState.BLOCKED, TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED, TaskState.RUNNING);

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final Publisher publisher;
    private final WaitFiles files;
    private final AwaitedEndings endings;
    private final Ender ender;
    private final Map<String, Waiter> waiters = new LinkedHashMap<>();
    private Map<TaskState, Instant> seen = Map.of();
    private long mayListAt = Long.MIN_VALUE;
    private final Set<String> troubled = new HashSet<>();
    private boolean unread;
    private long changedNanos = Long.MIN_VALUE;
    private int skipped;

    /** Ends a task that waits, as whoever runs it would. */
    interface Ender {
        void end(TaskName name, Outcome outcome) throws IOException;
    }

    Unblocking(QueueLayout layout, QueuePorts ports, Ender ender) {
        this.layout = layout;
        this.ports = ports;
        this.publisher = new Publisher(layout, ports.disk());
        this.files = new WaitFiles(ports.disk(), layout.waits());
        this.endings = new AwaitedEndings(layout, ports);
        this.ender = ender;
    }

    /** How many tasks went on or ended. */
    int step() throws IOException {
        skipped++;
        boolean anyway = skipped % (isFresh() ? LOOK_EVERY : LOOK_ALWAYS_EVERY) == 0;
        if (waiters.isEmpty() && !unread && !anyway && isUnchanged(List.of(TaskState.BLOCKED))) return 0;
        boolean same = !anyway && isUnchanged(TOLD_BY);
        if (same && !unread && !endings.isInRound()) return 0;
        Map<TaskState, Instant> now = changedAt(TOLD_BY);
        if (!now.equals(seen)) changedNanos = ports.time().nanos();
        seen = now;
        // Before the disk may fail: what has changed is not seen a second time.
        if (!same) endings.beginRound();
        read();
        return waiters.isEmpty() ? 0 : decide();
    }

    /** A folder has changed a moment ago. */
    private boolean isFresh() {
        return changedNanos != Long.MIN_VALUE && ports.time().nanos() - changedNanos < TICK_NANOS;
    }

    /** True when anything waits, or may wait and was not read yet. */
    boolean hasWaiters() {
        return unread || !waiters.isEmpty();
    }

    private boolean isUnchanged(List<TaskState> folders) throws IOException {
        Map<TaskState, Instant> now = changedAt(folders);
        for (TaskState state : folders)
            if (!Optional.ofNullable(now.get(state)).equals(Optional.ofNullable(seen.get(state)))) return false;
        return true;
    }

    private Map<TaskState, Instant> changedAt(List<TaskState> folders) throws IOException {
        Map<TaskState, Instant> changed = new HashMap<>();
        for (TaskState state : folders)
            ports.disk().facts(layout.folder(state)).map(FileFacts::modified).ifPresent(at -> changed.put(state, at));
        return changed;
    }

    // ------------------------------------------------------------------ who waits

    /** Lists who waits, unless a long list was read a moment ago, and reads those that are new. */
    private void read() throws IOException {
        long now = ports.time().nanos();
        if (mayListAt != Long.MIN_VALUE && now - mayListAt < 0) {
            unread = true;
            return;
        }
        unread = true; // also when a disk fails in the middle
        List<String> names = new ArrayList<>(ports.disk().sortedNames(layout.folder(TaskState.BLOCKED)));
        names.removeIf(name -> !TaskName.isTaskFile(name));
        if (waiters.keySet().retainAll(new HashSet<>(names))) endings.keepOnly(waiters.values());
        names.removeAll(waiters.keySet());
        boolean known = names.size() <= MOST_READ;
        for (String name : names.subList(0, Math.min(MOST_READ, names.size()))) known &= isRead(name);
        endCircles();
        unread = !known;
        long took = ports.time().nanos() - now;
        mayListAt = now + took + LISTING.nanosAfter(took);
    }

    /** False when the disk does not let it be read now. */
    private boolean isRead(String fileName) throws IOException {
        TaskName name = TaskName.parse(fileName);
        Path file = layout.folder(TaskState.BLOCKED).resolve(fileName);
        try {
            var document = Json.parseObject(ports.disk().read(file, LARGEST_DOCUMENT));
            DependencyPolicy policy = document.hasNonNull(Drafts.CALLBACK_OF)
                    ? DependencyPolicy.RUN
                    : DependencyPolicy.of(document.path(DependencyPolicy.KEY));
            List<Awaited> awaited = DependencyLook.awaited(files, name.stem(), document);
            Waiter waiter = new Waiter(name, DueTime.millisOf(name, document), policy, awaited);
            if (waiter.isNoted()) waiter.ended(files.ended(name.stem()));
            waiters.put(fileName, waiter);
            endings.add(waiter, awaited);
        } catch (NoSuchFileException moved) {
            // another steward was faster
        } catch (MalformedJsonException | FileTooLargeException | NotARegularFileException refusedByWhoeverClaimsIt) {
            release(name, 0);
        } catch (IOException passing) {
            if (troubled.add(fileName))
                ports.events().accept(new Event.Trouble("cannot read " + file + " now; it waits on", passing));
            return false;
        }
        return true;
    }

    /** Submit refuses circles; files that were dropped one after the other may still make one. */
    private void endCircles() throws IOException {
        Map<String, List<String>> waits = new LinkedHashMap<>();
        for (Waiter waiter : waiters.values()) waits.put(waiter.stem(), List.copyOf(waiter.open()));
        for (Layers<String> layers = Layers.of(waits); !layers.circle().isEmpty(); layers = Layers.of(waits)) {
            String shown = String.join(
                    " -> ", layers.circle().stream().map(TaskOrder::idOf).toList());
            for (String stem : layers.circle()) {
                if (waits.remove(stem) == null) continue;
                Outcome failed = new Outcome.Failed("waits for itself: " + shown + "; take one of these out", "");
                for (Waiter waiter : List.copyOf(waiters.values()))
                    if (waiter.stem().equals(stem)) end(waiter, failed);
            }
        }
    }

    // ------------------------------------------------------------------ what has ended

    private int decide() throws IOException {
        return Independent.take(List.of(Independent.uncounted(() -> endings.look(this::note)), this::moveOrEnd));
    }

    private int moveOrEnd() throws IOException {
        List<Independent.Step> steps = new ArrayList<>();
        for (Waiter waiter : waiters.values())
            if (waiter.isReady() || waiter.end().isPresent()) steps.add(() -> decided(waiter));
        boolean more = steps.size() > MOST_MOVES;
        boolean known = unread;
        unread = true; // also when a disk fails in the middle
        int done = Independent.take(steps.subList(0, Math.min(MOST_MOVES, steps.size())));
        unread = known || more;
        return done;
    }

    private void note(Waiter waiter, Map<String, Awaited.Ending> news) throws IOException {
        if (!waiters.containsKey(waiter.name().fileName())) return;
        waiter.ended(news);
        if (waiter.isNoted()) files.addEnded(waiter.stem(), news);
    }

    private int decided(Waiter waiter) throws IOException {
        Optional<String> trouble = waiter.end();
        if (trouble.isPresent()) return end(waiter, outcome(waiter, trouble.get()));
        int released = release(waiter.name(), waiter.dueMillis());
        waiters.remove(waiter.name().fileName());
        return released;
    }

    private static Outcome outcome(Waiter waiter, String reason) {
        return waiter.policy() == DependencyPolicy.FAIL
                ? new Outcome.Failed(reason, "")
                : new Outcome.Cancelled(reason);
    }

    private int end(Waiter waiter, Outcome outcome) throws IOException {
        ender.end(waiter.name(), outcome);
        waiters.remove(waiter.name().fileName());
        return 1;
    }

    /** The count of returns in its new name says that it need not wait any more, and its file's time since when. */
    private int release(TaskName name, long due) throws IOException {
        Path file = layout.folder(TaskState.BLOCKED).resolve(name.fileName());
        try {
            ports.disk().touch(file, ports.time().instant());
        } catch (NoSuchFileException releasedByAnother) {
            return 0;
        }
        return publisher.move(
                        file,
                        due > ports.time().millis() ? publisher.scheduled(name.sameAttempt(), due) : pending(name))
                ? 1
                : 0;
    }

    private Path pending(TaskName name) throws IOException {
        TaskName free = publisher.free(TaskState.PENDING, name.sameAttempt());
        return layout.folder(TaskState.PENDING).resolve(free.fileName());
    }
}
