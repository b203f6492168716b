package dev.millrace.queue;

import dev.millrace.event.Event;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.task.BatchName;
import dev.millrace.task.CircuitBreaker;
import dev.millrace.task.KindLimits;
import dev.millrace.task.LimitRules;
import dev.millrace.task.Rate;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskMarks;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says what this worker may begin now: nothing that is paused, only kinds that it serves, and of a limited kind or
 * concurrency key only when there is room.
 *
 * <p><b>Limits hold over all workers and hosts.</b> Whoever wants a task that is limited takes the lock of the limits,
 * counts what runs in running/, and claims under that lock; a claim is all that a limit counts, so a dead worker's count
 * until somebody rescues them, and no permit can be lost. What is not limited is claimed without any of that.
 */
final class Admission {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final Duration LOCK_AGAIN = Duration.ofMillis(2);

    /** Somebody may close a breaker by hand. */
    private static final Duration BREAKER_AGAIN = Duration.ofSeconds(1);

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final LimitRules limits;
    private final Map<Long, KindLimits> byTag = new HashMap<>();
    private final PauseFile pauses;
    private final RunningLook running;
    private final Breakers breakers;
    private @Nullable RateBuckets rates;
    private final HeldBack heldBack;
    private volatile Optional<Set<Long>> served = Optional.empty();
    private volatile Pauses paused = Pauses.NONE;

    Admission(QueueLayout layout, QueueOptions options, QueuePorts ports, PauseFile pauses) {
        this.layout = layout;
        this.ports = ports;
        this.limits = options.limits();
        this.pauses = pauses;
        this.running = new RunningLook(ports.disk(), layout.folder(TaskState.RUNNING));
        this.breakers = new Breakers(ports, layout);
        this.heldBack = new HeldBack(ports.time());
        limits.byKind().forEach((kind, limit) -> byTag.put(TaskMarks.tagOf(kind), limit));
    }

    /** Of all kinds, only these are begun; the empty one is the default kind. */
    void serveOnly(Set<String> kinds) {
        Set<Long> tags = new HashSet<>();
        for (String kind : kinds) tags.add(canonical(TaskMarks.tagOf(kind)));
        served = Optional.of(tags);
    }

    /** Looks whether pauses have changed; then what was passed by because of them must be listed again. */
    boolean hasNewPauses() {
        Pauses now = pauses.known();
        boolean changed = !now.equals(paused);
        paused = now;
        return changed;
    }

    boolean isQueuePaused() {
        return paused.queue().isPresent();
    }

    /** True when a task with these marks is not to be begun here, whatever its turn. */
    boolean refuses(TaskMarks marks) {
        return refuses(marks.kindTag());
    }

    /** True when a task with this unique name belongs to a job that is held back. */
    boolean holdsJobOf(String stem) {
        return paused.holdsJobOf(stem);
    }

    boolean refuses(TaskDocument document) {
        return refuses(TaskMarks.tagOf(document.kind().orElse("")));
    }

    private boolean refuses(long kindTag) {
        return paused.holdsBack(kindTag, limits) || isForOthers(kindTag);
    }

    /** True when this worker does not serve the kind. */
    boolean isForOthers(long kindTag) {
        return served.isPresent()
                && kindTag != Turn.UNLIMITED.kindTag()
                && !served.get().contains(canonical(kindTag));
    }

    private long canonical(long kindTag) {
        return limits.meant(kindTag);
    }

    private KindLimits limitsOf(long kindTag) {
        return byTag.getOrDefault(canonical(kindTag), KindLimits.NONE);
    }

    /** True when tasks of this kind are begun one by one, each in its turn. */
    boolean isLimited(long kindTag) {
        return !byTag.isEmpty() && !limitsOf(kindTag).isUnlimited();
    }

    /** What is done when a turn has come. */
    interface Taking<T> {
        Optional<T> take() throws IOException;
    }

    /** Takes a task when its turn has come; a name whose turn has not is given out by {@link #nextHeldBack} later. */
    <T> Optional<T> inTurn(String name, Turn asked, Taking<T> taking) throws IOException {
        if (asked.key().isEmpty() && !isLimited(asked.kindTag())) return taking.take();
        Turn turn = new Turn(canonical(asked.kindTag()), asked.key());
        Turn ofKind = new Turn(turn.kindTag(), "");
        if (heldBack.isWaiting(ofKind)) return holdBack(new Line(ofKind, LOOK_AGAIN), name);
        if (heldBack.isWaiting(turn)) return holdBack(new Line(turn, LOOK_AGAIN), name);
        Optional<DiskLock> lock = ports.disk().tryLock(layout.limits());
        if (lock.isEmpty()) return holdBack(new Line(ofKind, LOCK_AGAIN), name);
        try (DiskLock mine = lock.get()) {
            Optional<Line> line = lineFor(turn, ofKind);
            if (line.isPresent()) return holdBack(line.get(), name);
            return paid(turn, taking);
        }
    }

    /** Gives back what its rate took when nothing was taken for it, also when the disk refused that. */
    private <T> Optional<T> paid(Turn turn, Taking<T> taking) throws IOException {
        Optional<T> taken = Optional.empty();
        try {
            taken = taking.take();
            if (taken.isPresent()) noteTaken(turn.kindTag());
            return taken;
        } finally {
            Optional<Rate> rate = limitsOf(turn.kindTag()).rate();
            if (taken.isEmpty() && rate.isPresent()) rates().giveBack(turn.kindTag(), rate.get());
        }
    }

    /** A stranger's batch is of the kind of its first good task, which is looked up where any kind is limited. */
    Turn turnOf(BatchName batch, Path pending) {
        Optional<TaskMarks> marks = TaskOrder.of(batch.stem()).map(TaskOrder::marks);
        if (marks.isPresent()) return Turn.of(marks.get());
        return byTag.isEmpty() ? Turn.UNLIMITED : running.turnOfBatch(batch, pending);
    }

    /** What a task waits for, and for how long before it is worth asking again. */
    private record Line(Turn turn, Duration askAfter) {}

    private <T> Optional<T> holdBack(Line line, String name) {
        heldBack.add(line.turn(), name, line.askAfter());
        return Optional.empty();
    }

    /** All keys of a kind stand in one line when it is the kind, or its rate, that holds them back. */
    private Optional<Line> lineFor(Turn turn, Turn ofKind) throws IOException {
        KindLimits kind = limitsOf(turn.kindTag());
        if (kind.breaker().isPresent()) {
            Duration until = breakers.untilProbe(turn.kindTag(), kind.breaker().get());
            if (!until.isZero()) return Optional.of(new Line(ofKind, least(until, BREAKER_AGAIN)));
        }
        boolean counts = kind.maxRunning().isPresent() || !turn.key().isEmpty();
        if (counts) {
            Counts now = counted(turn);
            if (kind.maxRunning().isPresent()
                    && now.ofKind() >= kind.maxRunning().getAsInt()) return Optional.of(new Line(ofKind, LOOK_AGAIN));
            if (!turn.key().isEmpty() && now.ofKey() >= kind.mostPerKey())
                return Optional.of(new Line(turn, LOOK_AGAIN));
        }
        if (kind.rate().isEmpty()) return Optional.empty();
        return rates().take(turn.kindTag(), kind.rate().get()).map(wait -> new Line(ofKind, wait));
    }

    private record Counts(int ofKind, int ofKey) {}

    private Counts counted(Turn turn) throws IOException {
        int ofKind = 0;
        int ofKey = 0;
        for (RunningLook.Holder holder : running.holders()) {
            if (canonical(holder.turn().kindTag()) == turn.kindTag()) ofKind++;
            if (!turn.key().isEmpty() && holder.turn().key().equals(turn.key())) ofKey++;
        }
        return new Counts(ofKind, ofKey);
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** What is claimed must be run, also when the disk does not take the note; then another probe may come early. */
    private void noteTaken(long kindTag) {
        try {
            noteBegun(kindTag);
        } catch (IOException e) {
            ports.events().accept(new Event.Trouble("cannot note that a task has begun, in " + layout.breakers(), e));
        }
    }

    private void noteBegun(long kindTag) throws IOException {
        Optional<CircuitBreaker> breaker = limitsOf(kindTag).breaker();
        if (breaker.isPresent()) breakers.noteBegun(kindTag, breaker.get());
    }

    /** Made when it is needed: whoever has no rates need not load the library that keeps them. */
    private synchronized RateBuckets rates() {
        RateBuckets made = rates;
        if (made == null) made = new RateBuckets(ports, layout.rates());
        rates = made;
        return made;
    }

    /** Whether one more task of a batch that is claimed may begin; a rate or a breaker can be against it. */
    boolean mayBeginAnother(long kindTag) throws IOException {
        KindLimits kind = limitsOf(kindTag);
        if (kind.rate().isEmpty() && kind.breaker().isEmpty()) return true;
        Optional<DiskLock> lock = ports.disk().tryLock(layout.limits());
        if (lock.isEmpty()) return false;
        try (DiskLock mine = lock.get()) {
            long tag = canonical(kindTag);
            if (kind.breaker().isPresent()
                    && !breakers.untilProbe(tag, kind.breaker().get()).isZero()) return false;
            if (kind.rate().isPresent() && rates().take(tag, kind.rate().get()).isPresent()) return false;
            noteBegun(tag);
            return true;
        }
    }

    /** How an attempt ended, which may open the breaker of its kind, or close it. */
    void ended(String kind, boolean success) {
        long tag = canonical(TaskMarks.tagOf(kind));
        limitsOf(tag).breaker().ifPresent(rule -> breakers.ended(tag, rule, success));
    }

    /** Writes down what {@link #ended} could not because others held the lock. */
    void tellEndings() {
        breakers.tellEndings();
    }

    /** Lets a kind begin again as if nothing had failed. */
    void closeBreaker(String kind) throws IOException, InterruptedException {
        long tag = canonical(TaskMarks.tagOf(kind));
        if (limitsOf(tag).breaker().isEmpty()) return;
        try (DiskLock mine = LockWait.OF_PEOPLE.on(ports.disk(), ports.time(), layout.limits())) {
            breakers.close(tag);
        }
    }

    /** Fills a kind's bucket and closes its breaker; false when there was nothing to fill or close. */
    boolean refill(String kind) throws IOException, InterruptedException {
        long tag = canonical(TaskMarks.tagOf(kind));
        KindLimits most = limitsOf(tag);
        if (most.rate().isEmpty() && most.breaker().isEmpty()) return false;
        try (DiskLock mine = LockWait.OF_PEOPLE.on(ports.disk(), ports.time(), layout.limits())) {
            boolean closed = breakers.close(tag);
            boolean filled =
                    most.rate().isPresent() && rates().fill(tag, most.rate().get());
            return filled || closed;
        }
    }

    /** A name that was held back and may be asked for again. */
    Optional<String> nextHeldBack() {
        return heldBack.next();
    }

    /** True when names behind those that were held back can only be found by listing pending again. */
    boolean mustListAgain() {
        return heldBack.dropEmpty();
    }

    void somethingEnded() {
        heldBack.somethingEnded();
    }

    /** The time until something that is held back may be begun; empty when nothing is. */
    Optional<Duration> untilNext() {
        return heldBack.untilNext();
    }

    /** For people; takes no turn and changes nothing. */
    LimitState state(String kind, String key) throws IOException {
        return state(kind, key, running.holders());
    }

    /** The same of several kinds, by one listing. */
    Map<String, LimitState> states(Set<String> kinds) throws IOException {
        List<RunningLook.Holder> holders = running.holders();
        Map<String, LimitState> states = new LinkedHashMap<>();
        for (String kind : kinds) states.put(kind, state(kind, "", holders));
        return states;
    }

    private LimitState state(String kind, String key, List<RunningLook.Holder> holders) throws IOException {
        long tag = canonical(TaskMarks.tagOf(kind));
        KindLimits most = limitsOf(tag);
        List<LimitState.Holder> ofKind = new ArrayList<>();
        List<LimitState.Holder> ofKey = new ArrayList<>();
        for (RunningLook.Holder one : holders) {
            LimitState.Holder holder = new LimitState.Holder(one.stem(), one.incarnation());
            if (canonical(one.turn().kindTag()) == tag) ofKind.add(holder);
            if (!key.isEmpty() && one.turn().key().equals(key)) ofKey.add(holder);
        }
        Duration until =
                most.rate().isPresent() ? rates().untilNext(tag, most.rate().get()) : Duration.ZERO;
        String rate = most.rate().map(Rate::toString).orElse("");
        Optional<LimitState.Broken> broken =
                most.breaker().isPresent() ? breakers.look(tag, most.breaker().get()) : Optional.empty();
        return new LimitState(ofKind, most.maxRunning(), ofKey, most.mostPerKey(), rate, until, broken);
    }
}
