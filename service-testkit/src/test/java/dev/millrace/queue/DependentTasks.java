package dev.millrace.queue;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A queue whose tasks wait for each other, and one worker that runs them; their ids tell what becomes of them. */
abstract class DependentTasks extends WithOneWorker {
    static Task task(String id, String... dependsOn) {
        Task task = Task.of("k").id(id);
        return dependsOn.length == 0 ? task : task.dependsOn(dependsOn);
    }

    /** Runs what can be run, the steward in between, until nothing moves; gives the ids in their order. */
    List<String> drain() throws IOException {
        List<String> ran = new ArrayList<>();
        for (int idle = 0; idle < 4; ) {
            int moved = worker.queue().unblock() + worker.queue().promote();
            Optional<Claim> claim = worker.queue().claim();
            if (claim.isEmpty() && moved == 0) {
                idle++;
                world.passPoll();
                continue;
            }
            idle = 0;
            if (claim.isEmpty()) continue;
            ran.add(claim.get().id());
            worker.queue().settle(claim.get(), outcome(claim.get()));
        }
        return ran;
    }

    /** Ids tell what becomes of them. */
    static Outcome outcome(Claim claim) {
        if (claim.id().startsWith("bad")) return new Outcome.Failed("broken", "");
        return new Outcome.Done(TextNode.valueOf("result of " + claim.id()));
    }

    TaskState stateOf(String id) throws IOException {
        return world.queue.find(id).get(0).state();
    }

    Optional<String> errorOf(String id) throws IOException {
        return world.queue.read(world.queue.find(id).get(0)).orElseThrow().error();
    }

    Dependencies dependenciesOf(String id) throws IOException {
        return world.queue.dependencies(
                world.queue.read(world.queue.find(id).get(0)).orElseThrow());
    }

    /** The file system may tell of a new file a moment late. */
    Claim claimSoon() throws IOException {
        for (int polls = 0; polls < 5; polls++) {
            world.passPoll();
            Optional<Claim> claim = worker.queue().claim();
            if (claim.isPresent()) return claim.get();
        }
        throw new AssertionError("nothing to claim");
    }

    String drainOne() throws IOException {
        Claim claim = worker.claim();
        worker.queue().settle(claim, outcome(claim));
        return claim.id();
    }
}
