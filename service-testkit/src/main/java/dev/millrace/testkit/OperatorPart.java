package dev.millrace.testkit;

import dev.millrace.queue.QueueControl.Cancelled;
import dev.millrace.queue.QueueControl.Changed;
import dev.millrace.queue.QueueCounts;
import dev.millrace.queue.TaskFilter;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskView;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An operator who looks, calls off, runs again, lets go on and holds back. */
final class OperatorPart implements Actor.Script {
    private final World world;
    private final int rounds;

    OperatorPart(World world, int rounds) {
        this.world = world;
        this.rounds = rounds;
    }

    @Override
    public void play(Actor me) throws InterruptedException {
        TaskQueue queue = world.queueOf(me);
        for (int i = 0; i < rounds; i++) {
            world.between(me);
            try {
                act(me, queue);
            } catch (IOException triedAgainLater) {
                world.met(me, triedAgainLater);
            }
        }
    }

    private void act(Actor me, TaskQueue queue) throws IOException, InterruptedException {
        switch (world.choices.below(8)) {
            case 1, 2 -> cancel(queue);
            case 3 -> retry(queue);
            case 4 -> requeue(queue);
            case 5 -> queue.control().pause(Optional.of("k"), "for a moment");
            case 6 -> queue.control().resume(Optional.of("k"));
            case 7 -> discard(me, queue);
            default -> look(me, queue);
        }
    }

    /** Nobody comes in between, so what is counted is what is there. */
    private void look(Actor me, TaskQueue queue) throws IOException {
        world.director.undisturbed();
        long changes = me.changes;
        QueueCounts counts = queue.counts();
        queue.ages();
        for (TaskView view : queue.list(TaskFilter.all())) queue.read(view);
        if (me.changes != changes)
            throw new InvariantBroken(Invariant.LOOKING_CHANGES_NOTHING, me + " changed something by looking");
        world.ledger.requireCounts(counts);
    }

    private Optional<TaskView> anyOf(TaskQueue queue, Set<TaskState> states) throws IOException {
        List<TaskView> views = queue.list(TaskFilter.all().withStates(states));
        return views.isEmpty() ? Optional.empty() : Optional.of(views.get(world.choices.below(views.size())));
    }

    private void cancel(TaskQueue queue) throws IOException {
        Set<TaskState> waiting =
                EnumSet.of(TaskState.BLOCKED, TaskState.SCHEDULED, TaskState.PENDING, TaskState.RUNNING);
        Optional<TaskView> one = anyOf(queue, waiting);
        if (one.isEmpty()) return;
        Cancelled answer = queue.control().cancel(one.get().stem(), "called off");
        world.note("cancel of " + one.get().stem() + ": " + answer);
        if (answer == Cancelled.NOW) world.ledger.calledOff(one.get().stem());
        if (answer == Cancelled.ASKED && !world.features.faults())
            world.ledger.askedToEnd(one.get().stem());
    }

    private void retry(TaskQueue queue) throws IOException, InterruptedException {
        Optional<TaskView> one = anyOf(queue, EnumSet.of(TaskState.FAILED, TaskState.CANCELLED));
        if (one.isEmpty()) return;
        Changed answer = queue.control().retry(one.get());
        if (answer == Changed.DONE) world.ledger.runsAgain(one.get().stem());
        world.note("retry of " + one.get().stem() + ": " + answer);
    }

    private void requeue(TaskQueue queue) throws IOException {
        Optional<TaskView> one = anyOf(queue, EnumSet.of(TaskState.SCHEDULED));
        if (one.isPresent()) queue.control().requeue(one.get());
    }

    private void discard(Actor me, TaskQueue queue) throws IOException {
        Optional<TaskView> one = anyOf(queue, EnumSet.of(TaskState.DONE, TaskState.FAILED));
        if (one.isEmpty()) return;
        me.mayRemove.add(one.get().stem());
        queue.control().discard(one.get());
    }
}
