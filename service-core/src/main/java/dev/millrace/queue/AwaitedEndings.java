package dev.millrace.queue;

import dev.millrace.task.BatchName;
import dev.millrace.task.TaskState;
import dev.millrace.time.Rest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which awaited tasks have ended: they are looked for in turn, a bounded number at each look. What has not ended and is
 * nowhere was removed by retention or by hand, and counts as gone; that costs a listing, so it is found out seldom.
 */
final class AwaitedEndings {
    /** Of one step, in parts of a look that finds its task at once; each such look is the last for its task. */
    private static final int MOST_COST = 20_000;

    private static final int COST_OF_MISS = 20;

    /** To look for a task of a batch means to read the batch. */
    private static final int COST_OF_PART = 400;

    private static final long GONE_EVERY_NANOS = 10_000_000_000L;
    private static final Rest GONE = new Rest(50, GONE_EVERY_NANOS);

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final AwaitedLook look;
    private final DependencyFinder finder;
    private final Map<String, Wanted> wanted = new HashMap<>();
    private final Deque<String> turns = new ArrayDeque<>();
    private final Set<String> missed = new HashSet<>();

    /** What has ended, until those who wait for it were told: a disk may fail at any look, and nobody looks for it again. */
    private final Map<Waiter, Map<String, Awaited.Ending>> news = new LinkedHashMap<>();

    private int left;
    private long goneAt;

    AwaitedEndings(QueueLayout layout, QueuePorts ports) {
        this.layout = layout;
        this.ports = ports;
        this.look = new AwaitedLook(layout, ports);
        this.finder = new DependencyFinder(layout, ports);
        this.goneAt = ports.time().nanos() + GONE_EVERY_NANOS;
    }

    /** Somebody waits for it since then. */
    private record Wanted(Awaited awaited, Set<Waiter> waiters, Instant since) {}

    void add(Waiter waiter, List<Awaited> awaited) {
        for (Awaited one : awaited)
            if (waiter.open().contains(one.stem()))
                wanted.computeIfAbsent(one.stem(), stem -> {
                            turns.add(stem);
                            left++;
                            return new Wanted(one, new HashSet<>(), ports.time().instant());
                        })
                        .waiters()
                        .add(waiter);
    }

    /** Nobody else waits any more. */
    void keepOnly(Collection<Waiter> waiters) {
        Set<Waiter> there = new HashSet<>(waiters);
        wanted.values().removeIf(one -> {
            one.waiters().retainAll(there);
            return one.waiters().isEmpty();
        });
        turns.removeIf(stem -> !wanted.containsKey(stem));
        news.keySet().retainAll(there);
        left = Math.min(left, turns.size());
    }

    /** Something has ended: each is to be looked for once more. */
    void beginRound() {
        left = turns.size();
    }

    boolean isInRound() {
        return left > 0 || !news.isEmpty() || (!turns.isEmpty() && ports.time().nanos() - goneAt >= 0);
    }

    /** Is told what has ended. */
    interface Listener {
        void ended(Waiter waiter, Map<String, Awaited.Ending> endings) throws IOException;
    }

    /**
     * Tells each who waits what has ended since he was told last; what a listener refuses is told again. A task that the disk
     * does not let be looked at now does not keep the others from being: its turn comes again, and then the trouble is thrown.
     */
    void look(Listener listener) throws IOException {
        Optional<IOException> trouble = look();
        List<Independent.Step> steps = new ArrayList<>();
        for (Waiter waiter : List.copyOf(news.keySet())) steps.add(() -> tell(waiter, listener));
        Independent.take(steps);
        if (trouble.isPresent()) throw trouble.get();
    }

    private int tell(Waiter waiter, Listener listener) throws IOException {
        Map<String, Awaited.Ending> endings = news.getOrDefault(waiter, Map.of());
        listener.ended(waiter, endings);
        news.remove(waiter);
        return endings.size();
    }

    private Optional<IOException> look() {
        Optional<IOException> trouble = Optional.empty();
        look.forget();
        for (int cost = 0; left > 0 && cost < MOST_COST; left--) {
            Wanted one = wanted.get(turns.remove());
            if (one == null) continue;
            Optional<Awaited.Ending> ending = Optional.empty();
            try {
                ending = look.ending(one.awaited(), one.since());
            } catch (IOException e) {
                trouble = Optional.of(trouble.orElse(e));
            }
            cost += one.awaited().mayBePart() ? COST_OF_PART : ending.isPresent() ? 1 : COST_OF_MISS;
            if (ending.isPresent()) tell(one, ending.get());
            else turns.add(one.awaited().stem());
        }
        boolean isOver = left == 0;
        if (trouble.isPresent()) beginRound();
        if (!isOver || ports.time().nanos() - goneAt < 0) return trouble;
        Optional<IOException> further = goneOrTrouble();
        return trouble.isPresent() ? trouble : further;
    }

    private Optional<IOException> goneOrTrouble() {
        try {
            lookForGone();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }

    private void tell(Wanted one, Awaited.Ending ending) {
        String stem = one.awaited().stem();
        wanted.remove(stem);
        for (Waiter waiter : one.waiters())
            news.computeIfAbsent(waiter, none -> new LinkedHashMap<>()).put(stem, ending);
    }

    private void lookForGone() throws IOException {
        long began = ports.time().nanos();
        for (Wanted gone : goneTwice()) {
            Optional<Awaited.Ending> ended = look.ending(gone.awaited(), gone.since());
            tell(gone, ended.orElse(Awaited.Ending.UNKNOWN));
            turns.remove(gone.awaited().stem());
        }
        long took = ports.time().nanos() - began;
        goneAt = ports.time().nanos() + GONE.nanosAfter(took);
    }

    /** A task that moves back while the folders are listed is missed once, but not twice. */
    private List<Wanted> goneTwice() throws IOException {
        List<Wanted> gone = gone();
        List<Wanted> twice = gone.stream()
                .filter(one -> missed.contains(one.awaited().stem()))
                .toList();
        missed.clear();
        for (Wanted one : gone) missed.add(one.awaited().stem());
        return twice;
    }

    private List<Wanted> gone() throws IOException {
        Set<String> singles = new HashSet<>();
        Set<String> batches = new HashSet<>();
        for (Wanted one : wanted.values()) {
            Awaited awaited = one.awaited();
            if (awaited.isUnclear()) continue;
            (awaited.isBatch() || awaited.mayBePart() ? batches : singles).add(fileOf(awaited));
        }
        Set<String> there = new HashSet<>(finder.existing(singles));
        for (BatchLook.Found file : new BatchLook(layout, ports.disk())
                .files(
                        batches.isEmpty() ? List.of() : List.of(TaskState.values()),
                        name -> batches.contains(name.stem()))) there.add(file.stem());
        // While a group is being submitted, its tasks lie nowhere else yet.
        there.addAll(StagedGroups.stems(layout, ports.disk()));
        List<Wanted> gone = new ArrayList<>();
        for (Wanted one : wanted.values()) if (!isThere(one.awaited(), there)) gone.add(one);
        return gone;
    }

    private boolean isThere(Awaited awaited, Set<String> there) throws IOException {
        return awaited.isUnclear() ? look.stateOf(awaited.stem()).isPresent() : there.contains(fileOf(awaited));
    }

    private static String fileOf(Awaited awaited) {
        return BatchName.partOf(awaited.stem()).map(BatchName.Part::stem).orElse(awaited.stem());
    }
}
