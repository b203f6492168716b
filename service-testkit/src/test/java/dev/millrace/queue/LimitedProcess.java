package dev.millrace.queue;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.storage.Durability;
import dev.millrace.task.KindLimits;
import dev.millrace.task.LimitRules;
import dev.millrace.task.Outcome;
import dev.millrace.task.Rate;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;

/**
 * A worker in a process of its own that runs tasks of kinds with limits. While it runs one of kind "k" or with a
 * concurrency key, it holds one of as many places as may be taken; it says how many tasks it did, how often all places were
 * taken, and when it began the last one of the kind that has a rate.
 */
final class LimitedProcess {
    private static final int IDLE_ROUNDS = 40;
    private static final long WORK_NANOS = 1_000_000;

    /** A kind of which so many begin in a second. */
    static final String RATED = "rated";

    static final int RATE = 100;

    private LimitedProcess() {}

    static QueueOptions options(int mostRunning) {
        KindLimits full = new KindLimits(
                OptionalInt.of(mostRunning),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty());
        KindLimits rated = new KindLimits(
                OptionalInt.empty(),
                OptionalInt.empty(),
                Rate.parse(RATE + "/s"),
                Optional.empty(),
                OptionalInt.empty());
        return QueueOptions.defaults()
                .withDurability(Durability.OS)
                .withPoll(Duration.ofMillis(20))
                .withLimits(new LimitRules(KindLimits.NONE, Map.of("k", full, RATED, rated), ""));
    }

    /**
     * @param arguments queue folder, worker name, folder of the places, the limit
     */
    public static void main(String[] arguments) throws Exception {
        QueuePorts ports = ProcessWork.ports();
        int most = Integer.parseInt(arguments[3]);
        TaskQueue queue = ProcessWork.queue(arguments[0], options(most), ports);
        Outcome outcome = new Outcome.Done(TextNode.valueOf(arguments[1]));
        int[] tooMany = {0};
        long[] lastRated = {0};
        int done;
        ProcessWork.awaitStart();
        try (WorkerQueue worker = queue.join(Member.newLife(0, arguments[1], ports.random()))) {
            done = ProcessWork.untilNothingComes(worker, IDLE_ROUNDS, claim -> {
                if (isRated(claim)) lastRated[0] = ports.time().millis();
                else if (!runAtPlace(claim, Path.of(arguments[2]), most)) tooMany[0]++;
                worker.settle(claim, outcome);
            });
        }
        System.out.println(done + " " + tooMany[0] + " " + lastRated[0]);
    }

    private static boolean isRated(Claim claim) {
        return claim.document().kind().filter(RATED::equals).isPresent();
    }

    /** False when more than may run at once. */
    private static boolean runAtPlace(Claim claim, Path folder, int most) throws IOException {
        Optional<String> key = claim.document().text("concurrency_key");
        Optional<Path> place = place(folder.resolve(key.orElse("place")), key.isPresent() ? 1 : most);
        LockSupport.parkNanos(WORK_NANOS);
        if (place.isPresent()) Files.delete(place.get());
        return place.isPresent();
    }

    private static Optional<Path> place(Path first, int most) throws IOException {
        for (int i = 0; i < most; i++)
            try {
                return Optional.of(Files.createFile(first.resolveSibling(first.getFileName() + "-" + i)));
            } catch (FileAlreadyExistsException taken) {
                // the next one may be free
            }
        return Optional.empty();
    }
}
