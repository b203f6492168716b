package dev.millrace.soak;

import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.liveness.Processes.Existence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** The processes that submit: as many as there should be, told when to wait and when it is enough. */
final class Submitters {
    private final RunFolder run;
    private final Processes processes;
    private final List<String> javaOptions;
    private final Path queue;
    private final SoakOptions options;
    private final RandomGenerator random;
    private final List<ProcessIdentity> started = new ArrayList<>();

    Submitters(
            RunFolder run,
            Processes processes,
            List<String> javaOptions,
            Path queue,
            SoakOptions options,
            RandomGenerator random) {
        this.run = run;
        this.processes = processes;
        this.javaOptions = javaOptions;
        this.queue = queue;
        this.options = options;
        this.random = random;
    }

    /** Starts those that are missing. */
    void step() throws IOException {
        if (Files.exists(run.enough())) return;
        started.removeIf(one -> processes.look(one) == Existence.GONE);
        while (started.size() < options.submitters()) started.add(start());
    }

    private ProcessIdentity start() throws IOException {
        List<String> command = new ArrayList<>(List.of(SoakLauncher.java()));
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path", ""), SubmitterMain.class.getName()));
        command.addAll(
                List.of(queue.toString(), options.durability().name(), Long.toString(random.nextLong(Long.MAX_VALUE))));
        return processes.start(
                command, SoakLauncher.environment(), run.root(), run.root().resolve("submitters.out"));
    }

    /** Lets them hand in as fast as they can, or no more than keeps workers from being idle. */
    void allow(boolean more) throws IOException {
        boolean sparing = Files.exists(run.sparingly());
        if (more && sparing) Files.delete(run.sparingly());
        if (!more && !sparing) Files.createFile(run.sparingly());
    }

    void enough() throws IOException {
        if (!Files.exists(run.enough())) Files.createFile(run.enough());
    }

    boolean haveEnded() {
        return started.stream().allMatch(one -> processes.look(one) == Existence.GONE);
    }
}
