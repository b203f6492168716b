package dev.millrace.testkit;

import dev.millrace.storage.FileFacts;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A scenario's queue. Each actor has a clock of its own, so that nobody's time depends on who went first. */
final class ScenarioSetting extends Setting {
    private final Map<Actor, SteppedTime> clocks = new HashMap<>();
    private final Scenario scenario;

    ScenarioSetting(Scenario scenario, WorldOptions options, Baton baton, SimulatedDisk disk, boolean traced) {
        super(1, options, baton, disk, traced ? new ArrayList<>() : null);
        this.scenario = scenario;
    }

    @Override
    Time timeOf(Actor actor) {
        return clock(actor);
    }

    private SteppedTime clock(Actor actor) {
        return clocks.computeIfAbsent(actor, none -> SteppedTime.create());
    }

    @Override
    void pass(Actor actor, Duration length) {
        clock(actor).advance(length);
    }

    boolean isBelievedDead(String incarnation) {
        return stage.actors().stream()
                .anyMatch(actor -> actor.incarnation.equals(incarnation)
                        && (actor.dead || scenario.believedDead().contains(actor.name)));
    }

    /** Whether it dies right after what it did last, or others come in between, is the same to all but the dead. */
    @Override
    void reached(Actor actor, DiskCall call) {
        boolean dies = actor.number == 0
                && actor.changes == scenario.death()
                && call.operation().isChange();
        if (dies && !actor.dead) {
            note(actor + " dies");
            counts.kills++;
            actor.dead = true;
            disk.kill(actor.name);
        }
        super.reached(actor, call);
    }

    /** A folder's time says whether its names have changed, and nothing about when. */
    @Override
    FileFacts spelled(Path path, FileFacts facts) {
        if (facts.kind() != FileFacts.Kind.FOLDER) return new FileFacts(facts.kind(), facts.size(), Instant.EPOCH);
        return new FileFacts(
                facts.kind(), 0, Instant.ofEpochSecond(namesIn(path).hashCode() & 0xFFFFFFFL));
    }

    private List<String> namesIn(Path folder) {
        try {
            return disk.sortedNames(folder);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    void saw(Actor actor, DiskCall call, Object answer, boolean carriedOut) throws IOException {
        long done = call.operation().name().hashCode() * 31L + call.path().hashCode();
        long told = call.target().map(Path::hashCode).orElse(0) * 31L + hashOf(answer);
        actor.history = mixed(actor.history * 0x9E3779B97F4A7C15L + done * 0xC2B2AE3D27D4EB4FL + told);
        super.saw(actor, call, answer, carriedOut);
    }

    private static long hashOf(Object answer) {
        if (answer instanceof byte[] bytes) return java.util.Arrays.hashCode(bytes);
        if (answer instanceof dev.millrace.storage.Disk.HeldFile held) return java.util.Arrays.hashCode(held.content());
        if (answer instanceof dev.millrace.storage.Disk.AppendFile) return 1;
        if (answer instanceof Optional<?> some && some.isPresent())
            return some.get() instanceof FileFacts ? some.get().hashCode() : 2;
        if (answer instanceof IOException thrown)
            return thrown.getClass().getName().hashCode();
        return answer instanceof List<?> || answer instanceof Boolean || answer instanceof Optional<?>
                ? answer.hashCode()
                : 3;
    }

    private static long mixed(long value) {
        long mixed = (value ^ (value >>> 32)) * 0xD6E8FEB86659FD93L;
        return mixed ^ (mixed >>> 32);
    }

    /** Everything on which the future depends: the disk, and what each actor has done and been told. */
    long stateHash() {
        long hash = disk.stateHash();
        for (Actor actor : stage.actors()) hash = mixed(hash * 31 + actor.history * 2 + (actor.over ? 1 : 0));
        return hash;
    }
}
