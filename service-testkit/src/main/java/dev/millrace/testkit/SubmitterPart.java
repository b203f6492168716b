package dev.millrace.testkit;

import dev.millrace.queue.GroupSubmission;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskGroup;
import dev.millrace.queue.TaskQueue;
import dev.millrace.task.DependencyPolicy;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Task;
import dev.millrace.task.UniquePolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Somebody who submits tasks; of what could not be acknowledged nobody knows whether it will run. */
final class SubmitterPart implements Actor.Script {
    private static final List<UniquePolicy> POLICIES =
            List.of(UniquePolicy.RETURN_EXISTING, UniquePolicy.DISCARD, UniquePolicy.REPLACE);

    private static final List<DependencyPolicy> ON_FAILURE =
            List.of(DependencyPolicy.RUN, DependencyPolicy.CANCEL, DependencyPolicy.FAIL);

    private final World world;
    private final int rounds;
    private final Dropping dropping;

    SubmitterPart(World world, int rounds) {
        this.world = world;
        this.rounds = rounds;
        this.dropping = new Dropping(world);
    }

    @Override
    public void play(Actor me) {
        TaskQueue queue = world.queueOf(me);
        List<Submission> before = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            world.between(me);
            try {
                act(me, queue, before);
            } catch (IOException nobodyKnows) {
                world.met(me, nobodyKnows);
            }
        }
    }

    private void act(Actor me, TaskQueue queue, List<Submission> before) throws IOException {
        int what = world.choices.below(8);
        if (what == 1) submit(queue, task(me).notBefore(world.time.instant().plus(Duration.ofSeconds(4))), before);
        else if (what == 2 && world.features.dependencies() && !before.isEmpty()) submitBehind(me, queue, before);
        else if (what >= 6 && world.features.droppedFiles()) dropping.drop(me);
        else if (what >= 4 && world.features.uniqueKeys()) submitUnique(me, queue, before);
        else if (what >= 4 && world.features.groups()) submitGroup(me, queue, before);
        else if (what >= 3 && what < 6 && world.features.batches()) submitTogether(queue, before);
        else submit(queue, task(me), before);
    }

    private Task task(Actor me) {
        Task task = Task.of("k").id("t" + world.counts.tasks++ + "-" + me.number);
        int most = world.choices.below(4);
        return most == 0 ? task : task.maxAttempts(most);
    }

    private void submit(TaskQueue queue, Task task, List<Submission> before) throws IOException {
        Submission submitted = queue.submit(task);
        acknowledged(submitted, task, before);
    }

    private void submitBehind(Actor me, TaskQueue queue, List<Submission> before) throws IOException {
        Set<String> awaited = new TreeSet<>();
        awaited.add(anyOf(before));
        if (world.features.policies()) awaited.add(anyOf(before));
        if (isAnyRemoved(awaited)) return;
        Task task = task(me).dependsOn(awaited.toArray(new String[0])).onDependencyFailure(policy());
        world.ledger.ties.waits(idOf(task), awaited);
        try {
            acknowledged(queue.submit(task), task, before);
        } catch (InvalidTaskException dependsOnWhatWasRemoved) {
            world.note(me + " met " + dependsOnWhatWasRemoved);
            if (!isAnyRemoved(awaited)) throw dependsOnWhatWasRemoved;
        }
    }

    private String anyOf(List<Submission> before) {
        return before.get(world.choices.below(before.size())).stem();
    }

    private DependencyPolicy policy() {
        return world.features.policies()
                ? ON_FAILURE.get(world.choices.below(ON_FAILURE.size()))
                : DependencyPolicy.RUN;
    }

    private boolean isAnyRemoved(Set<String> stems) {
        return stems.stream().anyMatch(stem -> world.ledger.life(stem).removed);
    }

    private static String idOf(Task task) {
        return task.id().orElseThrow().value();
    }

    private void submitUnique(Actor me, TaskQueue queue, List<Submission> before) throws IOException {
        UniquePolicy policy = POLICIES.get(world.choices.below(POLICIES.size()));
        String key = Ties.keyFor(policy, world.choices.below(2));
        Task task = task(me).uniqueKey(key).unique(policy);
        world.ledger.ties.hasKey(idOf(task), key);
        Submission submitted = queue.submit(task);
        world.note(submitted.stem() + " has the key " + key + ": " + submitted.fate());
        if (submitted.isNew()) acknowledged(submitted, task, before);
        else world.ledger.confirmed(submitted.stem());
    }

    private void submitGroup(Actor me, TaskQueue queue, List<Submission> before) throws IOException {
        List<Task> tasks = List.of(task(me), task(me));
        Task callback = task(me);
        List<String> members = tasks.stream().map(SubmitterPart::idOf).toList();
        world.ledger.ties.belongTogether(
                Stream.concat(members.stream(), Stream.of(idOf(callback))).toList());
        world.ledger.ties.waits(idOf(callback), members);
        GroupSubmission group = queue.submitGroup(new TaskGroup("g", tasks, callback));
        for (int i = 0; i < tasks.size(); i++) acknowledged(group.tasks().get(i), tasks.get(i), before);
        acknowledged(group.callback(), callback, before);
    }

    private void submitTogether(TaskQueue queue, List<Submission> before) throws IOException {
        List<Task> tasks = new ArrayList<>();
        int size = 2 + world.choices.below(2);
        for (int i = 0; i < size; i++) tasks.add(Task.of(World.QUICK).id("q" + world.counts.tasks++));
        List<Submission> submitted = queue.submitAll(tasks);
        for (int i = 0; i < size; i++) acknowledged(submitted.get(i), tasks.get(i), before);
    }

    private void acknowledged(Submission submitted, Task task, List<Submission> before) {
        int most = task.keys().path("max_attempts").asInt(world.queueOptions.maxRescues() + 1);
        world.note(submitted.stem() + " is acknowledged");
        world.ledger.acknowledged(submitted.stem(), most);
        if (!submitted.stem().contains("+")) before.add(submitted);
    }
}
