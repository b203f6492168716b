package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What processes of their own have in common that work on a test's queue. */
final class ProcessWork {
    private static final Duration LOOK = Duration.ofMillis(30);

    private ProcessWork() {}

    /** The machine's own; what happens is told to the test. */
    static QueuePorts ports() {
        return new QueuePorts(
                Disk.local(),
                Time.system(),
                RandomGenerator.of("L64X128MixRandom"),
                event -> System.err.println(event.describe()));
    }

    static TaskQueue queue(String folder, QueueOptions options, QueuePorts ports) {
        return TaskQueue.inDirectory(new QueueLayout(Path.of(folder)), options, ports);
    }

    /** Waits until the test lets all processes go on at once. */
    static void awaitStart() throws IOException {
        System.out.println("ready");
        System.in.read();
    }

    /** What is done with a claim; it settles it. */
    interface Work {
        void run(Claim claim) throws IOException;
    }

    /** Claims until nothing came so many times in a row; how much was done. */
    static int untilNothingComes(WorkerQueue worker, int idleRounds, Work work) throws Exception {
        int done = 0;
        for (int idle = 0; idle < idleRounds; ) {
            Optional<Claim> claim = worker.claim();
            if (claim.isEmpty()) {
                idle++;
                worker.awaitNews(LOOK);
                continue;
            }
            idle = 0;
            work.run(claim.get());
            done++;
        }
        return done;
    }
}
