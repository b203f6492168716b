package dev.millrace.testkit;

import dev.millrace.storage.Durability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One world: a queue on a simulated disk, and the processes that use it, each of which can be interrupted at every
 * operation on the disk, killed, put to sleep, and wrongly believed dead, while operations fail and the power is cut. The
 * processes run the product's own code. Everything that is decided is decided by {@link Choices}.
 */
final class World extends Setting {
    final Choices choices;
    final WorldFeatures features;
    final WorldDirector director;

    /** What comes after the faults. */
    final Calm calm;

    private final long seed;

    World(long seed, Choices choices, WorldOptions options, Baton baton, boolean traced) {
        super(seed, options, baton, null, traced ? new ArrayList<>() : null);
        this.seed = seed;
        this.choices = choices;
        this.features = WorldFeatures.of(seed, choices);
        this.director = new WorldDirector(this);
        this.calm = new Calm(this);
        stage.directedBy(director);
    }

    WorldRun run() {
        InvariantBroken broken = null;
        try {
            prepare();
            stage.play(stage.actors().get(0));
            director.calm();
            note("the faults stop");
            if (calm.hasWorker()) stage.play(enter("calm", calm));
            stage.play(enter("last", this::drain));
            ledger.requireEnd();
        } catch (InvariantBroken e) {
            broken = e;
        } catch (IOException e) {
            broken = new InvariantBroken(Invariant.NO_SURPRISES, "the world itself failed: " + e, e);
        }
        counts.ended = ledger.lives().stream().filter(life -> life.everEnded).count();
        return new WorldRun(seed, counts, Optional.ofNullable(broken), choices.taken(), trace());
    }

    @Override
    boolean listsBitByBit() {
        return true;
    }

    private void prepare() throws IOException {
        plainQueue(disk).prepare();
        disk.createFolders(TaskPlace.secondRuns(layout));
        if (features.batches())
            disk.replace(
                    layout.runtimes(),
                    ("{\"runtimes\":{\"" + QUICK + "\":0.0001}}").getBytes(StandardCharsets.UTF_8),
                    Durability.FSYNC);
        disk.forceFileSystem(layout.root());
        enter("submitter", new SubmitterPart(this, 2 + choices.below(3)));
        enter("worker", new WorkerPart(this));
        enter("worker", new WorkerPart(this));
        enter("steward", new StewardPart(this));
        if (choices.below(2) == 1) enter("steward", new StewardPart(this));
        if (choices.below(3) == 2) enter("worker", new WorkerPart(this));
        boolean crowded = choices.below(3) == 2;
        if (crowded || features.uniqueKeys()) enter("submitter", new SubmitterPart(this, 1 + choices.below(2)));
        if (features.operators()) enter("operator", new OperatorPart(this, 2 + choices.below(5)));
    }

    /**
     * An action of an actor was refused by its disk; it tries again later.
     *
     * @throws InvariantBroken when no fault has struck its disk since the action began
     */
    void met(Actor me, IOException refused) {
        note(me + " met " + refused);
        if (!me.struck && !isAboutAnOldDraft(refused) && !isAboutALogTakenAway(refused))
            throw new InvariantBroken(
                    Invariant.NO_SURPRISES, me + " met " + refused + " while its disk did not fail", refused);
    }

    /** Who stands still for hours before what he writes has its name may find it swept; nothing was promised. */
    private boolean isAboutAnOldDraft(IOException refused) {
        return features.retention()
                && causesOf(refused)
                        .anyMatch(
                                one -> one instanceof FileSystemException failed && isDraft(Path.of(failed.getFile())));
    }

    /** Whoever is believed dead again and again may have to log an outcome later; he is told so. */
    private static boolean isAboutALogTakenAway(IOException refused) {
        return causesOf(refused)
                .anyMatch(one -> String.valueOf(one.getMessage()).contains("log was taken away"));
    }

    private static Stream<Throwable> causesOf(Throwable thrown) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause);
    }

    private boolean isDraft(Path file) {
        return file.startsWith(layout.groups())
                || String.valueOf(file.getFileName()).startsWith(".draft-");
    }

    /** Between two actions of an actor: time passes, and others may come in. */
    void between(Actor me) {
        me.struck = false;
        time.advance(Duration.ofMillis(100));
        stage.reached(me, Optional.empty());
    }
}
