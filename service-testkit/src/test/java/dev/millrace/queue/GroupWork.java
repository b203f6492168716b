package dev.millrace.queue;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Groups of tasks, what they come to, and who runs them. */
final class GroupWork {
    private GroupWork() {}

    static TaskGroup group(int tasks) {
        List<Task> all = new ArrayList<>();
        for (int i = 0; i < tasks; i++) all.add(Task.of("k").id("t" + i));
        return new TaskGroup("nightly", all, Task.of("k").id("then"));
    }

    static QueueWorld quick(QueueWorld world) throws IOException {
        Files.writeString(world.layout().runtimes(), "{\"runtimes\":{\"k\":0.0001}}");
        return world;
    }

    static TaskQueue queueOf(QueueWorld world, FaultyDisk disk) {
        return TaskQueue.inDirectory(world.layout(), QueueWorld.OPTIONS, world.ports(disk));
    }

    /** t1 fails, all others are done. */
    static List<String> drain(QueueWorld world, Actor actor) throws IOException {
        List<String> ran = new ArrayList<>();
        for (int idle = 0; idle < 4; ) {
            int moved = actor.queue().unblock() + actor.queue().finishUnpublished();
            Optional<Claim> claim = actor.queue().claim();
            if (claim.isEmpty() && moved == 0) {
                idle++;
                world.passPoll();
                continue;
            }
            idle = 0;
            for (Optional<Claim> next = claim;
                    next.isPresent();
                    next = actor.queue().claimAfter(next.get())) {
                ran.add(next.get().id());
                actor.queue().settle(next.get(), outcome(next.get()));
                world.time.advance(Duration.ofMillis(1));
            }
        }
        return ran;
    }

    static Outcome outcome(Claim claim) {
        if (claim.id().equals("t1")) return new Outcome.Failed("broken", "");
        return new Outcome.Done(TextNode.valueOf("result of " + claim.id()));
    }

    static Dependencies dependenciesOf(QueueWorld world, Submission callback) throws IOException {
        TaskView view = world.queue.locate(callback.stem()).orElseThrow();
        return world.queue.dependencies(world.queue.read(view).orElseThrow());
    }
}
