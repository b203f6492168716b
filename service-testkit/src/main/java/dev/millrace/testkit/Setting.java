package dev.millrace.testkit;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.event.Event;
import dev.millrace.queue.Claim;
import dev.millrace.queue.Member;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.RetentionLimits;
import dev.millrace.queue.RetentionLimits.Limit;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.storage.Disk;
import dev.millrace.storage.FileFacts;
import dev.millrace.task.Outcome;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A queue on a simulated disk, the actors that use it, and the ledger that holds it to its promises. */
abstract class Setting {
    static final Path ROOT = Path.of("/world/queue");
    static final QueueLayout LAYOUT = new QueueLayout(ROOT);

    /** So long is a terminal task kept where retention is at work. */
    static final Duration KEPT = Duration.ofHours(1);

    /** A kind whose tasks are known to be quick, so that those submitted together share a file. */
    static final String QUICK = "quick";

    /** So many rounds of a minute are enough for everything to end. */
    static final int ENOUGH_ROUNDS = 60;

    private static final Limit NO_LIMIT = Limit.of(Duration.ZERO, 0);
    private static final RetentionLimits KEEP_ALL = new RetentionLimits(NO_LIMIT, NO_LIMIT, NO_LIMIT);

    final SteppedTime time = SteppedTime.create();
    final QueueLayout layout = LAYOUT;
    final QueueOptions queueOptions = QueueOptions.defaults().withMaxRescues(2).withPoll(Duration.ofMillis(200));
    final WorldCounts counts = new WorldCounts();
    final SimulatedDisk disk;
    final Ledger ledger;
    final Stage stage;
    private final WorldOptions options;
    private final long seed;
    private final @Nullable List<String> trace;

    /** @param disk null for an empty one */
    Setting(long seed, WorldOptions options, Baton baton, @Nullable SimulatedDisk disk, @Nullable List<String> trace) {
        this.seed = seed;
        this.options = options;
        this.trace = trace;
        this.disk = disk == null ? SimulatedDisk.empty(time) : disk;
        this.stage = new Stage(baton);
        this.ledger = new Ledger(layout, this.disk, () -> plainQueue(this.disk), time, KEPT);
    }

    // ------------------------------------------------------------------ what actors use

    Actor enter(String role, Actor.Script script) {
        int number = (int) counts.actors++;
        String name = role + number;
        note(name + " starts");
        return stage.enter(new Actor(number, name, new SplittableRandom(seed * 31 + number), script));
    }

    /** A queue without actors: for what comes before and for who looks on. */
    TaskQueue plainQueue(Disk plain) {
        SplittableRandom random = new SplittableRandom(seed * 31 - 1);
        return TaskQueue.inDirectory(layout, queueOptions, new QueuePorts(plain, time, random, event -> {}));
    }

    /** The queue as one actor uses it: between it and the disk lies whatever the options put there. */
    TaskQueue queueOf(Actor actor) {
        Disk mine = options.layer().apply(diskOf(actor));
        return TaskQueue.inDirectory(
                layout, queueOptions, new QueuePorts(mine, timeOf(actor), actor.random, this::happened));
    }

    /** The disk as another program than ours uses it. */
    Disk diskOf(Actor actor) {
        return new StagedDisk(disk.as(actor.name), actor, this);
    }

    Time timeOf(Actor actor) {
        return time;
    }

    /** So much time passes for an actor, and for all who share its clock. */
    void pass(Actor actor, Duration length) {
        time.advance(length);
    }

    /** Others may come in while a folder is read. */
    boolean listsBitByBit() {
        return false;
    }

    /** What an actor is told of a file or folder. */
    FileFacts spelled(Path path, FileFacts facts) {
        return facts;
    }

    WorkerQueue join(Actor actor, TaskQueue queue) {
        Member member = Member.newLife(actor.number, actor.name, actor.random);
        actor.incarnation = member.incarnation();
        return queue.join(member);
    }

    /** A result that no other run of a task has; longer ones and shorter ones, so that one cannot hide another. */
    String newResult(Actor me, Claim claim) {
        int number = me.results++;
        return me.name + "#" + number + "@" + claim.attempt() + "x".repeat(number * 7 % 40) + "!";
    }

    // ------------------------------------------------------------------ what is seen

    /** An actor is about to do something on its disk. */
    void reached(Actor actor, DiskCall call) {
        stage.reached(actor, Optional.of(call));
    }

    /**
     * An actor has done something on its disk.
     *
     * @param answer what it answered, or the exception that it threw
     * @param carriedOut false when it failed before anything was done
     */
    void saw(Actor actor, DiskCall call, Object answer, boolean carriedOut) throws IOException {
        counts.steps++;
        actor.operations++;
        boolean change = call.operation().isChange();
        if (change || (answer instanceof IOException && !carriedOut)) shown(actor, call, answer);
        if (!change || !carriedOut || Boolean.FALSE.equals(answer)) return;
        actor.changes++;
        ledger.saw(actor, call);
    }

    private void shown(Actor actor, DiskCall call, Object answer) {
        if (trace == null) return;
        String what = call.operation().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        String to = call.target().map(target -> " -> " + shortened(target)).orElse("");
        String failed =
                answer instanceof IOException ? " !! " + answer.getClass().getSimpleName() : "";
        trace.add(actor + ": " + what + " " + shortened(call.path()) + to + failed);
    }

    private String shortened(Path path) {
        return withNames(path.startsWith(ROOT) ? ROOT.relativize(path).toString() : path.toString());
    }

    private String withNames(String text) {
        String shown = text;
        for (Actor actor : stage.actors())
            if (!actor.incarnation.isEmpty()) shown = shown.replace(actor.incarnation, "<" + actor + ">");
        return shown;
    }

    void note(String what) {
        if (trace != null) trace.add("-- " + withNames(what));
    }

    @Nullable
    List<String> traceToShare() {
        return trace;
    }

    List<String> trace() {
        return trace == null ? List.of() : trace;
    }

    private void happened(Event event) {
        if (event instanceof Event.Fenced) counts.fenced++;
        if (event instanceof Event.Rescued) counts.rescued++;
        if (event instanceof Event.Quarantined quarantined)
            throw new InvariantBroken(Invariant.NO_SURPRISES, quarantined.describe());
        if (trace != null) note(event.describe());
    }

    // ------------------------------------------------------------------ the end

    /** A steward and a worker in one, alone, on a disk without faults. */
    void drain(Actor me) throws IOException, InterruptedException {
        TaskQueue queue = queueOf(me);
        queue.control().resume(Optional.of("k"));
        WorkerQueue mine = join(me, queue);
        untilEnded("one who is alone", ledger::open, () -> {
            pass(me, Duration.ofMinutes(1));
            tend(mine, incarnation -> !incarnation.equals(me.incarnation));
            runAll(me, mine);
            mine.finishUnpublished();
            mine.dropFinishedLogs();
        });
        mine.close();
    }

    /** What is done in a round of those who come to an end. */
    interface Round {
        void play() throws IOException;
    }

    /** Two rounds at least, for what nobody waits for. */
    void untilEnded(String who, Supplier<List<TaskLife>> open, Round one) throws IOException {
        for (int round = 0; round < ENOUGH_ROUNDS && (round < 2 || !open.get().isEmpty()); round++) one.play();
        if (!open.get().isEmpty()) throw stuck(who, open.get());
    }

    /** A steward's round. */
    static void tend(WorkerQueue mine, Predicate<String> isDead) throws IOException {
        mine.rescue(isDead);
        mine.sweep(KEEP_ALL);
        mine.promote();
        mine.unblock();
    }

    /** A worker's round. */
    void runAll(Actor me, WorkerQueue mine) throws IOException {
        for (Optional<Claim> claim = mine.claim(); claim.isPresent(); claim = mine.claim())
            for (Optional<Claim> one = claim; one.isPresent(); one = mine.claimAfter(one.get())) {
                ledger.began(me, one.get().stem(), one.get().attempt());
                String result = newResult(me, one.get());
                ledger.gives(one.get().stem(), result);
                mine.settle(one.get(), new Outcome.Done(TextNode.valueOf(result)));
            }
    }

    private static InvariantBroken stuck(String who, List<TaskLife> left) {
        List<String> open = left.stream()
                .map(life -> life.place.map(TaskPlace::shown).orElse(life.stem))
                .toList();
        return new InvariantBroken(
                Invariant.NOTHING_WAITS_FOR_EVER,
                "after " + ENOUGH_ROUNDS + " rounds of " + who + " these are left: " + open);
    }
}
