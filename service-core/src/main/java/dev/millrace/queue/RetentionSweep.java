package dev.millrace.queue;

import dev.millrace.event.Event;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.storage.FileFacts;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Removes what is older or more than the limits allow: first by age, then the oldest beyond the number.
 *
 * <p>Deleting is dear (a hundred microseconds a file, and new files are slow to make after mass deletion), so a step
 * removes a slice, and what a listing found is remembered until it is used up. That may be hours later, when another steward
 * kept the house meanwhile; so a file whose time has changed is another one by now, and stays. A file younger than a minute is never
 * removed for being one too many: whoever waits for its result must have had time to read it. Heartbeats go by age alone
 * while their worker may live.
 */
final class RetentionSweep {
    private static final int SLICE = 1_000;
    private static final int STAT_ALL = 10_000;
    private static final Duration YOUNG = Duration.ofMinutes(1);
    private static final Duration OLD_DRAFT = Duration.ofHours(1);

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final QueueLook look;
    private final BatchLook batches;
    private final int slice;
    private final Map<Path, Deque<Aged>> victims = new HashMap<>();

    RetentionSweep(QueueLayout layout, QueuePorts ports) {
        this(layout, ports, SLICE);
    }

    /** @param slice the most files of a folder that one step removes */
    RetentionSweep(QueueLayout layout, QueuePorts ports, int slice) {
        this.layout = layout;
        this.ports = ports;
        this.look = new QueueLook(layout, ports);
        this.batches = new BatchLook(layout, ports.disk());
        this.slice = slice;
    }

    RetentionReport step(RetentionLimits limits) throws IOException {
        long done = sweep(layout.folder(TaskState.DONE), limits.done(), RetentionSweep::isTask)
                + sweep(layout.folder(TaskState.CANCELLED), limits.cancelled(), RetentionSweep::isTask);
        long failed = sweep(layout.folder(TaskState.FAILED), limits.failed(), RetentionSweep::isTask);
        long heartbeats = sweep(layout.heartbeats(), limits.heartbeats(), name -> name.endsWith(".json"));
        sweepLogs(limits);
        sweepDrafts();
        return new RetentionReport(done, failed, heartbeats);
    }

    /** Wherever a file is replaced or submitted, somebody may have died over it. */
    private void sweepDrafts() throws IOException {
        List<Path> folders = new ArrayList<>(
                List.of(layout.heartbeats(), layout.control(), layout.cancels(), layout.unique(), layout.waits()));
        for (TaskState state : TaskState.values()) folders.add(layout.folder(state));
        for (Path folder : folders)
            sweep(folder, RetentionLimits.Limit.of(OLD_DRAFT, 0), name -> name.startsWith(".draft-"));
    }

    /**
     * A task's log is kept as long as its document is, and when that is gone, as long as it might have been. So are records
     * of attempts, and lists of what it waits for; they go with their task, but for those that somebody who died has left.
     */
    private void sweepLogs(RetentionLimits limits) throws IOException {
        Optional<Duration> longest = longest(limits.done(), limits.failed(), limits.cancelled());
        if (longest.isEmpty()) return;
        RetentionLimits.Limit limit = RetentionLimits.Limit.of(longest.get(), 0);
        sweepOrphans(layout.logs(), limit, name -> name.endsWith(".log"));
        sweepOrphans(layout.attempts(), limit, name -> name.endsWith(".jsonl"));
        sweepOrphans(layout.waits(), limit, RetentionSweep::isWaitFile);
    }

    /** A task may wait, or run, for longer than others are kept; what belongs to it stays with it, however old it is. */
    private void sweepOrphans(Path folder, RetentionLimits.Limit limit, Predicate<String> which) throws IOException {
        sweep(folder, limit, () -> withoutTask(find(folder, limit, which)));
    }

    /** What goes from one folder to another while they are listed may not be met; so what is nowhere is looked for again. */
    private Deque<Aged> withoutTask(Deque<Aged> found) throws IOException {
        return unmet(unmet(found));
    }

    private Deque<Aged> unmet(Deque<Aged> found) throws IOException {
        Deque<Aged> left = new ArrayDeque<>();
        for (Aged one : found) if (!hasEnded(one.file())) left.add(one);
        if (left.isEmpty()) return left;
        Set<String> stems = new HashSet<>();
        for (Aged one : left) stems.addAll(tasksOf(one.file()));
        // A group that is being submitted first: its tasks go from there to where they wait.
        Set<String> there = new HashSet<>(StagedGroups.stems(layout, ports.disk()));
        there.addAll(
                LogReplay.whereabouts(layout, ports.disk(), stems::contains).keySet());
        batches.files(List.of(TaskState.values()), name -> stems.contains(name.stem()))
                .forEach(batch -> there.add(batch.stem()));
        left.removeIf(one -> !Collections.disjoint(there, tasksOf(one.file())));
        return left;
    }

    private boolean hasEnded(Path file) throws IOException {
        return look.terminal(stemOf(String.valueOf(file.getFileName()))).isPresent();
    }

    /** The task to which a file beside the queue belongs, and the batch of which that may be a part. */
    private static List<String> tasksOf(Path file) {
        String stem = stemOf(String.valueOf(file.getFileName()));
        return BatchName.partOf(stem).map(part -> List.of(stem, part.stem())).orElse(List.of(stem));
    }

    private static String stemOf(String name) {
        return name.substring(0, name.lastIndexOf('.'));
    }

    /** Empty when one of them has no limit. */
    private static Optional<Duration> longest(RetentionLimits.Limit... limits) {
        Duration longest = Duration.ZERO;
        for (RetentionLimits.Limit limit : limits) {
            if (limit.keepFor().isEmpty()) return Optional.empty();
            if (limit.keepFor().get().compareTo(longest) > 0)
                longest = limit.keepFor().get();
        }
        return Optional.of(longest);
    }

    private static boolean isWaitFile(String name) {
        return name.endsWith(WaitFiles.MEMBERS) || name.endsWith(WaitFiles.NAMED) || name.endsWith(WaitFiles.ENDED);
    }

    private static boolean isTask(String name) {
        return TaskName.isTaskFile(name) || BatchName.isBatchFile(name) || name.endsWith(TaskName.PICKLE_SUFFIX);
    }

    private interface Finder {
        Deque<Aged> find() throws IOException;
    }

    private long sweep(Path folder, RetentionLimits.Limit limit, Predicate<String> which) throws IOException {
        return sweep(folder, limit, () -> find(folder, limit, which));
    }

    private long sweep(Path folder, RetentionLimits.Limit limit, Finder finder) throws IOException {
        if (limit.keepFor().isEmpty() && limit.keepMost().isEmpty()) return 0;
        Path key = folder.resolve(limit.toString());
        Deque<Aged> found = victims.get(key);
        boolean fresh = found == null || found.isEmpty();
        if (found == null || fresh) found = finder.find();
        victims.put(key, found);
        long removed = 0;
        for (int left = Math.min(slice, found.size()); left > 0; left--) removed += remove(found.remove(), fresh);
        return removed;
    }

    /** What cannot be removed, such as a quarantined folder that holds files, holds nothing else up. */
    private long remove(Aged victim, boolean fresh) {
        Path file = victim.file();
        try {
            if (!fresh && !isUnchanged(victim)) return 0;
            boolean deleted = ports.disk().delete(file);
            if (String.valueOf(file.getParent()).equals(String.valueOf(layout.folder(TaskState.FAILED))))
                ports.disk().delete(Quarantine.sidecarOf(file));
            return deleted ? 1 : 0;
        } catch (IOException e) {
            ports.events().accept(new Event.Trouble("cannot remove " + file + "; remove it by hand", e));
            return 0;
        }
    }

    private boolean isUnchanged(Aged victim) throws IOException {
        return ports.disk()
                .facts(victim.file())
                .filter(now -> now.modified().equals(victim.modified()))
                .isPresent();
    }

    private record Aged(Path file, Instant modified) {}

    private Deque<Aged> find(Path folder, RetentionLimits.Limit limit, Predicate<String> which) throws IOException {
        List<String> names = names(folder, which);
        boolean tooMany =
                limit.keepMost().isPresent() && names.size() > limit.keepMost().get();
        List<Aged> aged = aged(folder, names, limit, tooMany);
        Deque<Aged> found = new ArrayDeque<>();
        Instant now = ports.time().instant();
        long surplus = tooMany ? names.size() - limit.keepMost().get() : 0;
        for (Aged one : aged) {
            boolean old = limit.keepFor().isPresent()
                    && one.modified().isBefore(now.minus(limit.keepFor().get()));
            boolean over = found.size() < surplus && one.modified().isBefore(now.minus(YOUNG));
            if (old || (over && !mayLive(folder, one.file()))) found.add(one);
        }
        return found;
    }

    /** None in a folder that is not there: AGILAB makes fewer of them, and so may whoever tidies up by hand. */
    private List<String> names(Path folder, Predicate<String> which) throws IOException {
        List<String> names = new ArrayList<>();
        try {
            ports.disk().forEachName(folder, name -> {
                if (which.test(name)) names.add(name);
            });
        } catch (NoSuchFileException notThere) {
            return names;
        }
        return names;
    }

    /** Oldest first. In a large folder, files whose name says that they cannot be old enough are not looked at. */
    private List<Aged> aged(Path folder, List<String> names, RetentionLimits.Limit limit, boolean tooMany)
            throws IOException {
        List<Aged> aged = new ArrayList<>();
        Instant now = ports.time().instant();
        for (String name : names) {
            if (!tooMany && names.size() > STAT_ALL && isTooYoung(name, limit, now)) continue;
            Optional<FileFacts> facts = ports.disk().facts(folder.resolve(name));
            facts.ifPresent(found -> aged.add(new Aged(folder.resolve(name), found.modified())));
        }
        aged.sort(Comparator.comparing(Aged::modified));
        return aged;
    }

    private static boolean isTooYoung(String name, RetentionLimits.Limit limit, Instant now) {
        OptionalLong submitted = TaskName.isTaskFile(name)
                ? TaskOrder.dueMicrosOf(TaskName.parse(name).stem())
                : OptionalLong.empty();
        return submitted.isPresent()
                && limit.keepFor().isPresent()
                && submitted.getAsLong()
                        > TaskOrder.micros(now.minus(limit.keepFor().get()));
    }

    private boolean mayLive(Path folder, Path file) throws IOException {
        if (!folder.equals(layout.heartbeats())) return false;
        Set<Heartbeat.State> ended = Set.of(Heartbeat.State.STOPPED, Heartbeat.State.FAILED);
        return dev.millrace.liveness.Heartbeats.read(ports.disk(), file)
                .map(beat -> !ended.contains(beat.state()))
                .orElse(false);
    }
}
