package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.task.Outcome;
import dev.millrace.time.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** A worker in a process of its own: claims and settles until nothing came for a while, and says how many it did. */
final class QueueProcess {
    private static final int IDLE_ROUNDS = 10;

    private QueueProcess() {}

    /**
     * @param arguments queue folder, worker name, how often to die in the middle of a task: 0 never, n after n tasks
     */
    public static void main(String[] arguments) throws Exception {
        QueuePorts ports =
                new QueuePorts(Disk.local(), Time.system(), RandomGenerator.of("L64X128MixRandom"), event -> {
                    System.err.println(event.describe());
                });
        QueueOptions options =
                QueueOptions.defaults().withDurability(Durability.OS).withPoll(Duration.ofMillis(20));
        TaskQueue queue = TaskQueue.inDirectory(new QueueLayout(Path.of(arguments[0])), options, ports);
        int dieAfter = Integer.parseInt(arguments[2]);
        Member member = Member.newLife(0, arguments[1], ports.random());
        System.out.println(member.incarnation());
        int done = 0;
        try (WorkerQueue worker = queue.join(member)) {
            for (int idle = 0; idle < IDLE_ROUNDS; ) {
                Optional<Claim> claim = worker.claim();
                if (claim.isEmpty()) {
                    idle++;
                    worker.awaitNews(Duration.ofMillis(30));
                    continue;
                }
                idle = 0;
                if (dieAfter > 0 && done >= dieAfter) Runtime.getRuntime().halt(137);
                worker.settle(
                        claim.get(),
                        new Outcome.Done(com.fasterxml.jackson.databind.node.TextNode.valueOf(arguments[1])));
                done++;
            }
        }
        System.out.println(done);
    }
}
