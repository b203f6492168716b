package dev.millrace.bench;

import dev.millrace.bench.Plan.Skipped;
import dev.millrace.liveness.Processes;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs what was planned: round after round, all contenders in turn, so that what the machine does meanwhile hits all of
 * them. Each round begins with the limits of the disk; every other round goes backwards.
 */
final class Bench {
    private static final Contender LIMITS = Contender.of(Part.DRAIN, "limits", Measurement.Name.LIMITS);

    private final BenchOptions options;
    private final Plan plan;
    private final Processes processes;
    private final PrintStream progress;
    private final Map<Contender, List<Values>> values = new LinkedHashMap<>();
    private final List<Skipped> failed = new ArrayList<>();
    private boolean oursFailed;

    Bench(BenchOptions options, Plan plan, Processes processes, PrintStream progress) {
        this.options = options;
        this.plan = plan;
        this.processes = processes;
        this.progress = progress;
    }

    Report run() throws IOException {
        Machine before = Machine.look(options.folder());
        FreshFolder folders = FreshFolder.below(options.folder(), processes);
        try {
            for (int round = 0; round < options.rounds(); round++) round(round, folders);
        } finally {
            tidy(folders);
        }
        return report(before, folders.isApart());
    }

    /** Who breaks off the bench interrupts it; the tidying is done nevertheless. */
    private void tidy(FreshFolder folders) throws IOException {
        boolean interrupted = Thread.interrupted();
        if (options.keep()) say("the runs' folders stay in " + folders.root());
        else folders.remove();
        if (interrupted) Thread.currentThread().interrupt();
    }

    private void round(int round, FreshFolder folders) throws IOException {
        List<Contender> turn = new ArrayList<>(plan.contenders());
        if (round % 2 == 1) Collections.reverse(turn);
        Contender limits = LIMITS.with("count", options.atMost(2_000));
        measure(LIMITS, limits, folders);
        for (Contender contender : turn) {
            say("round " + (round + 1) + " of " + options.rounds() + ": "
                    + contender.part().word() + ", " + contender.name());
            measure(contender, contender, folders);
        }
    }

    private void measure(Contender key, Contender contender, FreshFolder folders) throws IOException {
        Recordings recordings = new Recordings(options.profile());
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
