package dev.millrace.bench;

import dev.millrace.bench.Plan.Skipped;
import dev.millrace.liveness.Processes;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs what was planned: round after round, all contenders in turn, so that what the machine does meanwhile hits all of
 * them. Each part begins with the limits of the disk, which change with what else runs; every other round goes backwards.
 */
final class Bench implements AutoCloseable {
    private static final Contender LIMITS = Contender.of(Part.DRAIN, "limits", Measurement.Name.LIMITS);

    private final BenchOptions options;
    private final Plan plan;
    private final Processes processes;
    private final PrintStream progress;
    private final FreshFolder folders;
    private final Map<Contender, List<Values>> values = new LinkedHashMap<>();
    private final List<Skipped> failed = new ArrayList<>();
    private boolean oursFailed;

    private Bench(BenchOptions options, Plan plan, Processes processes, PrintStream progress, FreshFolder folders) {
        this.folders = folders;
        this.options = options;
        this.plan = plan;
        this.processes = processes;
        this.progress = progress;
    }

    static Bench in(BenchOptions options, Plan plan, Processes processes, PrintStream progress) throws IOException {
        return new Bench(options, plan, processes, progress, FreshFolder.below(options.folder(), processes));
    }

    Report run() throws IOException {
        Machine before = Machine.look(options.folder());
        for (int round = 0; round < options.rounds(); round++) round(round);
        return report(before, folders.isApart());
    }

    /** Removes the folders. Who breaks off the bench interrupts it; this is done nevertheless. */
    @Override
    public void close() throws IOException {
        boolean interrupted = Thread.interrupted();
        say(options.keep() ? "the runs' folders stay in " + folders.root() : "removing the runs' folders");
        if (!options.keep()) folders.remove();
        if (interrupted) Thread.currentThread().interrupt();
    }

    private void round(int round) throws IOException {
        List<Contender> turn = new ArrayList<>(plan.contenders());
        if (round % 2 == 1) Collections.reverse(turn);
        Contender limits = LIMITS.with("count", options.atMost(2_000));
        Set<Part> begun = EnumSet.noneOf(Part.class);
        for (Contender contender : turn) {
            if (begun.add(contender.part())) measure(LIMITS, limits);
            say("round " + (round + 1) + " of " + options.rounds() + ": "
                    + contender.part().word() + ", " + contender.name());
            measure(contender, contender);
        }
    }

    private void measure(Contender key, Contender contender) throws IOException {
        Recordings recordings = new Recordings(options.profile());
        recordings.prepare();
        String name = contender.part().word() + "-" + contender.name();
        Contender asked = recordings.inWorker(contender, name);
        Assignment assignment = new Assignment(asked.measurement(), folders.next(name), asked.parameters());
        Fork.Answer answer = new Fork(processes).run(assignment, recordings.ofRun(contender, name));
        if (answer.isGood())
            values.computeIfAbsent(key, none -> new ArrayList<>()).add(answer.values());
        else failed(contender, answer.error());
    }

    private void failed(Contender contender, String error) {
        say("  failed: " + error);
        failed.add(new Skipped(contender.part().word() + ", " + contender.name(), "failed: " + error));
        oursFailed |= !contender.isPeer();
    }

    private Report report(Machine before, boolean apart) throws IOException {
        List<Figure> figures = new ArrayList<>();
        for (Contender contender : plan.contenders())
            if (values.containsKey(contender))
                figures.add(new Figure(contender, values.getOrDefault(contender, List.of())));
        List<Skipped> skipped = new ArrayList<>(plan.skipped());
        skipped.addAll(failed);
        if (!apart) skipped.add(new Skipped("chattr +T", "not possible here; folders of runs may lie close together"));
        Figure limits = new Figure(LIMITS, values.getOrDefault(LIMITS, List.of()));
        return new Report(options, before, Machine.look(options.folder()), limits, figures, skipped, !oursFailed);
    }

    private void say(String text) {
        progress.println(text);
        progress.flush();
    }
}
