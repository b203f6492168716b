package dev.millrace.bench;

import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.liveness.Processes.Existence;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.TaskQueue;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** How long a task waits for its next run when its worker is killed beside another one. */
final class DeathRun implements Measurement {
    private final Processes processes = Processes.local();

    @Override
    public Values run(Assignment assignment) throws IOException, InterruptedException {
        int samples = assignment.whole("samples", 10);
        int workers = assignment.whole("workers", 2);
        try (Rig rig = Rig.open(assignment)) {
            rig.start(workers);
            TaskQueue queue = rig.queue(QueueOptions.defaults());
            long[] waited = new long[samples];
            for (int number = 0; number < samples; number++) waited[number] = waited(rig, queue, number, workers);
            return Values.none().withTimes(waited);
        }
    }

    private long waited(Rig rig, TaskQueue queue, int number, int workers) throws IOException, InterruptedException {
        rig.awaitUntil(workers + " workers to be there", () -> living(rig) == workers);
        queue.submit(Payload.hold(number));
        rig.awaitUntil(
                "a worker to tell that it runs task " + number,
                () -> holder(rig).isPresent());
        long first = rig.board().marked(number);
        ProcessIdentity victim = holder(rig).orElseThrow();
        long killed = rig.now();
        processes.kill(victim);
        rig.awaitUntil("task " + number + " to begin again", () -> rig.board().marked(number) != first);
        return rig.board().marked(number) - killed;
    }

    private long living(Rig rig) throws IOException {
        return rig.beats().stream().filter(this::lives).count();
    }

    private boolean lives(Heartbeat beat) {
        return !beat.state().isEnded() && processes.look(beat.process()) == Existence.ALIVE;
    }

    private Optional<ProcessIdentity> holder(Rig rig) throws IOException {
        List<Heartbeat> beats = rig.beats();
        return beats.stream()
                .filter(beat -> lives(beat) && !beat.currentTasks().isEmpty())
                .map(Heartbeat::process)
                .findFirst();
    }
}
