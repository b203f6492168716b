package dev.millrace.soak;

import dev.millrace.lifecycle.ServiceException;
import dev.millrace.liveness.Processes;
import dev.millrace.soak.Crew.Hand;
import dev.millrace.soak.Report.Times;
import dev.millrace.soak.Strikes.Sort;
import dev.millrace.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** The time of a run in which things happen: first the storm, then peace until every task has ended. */
final class Siege {
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration CALM_LOOK = Duration.ofMillis(100);
    private static final Duration NOBODY = Duration.ofMillis(1_500);
    private static final Duration DUMP = Duration.ofSeconds(2);
    private static final int AHEAD = 400;

    private final SoakOptions options;
    private final Subject subject;
    private final Submitters submitters;
    private final Strikes strikes;
    private final Time time;
    private final Progress progress;
    private final Processes processes = Processes.local();
    private final Crew crew;
    private final Storm storm;
    private final Sleepers sleepers;
    private final Clocks clocks;
    private final Outages outages;
    private final Witness witness;
    private final long began;
    private Map<String, Integer> open = Map.of("any", 1);
    private long lastSeen;
    private boolean somebody;

    Siege(
            SoakOptions options,
            RunFolder run,
            Subject subject,
            Submitters submitters,
            Strikes strikes,
            Optional<OwnDisk> disk,
            Optional<LockedFolders> folders,
            SplittableRandom random,
            Time time,
            Progress progress) {
        this.options = options;
        this.subject = subject;
        this.submitters = submitters;
        this.strikes = strikes;
        this.time = time;
        this.progress = progress;
        this.crew = new Crew(run, processes, time);
        this.storm = new Storm(options, subject, crew, strikes, random.split(), time);
        Rhythm rhythm = Rhythm.of(options);
        int most = Math.max(1, options.workers() / 3);
        this.sleepers = new Sleepers(run, crew, strikes, random.split(), time, most, rhythm.stops());
        this.clocks = new Clocks(run, crew, strikes, random.split(), time, rhythm.clocks());
        this.outages = new Outages(disk, folders, strikes, random.split(), time, rhythm.outages());
        this.witness = new Witness(subject.layout().root(), time);
        this.began = time.nanos();
        this.lastSeen = began;
    }

    /** How long both took. */
    Times run() throws IOException, InterruptedException, HungException {
        while (!isOver()) {
            storm();
            time.sleep(LOOK);
        }
        double stormed = seconds();
        progress.say("the storm is over after " + strikes.kills() + " kills; waiting until every task has ended");
        outages.end();
        sleepers.end();
        if (options.has(Fault.CLOCK)) clocks.end();
        submitters.enough();
        while (!submitters.haveEnded() || !open.isEmpty()) {
            look();
            open = subject.open();
            time.sleep(CALM_LOOK);
        }
        return new Times(stormed, seconds());
    }

    private double seconds() {
        return (time.nanos() - began) / 1e9;
    }

    private boolean isOver() {
        if (options.limit().isPresent())
            return seconds() >= options.limit().get().toMillis() / 1e3;
        return (!options.has(Fault.KILL) || storm.isOver()) && crew.acknowledged() >= options.tasks();
    }

    private void storm() throws IOException, InterruptedException, HungException {
        look();
        submitters.step();
        submitters.allow(crew.acknowledged() < allowance());
        storm.step(sleepers.names());
        if (options.has(Fault.STOP)) sleepers.step();
        if (options.has(Fault.CLOCK)) clocks.step();
        outages.step();
    }

    /** Most tasks come as the kills do, so that no work is left without kills; a few come always, so that none is idle. */
    private double allowance() {
        double share = options.limit()
                .map(limit -> seconds() / (limit.toMillis() / 1e3))
                .orElseGet(storm::share);
        return Math.min(1, share) * options.tasks() + AHEAD;
    }

    private void look() throws IOException, InterruptedException, HungException {
        crew.look();
        witness.step();
        noteWhetherAnybodyIsThere();
        if (time.nanos() - lastSeen >= NOBODY.toNanos()) mend();
        // Not kills: those go on when nothing is run any more.
        if (!progress.isAlive(crew.begun() + crew.acknowledged(), this::state)) throw new HungException(whereItHangs());
    }

    private void noteWhetherAnybodyIsThere() {
        boolean there = !crew.workers().isEmpty();
        if (there) lastSeen = time.nanos();
        if (there == somebody) return;
        somebody = there;
        strikes.note(there ? Sort.SOMEBODY : Sort.NOBODY, "workers");
    }

    /** Everybody was killed at once: somebody has to come by. */
    private void mend() throws IOException, InterruptedException {
        lastSeen = time.nanos();
        try {
            subject.mend();
        } catch (IOException | ServiceException notNow) {
            progress.say("cannot look at the service now: " + notNow.getMessage());
        }
    }

    private String state() {
        return strikes.kills() + " kills, " + crew.acknowledged() + " tasks acknowledged, " + crew.begun()
                + " runs begun, " + crew.workers().size() + " workers there";
    }

    private String whereItHangs() throws IOException, InterruptedException {
        open = subject.open();
        for (Hand hand : crew.workers())
            processes.run(List.of("sh", "-c", "kill -QUIT " + hand.process.pid() + " || true"), DUMP);
        time.sleep(DUMP);
        return "nothing has happened for " + Progress.patience() + ": " + state() + "; task files " + open
                + "; submitters have " + (submitters.haveEnded() ? "" : "not ")
                + "ended; the workers' stacks are in log/ of the service's folder";
    }

    /** Who has seen what was done meanwhile. */
    Witness witness() {
        return witness;
    }
}
