package dev.millrace.queue;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.storage.Durability;
import dev.millrace.task.Outcome;
import java.time.Duration;

/** A worker in a process of its own: claims and settles until nothing came for a while, and says how many it did. */
final class QueueProcess {
    private static final int IDLE_ROUNDS = 10;

    private QueueProcess() {}

    /**
     * @param arguments queue folder, worker name, how often to die in the middle of a task: 0 never, n after n tasks
     */
    public static void main(String[] arguments) throws Exception {
        QueuePorts ports = ProcessWork.ports();
        QueueOptions options =
                QueueOptions.defaults().withDurability(Durability.OS).withPoll(Duration.ofMillis(20));
        TaskQueue queue = ProcessWork.queue(arguments[0], options, ports);
        int dieAfter = Integer.parseInt(arguments[2]);
        Member member = Member.newLife(0, arguments[1], ports.random());
        Outcome outcome = new Outcome.Done(TextNode.valueOf(arguments[1]));
        System.out.println(member.incarnation());
        int[] begun = {0};
        int done;
        try (WorkerQueue worker = queue.join(member)) {
            done = ProcessWork.untilNothingComes(worker, IDLE_ROUNDS, claim -> {
                if (dieAfter > 0 && begun[0]++ >= dieAfter) Runtime.getRuntime().halt(137);
                worker.settle(claim, outcome);
            });
        }
        System.out.println(done);
    }
}
