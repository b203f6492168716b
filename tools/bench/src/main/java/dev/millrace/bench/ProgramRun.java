package dev.millrace.bench;

import dev.millrace.liveness.Processes;
import dev.millrace.liveness.Processes.Finished;
import dev.millrace.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** How long a program takes from its start to its end, when its files are in memory. */
final class ProgramRun implements Measurement {
    private static final Duration LIMIT = Duration.ofMinutes(15);

    @Override
    public Values run(Assignment assignment) throws IOException {
        return timed(assignment.list("command"), assignment.whole("samples", 15));
    }

    /** The first run does not count: it may build, and make the archive of classes. */
    static Values timed(List<String> command, int samples) throws IOException {
        once(command);
        Time time = Time.system();
        long[] took = new long[samples];
        long self = Processes.local().self().pid();
        double cpu = Proc.cpuSecondsOfChildren(self);
        for (int i = 0; i < samples; i++) {
            long begin = time.nanos();
            once(command);
            took[i] = time.nanos() - begin;
        }
        double cpuSeconds = Proc.cpuSecondsOfChildren(self) - cpu;
        return Values.none().withTimes(took).with(Values.CPU_US, cpuSeconds * 1e6 / samples);
    }

    private static void once(List<String> command) throws IOException {
        Finished finished = Processes.local().run(command, LIMIT);
        if (finished.exitCode() != 0)
            throw new IOException(
                    String.join(" ", command) + " ended with " + finished.exitCode() + ": " + finished.output());
    }
}
