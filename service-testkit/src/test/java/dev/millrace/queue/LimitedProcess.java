package dev.millrace.queue;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.task.KindLimits;
import dev.millrace.task.LimitRules;
import dev.millrace.task.Outcome;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * A worker in a process of its own that runs tasks of the limited kind "k". While it runs one, it holds one of as many
 * places as the limit allows; it says how many it did, and how often all places were taken.
 */
final class LimitedProcess {
    private static final int IDLE_ROUNDS = 40;
    private static final long WORK_NANOS = 1_000_000;

    private LimitedProcess() {}

    static QueueOptions options(int mostRunning) {
        KindLimits limits = new KindLimits(
                OptionalInt.of(mostRunning),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty());
        return QueueOptions.defaults()
                .withDurability(Durability.OS)
                .withPoll(Duration.ofMillis(20))
                .withLimits(new LimitRules(KindLimits.NONE, Map.of("k", limits), ""));
    }

    /**
     * @param arguments queue folder, worker name, folder of the places, the limit
     */
    public static void main(String[] arguments) throws Exception {
        QueuePorts ports = new QueuePorts(
                Disk.local(),
                Time.system(),
                RandomGenerator.of("L64X128MixRandom"),
                event -> System.err.println(event.describe()));
        int most = Integer.parseInt(arguments[3]);
        TaskQueue queue = TaskQueue.inDirectory(new QueueLayout(Path.of(arguments[0])), options(most), ports);
        System.out.println("ready");
        System.in.read();
        int done = 0;
        int tooMany = 0;
        try (WorkerQueue worker = queue.join(Member.newLife(0, arguments[1], ports.random()))) {
            for (int idle = 0; idle < IDLE_ROUNDS; ) {
                Optional<Claim> claim = worker.claim();
                if (claim.isEmpty()) {
                    idle++;
                    worker.awaitNews(Duration.ofMillis(30));
                    continue;
                }
                idle = 0;
                Optional<Path> place = place(Path.of(arguments[2]), most);
                if (place.isEmpty()) tooMany++;
                LockSupport.parkNanos(WORK_NANOS);
                if (place.isPresent()) Files.delete(place.get());
                worker.settle(claim.get(), new Outcome.Done(TextNode.valueOf(arguments[1])));
                done++;
            }
        }
        System.out.println(done + " " + tooMany);
    }

    private static Optional<Path> place(Path folder, int most) throws IOException {
        for (int i = 0; i < most; i++)
            try {
                return Optional.of(Files.createFile(folder.resolve("place-" + i)));
            } catch (FileAlreadyExistsException taken) {
                // the next one may be free
            }
        return Optional.empty();
    }
}
