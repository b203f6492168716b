package dev.millrace.bench;

import dev.millrace.liveness.Processes;
import dev.millrace.settings.ServeOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How long it takes to ask a running service how it is: in process, or by the command for cron. */
final class HealthRun implements Measurement {
    private static final Duration COUNTED = Duration.ofSeconds(3);

    @Override
    public Values run(Assignment assignment) throws IOException, InterruptedException {
        int pending = assignment.whole("pending", 0);
        try (Rig rig = Rig.open(assignment)) {
            rig.start();
            if (pending > 0) {
                rig.park();
                rig.fill(pending, 1);
                rig.sleep(COUNTED);
            }
            return assignment.list("command").isEmpty() ? inProcess(rig, assignment) : byCommand(assignment);
        }
    }

    private static Values inProcess(Rig rig, Assignment assignment) throws IOException, InterruptedException {
        int samples = assignment.whole("samples", 200);
        ServeOptions options = ServeOptions.defaults().withObserve(true);
        for (int i = 0; i < samples; i++) rig.service().health(options);
        long self = Processes.local().self().pid();
        double cpu = Proc.of(self).cpuSeconds();
        long[] took = new long[samples];
        for (int i = 0; i < samples; i++) {
            long begin = rig.now();
            rig.service().health(options);
            took[i] = rig.now() - begin;
        }
        Proc after = Proc.of(self);
        return Values.none()
                .withTimes(took)
                .with(Values.CPU_US, (after.cpuSeconds() - cpu) * 1e6 / samples)
                .with(Values.MEMORY_MB, after.peakMemoryMb());
    }

    private static Values byCommand(Assignment assignment) throws IOException {
        List<String> command = new ArrayList<>(assignment.list("command"));
        command.addAll(List.of("--app", Rig.APP, "--allow-idle", "--observe"));
        command.addAll(
                List.of("--apps-path", assignment.folder().resolve("apps").toString()));
        command.addAll(List.of("--share", Rig.share(assignment.folder()).toString()));
        return ProgramRun.timed(command, assignment.whole("samples", 15));
    }
}
