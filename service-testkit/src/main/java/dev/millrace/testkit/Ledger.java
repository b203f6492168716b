package dev.millrace.testkit;

import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.queue.QueueCounts;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.TaskQueue;
import dev.millrace.storage.Disk;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Holds a queue to its promises. It follows every operation on the disk and knows from the names where each task lies; it
 * reads a file only when that has ended, or was written after it had ended.
 *
 * <p>A result counts as seen as soon as it lies in a terminal folder: a caller may look between any two steps. After a
 * power cut a task that had ended may lie elsewhere until the logs are replayed; then it must end as it had ended.
 */
final class Ledger {
    private static final int LARGEST = 16 << 20;

    /** Whoever begins a task knows what was called off so long ago. */
    private static final Duration KNOWN_AFTER = Duration.ofMillis(100);

    private final QueueLayout layout;
    private final Disk disk;
    private final Supplier<TaskQueue> observers;
    private final InstantSource clock;
    private final Map<String, TaskLife> lives = new TreeMap<>();
    final Ties ties = new Ties();

    /** Terminal tasks must be kept for so long after they were last written. */
    private final Duration kept;

    private final Sightings sightings;
    private final Contents contents;
    private long changes;

    /**
     * @param disk read behind everybody's back
     * @param observers callers of the same disk's queue who have seen nothing yet, for what is seen of batches
     */
    Ledger(QueueLayout layout, Disk disk, Supplier<TaskQueue> observers, InstantSource clock, Duration kept) {
        this.layout = layout;
        this.disk = disk;
        this.observers = observers;
        this.sightings = new Sightings(disk, observers);
        this.contents = new Contents(layout, disk, observers);
        this.clock = clock;
        this.kept = kept;
    }

    Collection<TaskLife> lives() {
        return lives.values();
    }

    TaskLife life(String stem) {
        return lives.computeIfAbsent(stem, TaskLife::new);
    }

    private static boolean isPart(String stem) {
        return BatchName.partOf(stem).isPresent();
    }

    /** That of the task, or of the batch in which it is. */
    private TaskLife lifeWith(String stem) {
        return life(BatchName.partOf(stem).map(BatchName.Part::stem).orElse(stem));
    }

    // ------------------------------------------------------------------ what happens on the disk

    void saw(Actor actor, DiskCall call) throws IOException {
        changes++;
        if (call.is(Operation.RENAME)) renamed(actor, call.path(), call.target().orElseThrow());
        else if (call.is(Operation.CREATE)) entered(actor, call.path());
        else if (call.is(Operation.DELETE)) deleted(actor, call.path());
        else if (call.is(Operation.WRITE_AT)) written(actor, call.path());
    }

    private void renamed(Actor actor, Path from, Path to) throws IOException {
        Optional<TaskPlace> old = TaskPlace.of(layout, from);
        Optional<TaskPlace> now = TaskPlace.of(layout, to);
        if (now.isEmpty() && old.isEmpty()) return;
        if (now.isEmpty())
            throw broken(Invariant.NOTHING_LOST, actor + " moved " + old.get().shown() + " away to " + to);
        requireFree(actor, now.get());
        if (old.isEmpty()) {
            arrived(actor, now.get());
            return;
        }
        TaskLife life = life(old.get().stem());
        if (!old.get().stem().equals(now.get().stem()))
            throw broken(
                    Invariant.NOTHING_LOST,
                    actor + " gave " + old.get().shown() + " the name "
                            + now.get().shown());
        if (old.get().isTerminal() && !life.recovering && !now.get().isTerminal())
            throw broken(
                    Invariant.DONE_STAYS_DONE,
                    actor + " moved " + old.get().shown() + " to " + now.get().shown());
        moved(actor, life, now.get());
    }

    private void requireFree(Actor actor, TaskPlace now) {
        for (TaskLife life : lives.values())
            if (life.place.filter(place -> place.file().equals(now.file())).isPresent())
                throw broken(Invariant.NOTHING_LOST, actor + " wrote over " + now.shown());
    }

    private void entered(Actor actor, Path file) throws IOException {
        Optional<TaskPlace> now = TaskPlace.of(layout, file);
        if (now.isPresent()) arrived(actor, now.get());
    }

    private void arrived(Actor actor, TaskPlace now) throws IOException {
        TaskLife life = life(now.stem());
        boolean claims =
                life.place.filter(place -> place.isIn(TaskState.RUNNING)).isPresent();
        if (life.place.isPresent())
            throw broken(
                    claims && now.isIn(TaskState.RUNNING) ? Invariant.ONE_LIVE_CLAIM : Invariant.ONE_PLACE,
                    actor + " made " + now.shown() + " although it lies in "
                            + life.place.get().shown());
        if (life.removed) throw broken(Invariant.ONE_TERMINAL_RECORD, actor + " brought back " + now.shown());
        moved(actor, life, now);
        if (now.state().isEmpty()) setAside(now);
    }

    private void moved(Actor actor, TaskLife life, TaskPlace now) throws IOException {
        boolean ran = life.place.filter(place -> place.isIn(TaskState.RUNNING)).isPresent();
        life.place = Optional.of(now);
        if (!ran && now.isIn(TaskState.RUNNING)) {
            life.takenAt = changes;
            life.parts.taken(actor, clock.millis());
        }
        if (now.isTerminal()) life.endedAt = Math.min(life.endedAt, changes);
        boolean tooLate = now.isIn(TaskState.RUNNING) && isKnownAsCalledOff(life);
        life.takenTooLateBy = tooLate ? actor.name : "";
        if (now.attempt() > life.maxAttempts)
            throw broken(
                    Invariant.ATTEMPTS_ARE_LIMITED,
                    actor + " began attempt " + now.attempt() + " of " + life.maxAttempts + ": " + now.shown());
        boolean spent = now.attempt() <= life.spent
                && now.isIn(TaskState.RUNNING)
                && now.batch().isEmpty();
        if (spent && !sightings.isAfterPowerCut())
            throw broken(Invariant.ATTEMPTS_ARE_LIMITED, actor + " took a spent attempt again: " + now.shown());
        ties.requireKeyFree(actor, life, lives.values());
        if (now.isTerminal() || now.batch().isPresent()) sightings.look(actor.toString(), life);
        if (now.isIn(TaskState.CANCELLED) && !sightings.isAfterPowerCut()) ties.requireRival(actor, life, lives);
    }

    private void deleted(Actor actor, Path file) {
        Optional<TaskPlace> old = TaskPlace.of(layout, file);
        if (old.isEmpty()) return;
        TaskLife life = life(old.get().stem());
        life.place = Optional.empty();
        life.removed = true;
        if (old.get().state().isEmpty()) {
            calledBack(actor, old.get());
            return;
        }
        if (!old.get().isTerminal())
            throw broken(Invariant.NOTHING_LOST, actor + " deleted " + old.get().shown());
        boolean isOld = clock.millis() - life.writtenMillis >= kept.toMillis();
        boolean mayGo = isOld || actor.mayRemove.contains(life.stem);
        if (!mayGo && life.again.isEmpty())
            throw broken(
                    Invariant.NOTHING_LOST,
                    actor + " deleted the young " + old.get().shown());
        // What may go anyway takes nobody's promise along: the second run may not be on disk yet, and be refused.
        if (life.again.isEmpty() || mayGo) return;
        life(life.again).acknowledged = life.acknowledged;
        life(life.again).mustStay = true;
    }

    /** Another task has its unique key; then the one that was to be run again must not have been removed for it. */
    private void calledBack(Actor actor, TaskPlace aside) {
        if (life(aside.stem()).mustStay) throw broken(Invariant.NOTHING_LOST, actor + " deleted " + aside.shown());
        for (TaskLife first : lives.values()) if (first.again.equals(aside.stem())) first.again = "";
    }

    /** It lies ready to be run again: from now on the task that it names may be removed. */
    private void setAside(TaskPlace now) throws IOException {
        try {
            String old = Json.parseObject(disk.read(now.file(), LARGEST))
                    .path("retry_of")
                    .asText();
            life(old).again = now.stem();
        } catch (MalformedJsonException e) {
            throw broken(Invariant.ONE_PLACE, now.shown() + " is torn");
        }
    }

    private void written(Actor actor, Path file) throws IOException {
        Optional<TaskPlace> held = TaskPlace.of(layout, file);
        if (held.isEmpty()) return;
        TaskLife life = life(held.get().stem());
        life.writtenMillis = clock.millis();
        if (life.hasEnded()) sightings.look(actor.toString(), life);
    }

    // ------------------------------------------------------------------ what actors are told

    void acknowledged(String stem, int maxAttempts) {
        TaskLife life = lifeWith(stem);
        life.acknowledged = true;
        life.maxAttempts = maxAttempts;
        if (life.place.isEmpty() && !life.removed)
            throw broken(Invariant.NOTHING_LOST, stem + " was acknowledged and is nowhere");
    }

    /** An operator was told that this task runs again. */
    void runsAgain(String stem) {
        String again = life(stem).again;
        if (!again.isEmpty()) acknowledged(again, life(again).maxAttempts);
    }

    void settled(Actor actor, String stem, String outcome) {
        TaskLife life = life(stem);
        if (!life.told.isEmpty() && !life.told.equals(outcome))
            throw broken(Invariant.SETTLED_STAYS, actor + " was told " + outcome + ", another one " + life.told);
        life.told = outcome;
        String seen = life.seen.get(stem);
        if (seen != null && !seen.contains(outcome))
            throw broken(Invariant.SETTLED_STAYS, actor + " was told " + outcome + ", but callers saw " + seen);
    }

    /** A worker is about to end a task so; that of a batch may count before the worker is told anything. */
    void gives(String stem, String outcome) {
        lifeWith(stem).parts.gives(stem, outcome);
    }

    /** A worker was told that it waits for its next attempt. */
    void spent(String stem, int attempt) {
        life(stem).spent = Math.max(life(stem).spent, attempt);
    }

    /** An operator was told that it is cancelled. */
    void calledOff(String stem) {
        TaskLife life = lifeWith(stem);
        if (isPart(stem)) life.parts.calledOff(stem, clock.millis());
        else if (life.place.isPresent()) life.calledOff = true;
    }

    /** An operator was told that it will end as soon as whoever has it looks; nobody begins it from then on. */
    void askedToEnd(String stem) {
        if (isPart(stem)) lifeWith(stem).parts.calledOff(stem, clock.millis() + KNOWN_AFTER.toMillis());
        else life(stem).askedMillis = OptionalLong.of(clock.millis());
    }

    private boolean isKnownAsCalledOff(TaskLife life) {
        return life.askedMillis.isPresent() && clock.millis() - life.askedMillis.getAsLong() >= KNOWN_AFTER.toMillis();
    }

    void began(Actor actor, String stem, int attempt) {
        TaskLife life = lifeWith(stem);
        if (attempt > life.maxAttempts)
            throw broken(
                    Invariant.ATTEMPTS_ARE_LIMITED,
                    actor + " runs attempt " + attempt + " of " + life.maxAttempts + " of " + stem);
        if (life.takenTooLateBy.equals(actor.name))
            throw broken(Invariant.CALLED_OFF_STAYS_SO, actor + " runs " + stem + ", which was called off");
        ties.requireDependenciesFirst(actor, stem, lives.values());
        life.parts.requireMayBegin(actor, stem);
        life.begun = true;
        ties.requireKeyFree(actor, life, lives.values());
    }

    // ------------------------------------------------------------------ what belongs together

    /** A submitter was told that this task is there already. What was dropped is as safe as who dropped it has made it. */
    void confirmed(String stem) {
        if (TaskOrder.isOurs(stem)) acknowledged(stem, life(stem).maxAttempts);
    }

    // ------------------------------------------------------------------ looking at everything

    /** Everything that lies there now was submitted, and its submitter was told. */
    void begin(int maxAttempts) throws IOException {
        for (TaskPlace place : contents.places()) found(place);
        for (TaskLife life : lives.values()) {
            life.acknowledged = true;
            life.maxAttempts = maxAttempts;
        }
    }

    /** Goes on with what another ledger knows. */
    void takeOver(Ledger before) {
        for (TaskLife life : before.lives.values()) lives.put(life.stem, life.copy());
        ties.takeOver(before.ties);
    }

    /** The power failed, and everything that was not forced is as the disk left it. */
    void afterPowerCut() throws IOException {
        sightings.powerWasCut();
        for (TaskLife life : lives.values()) life.place = Optional.empty();
        for (TaskPlace place : contents.places()) found(place);
        for (TaskLife life : new ArrayList<>(lives.values())) {
            boolean gone = life.place.isEmpty();
            if (gone && life.acknowledged && !life.removed)
                throw broken(Invariant.NOTHING_LOST, "the power cut took " + life.stem);
            if (gone && !life.removed) lives.remove(life.stem);
            if (gone) continue;
            life.removed = false;
            life.recovering = true;
            if (life.hasEnded()) sightings.look("the power cut", life);
        }
    }

    private void found(TaskPlace place) throws IOException {
        TaskLife life = life(place.stem());
        if (life.place.isPresent())
            throw broken(
                    Invariant.ONE_PLACE,
                    "the power cut left " + life.place.get().shown() + " and " + place.shown());
        life.place = Optional.of(place);
        if (place.state().isEmpty()) setAside(place);
    }

    /** While nobody moves anything: what the queue counts is what lies there. */
    void requireCounts(QueueCounts counts) throws IOException {
        for (TaskPlace place : contents.places())
            if (place.state().isPresent() && !isKnown(place))
                throw broken(Invariant.ONE_PLACE, place.shown() + " came from nowhere");
        if (hasBatchWithAnOldName()) return;
        Map<TaskState, Long> there = contents.counts();
        for (TaskState state : TaskState.values())
            if (counts.of(state) != there.getOrDefault(state, 0L))
                throw broken(
                        Invariant.COUNTS_EQUAL_CONTENTS,
                        counts.of(state) + " counted as " + state.word() + ", " + there.getOrDefault(state, 0L)
                                + " are there");
    }

    /** A power cut has put a batch back to an earlier name; until somebody takes it, only the logs know what has ended since. */
    private boolean hasBatchWithAnOldName() {
        return lives.values().stream()
                .anyMatch(life -> life.recovering
                        && life.place.filter(at -> at.batch().isPresent()).isPresent());
    }

    private boolean isKnown(TaskPlace place) {
        return life(place.stem()).place.filter(place::equals).isPresent();
    }

    /** What waits or runs, or awaits a replay. */
    List<TaskLife> open() {
        return lives.values().stream().filter(TaskLife::isOpen).toList();
    }

    /** The last look, when everything has ended. */
    void requireEnd() throws IOException {
        for (TaskLife life : lives.values()) {
            if (life.place.isEmpty()) continue;
            sightings.look("the end", life);
            if (life.recovering) throw broken(Invariant.DONE_STAYS_DONE, life.stem + " was never restored");
            if (life.calledOff && !life.place.get().isIn(TaskState.CANCELLED))
                throw broken(
                        Invariant.SETTLED_STAYS,
                        life.stem + " was cancelled and is " + life.place.get().shown());
        }
        ties.requireWholeGroups(lives.values());
        requireCounts(observers.get().counts());
    }

    static InvariantBroken broken(Invariant invariant, String what) {
        return new InvariantBroken(invariant, what);
    }
}
