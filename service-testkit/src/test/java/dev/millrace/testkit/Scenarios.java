package dev.millrace.testkit;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.queue.Claim;
import dev.millrace.queue.GroupSubmission;
import dev.millrace.queue.Settlement;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskFilter;
import dev.millrace.queue.TaskGroup;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.storage.Durability;
import dev.millrace.task.BatchName;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.testkit.Scenario.Preparation;
import dev.millrace.testkit.Scenario.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Scenarios to be played in every order. */
final class Scenarios {
    private Scenarios() {}

    static Scenario twoWorkersAndASteward(int tasks, Set<String> believedDead) {
        return new Scenario(
                "two-workers-and-a-steward-" + tasks + "-tasks-" + believedDead.size() + "-believed-dead",
                singles(tasks),
                List.of(worker(1), worker(1), steward()),
                believedDead);
    }

    /** A worker that is alive after all. */
    static Scenario workerAndSteward() {
        return new Scenario("worker-and-steward", singles(1), List.of(worker(1), steward()), Set.of("worker0"));
    }

    /** A worker that is alive after all, and two who take it for dead at once. */
    static Scenario twoStewards() {
        return new Scenario("two-stewards", singles(1), List.of(worker(1), steward(), steward()), Set.of("worker0"));
    }

    static Scenario retry() {
        return new Scenario("retry", singles(1), List.of(retrying(), worker(1), steward()), Set.of("worker0"));
    }

    static Scenario cancel() {
        return new Scenario("cancel", singles(1), List.of(worker(1), operator(), steward()), Set.of("worker0"));
    }

    static Scenario batch() {
        return new Scenario(
                "batch", Scenarios::batchOfTwo, List.of(worker(2), worker(2), steward()), Set.of("worker0"));
    }

    static Scenario batchAndPowerCuts() {
        return new Scenario("batch-and-power-cuts", batch().prepare(), batch().roles(), Set.of("worker0"))
                .withMostSwitches(1)
                .withPowerCuts(2);
    }

    /** Somebody submits a group. */
    static Scenario groupAndPowerCuts() {
        Role submitter = new Role("submitter", Scenarios::submitsGroup);
        return new Scenario("group-and-power-cuts", singles(0), List.of(submitter), Set.of()).withPowerCuts(4);
    }

    private static void submitsGroup(Actor me, ScenarioSetting setting) throws IOException {
        setting.ledger.ties.belongTogether(List.of("g0", "g1", "back"));
        setting.ledger.ties.waits("back", List.of("g0", "g1"));
        List<Task> tasks = List.of(Task.of("k").id("g0"), Task.of("k").id("g1"));
        GroupSubmission group = setting.queueOf(me)
                .submitGroup(new TaskGroup("g", tasks, Task.of("k").id("back")));
        int most = setting.queueOptions.maxRescues() + 1;
        for (Submission task : group.tasks()) setting.ledger.acknowledged(task.stem(), most);
        setting.ledger.acknowledged(group.callback().stem(), most);
    }

    private static Preparation singles(int tasks) {
        return (queue, setting) -> {
            for (int i = 0; i < tasks; i++) queue.submit(Task.of("k").id("t" + i));
        };
    }

    private static void batchOfTwo(TaskQueue queue, ScenarioSetting setting) throws IOException {
        byte[] quick = ("{\"runtimes\":{\"" + Setting.QUICK + "\":0.0001}}").getBytes(StandardCharsets.UTF_8);
        setting.disk.replace(setting.layout.runtimes(), quick, Durability.FSYNC);
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < 2; i++) tasks.add(Task.of(Setting.QUICK).id("q" + i));
        queue.submitAll(tasks);
    }

    /** Claims so many times, and ends what it got, and all else of its batch. */
    static Role worker(int claims) {
        return new Role("worker", (me, setting) -> {
            WorkerQueue mine = setting.join(me, setting.queueOf(me));
            for (int i = 0; i < claims; i++)
                for (Optional<Claim> claim = mine.claim(); claim.isPresent(); claim = mine.claimAfter(claim.get()))
                    done(me, setting, mine, claim.get());
            mine.finishUnpublished();
        });
    }

    /** Fails once and is there when the task can be tried again. */
    private static Role retrying() {
        return new Role("worker", (me, setting) -> {
            WorkerQueue mine = setting.join(me, setting.queueOf(me));
            Optional<Claim> claim = mine.claim();
            if (claim.isPresent()) mine.settle(claim.get(), new Outcome.Retry("not yet", Duration.ZERO));
            setting.pass(me, Duration.ofSeconds(2));
            Optional<Claim> again = mine.claim();
            if (again.isPresent()) done(me, setting, mine, again.get());
        });
    }

    static Role steward() {
        return new Role("steward", (me, setting) -> {
            WorkerQueue mine = setting.join(me, setting.queueOf(me));
            mine.rescue(setting::isBelievedDead);
        });
    }

    private static Role operator() {
        return new Role("operator", (me, setting) -> {
            TaskQueue queue = setting.queueOf(me);
            String stem = setting.plainQueue(setting.disk)
                    .list(TaskFilter.all())
                    .get(0)
                    .stem();
            if (queue.control().cancel(stem, "called off") == dev.millrace.queue.QueueControl.Cancelled.NOW)
                setting.ledger.calledOff(stem);
        });
    }

    private static void done(Actor me, ScenarioSetting setting, WorkerQueue mine, Claim claim) throws IOException {
        setting.ledger.began(me, claim.stem(), claim.attempt());
        String result = setting.newResult(me, claim);
        setting.ledger.gives(claim.stem(), result);
        Settlement settlement = mine.settle(claim, new Outcome.Done(TextNode.valueOf(result)));
        boolean single = BatchName.partOf(claim.stem()).isEmpty();
        if (single && settlement instanceof Settlement.Settled) setting.ledger.settled(me, claim.stem(), result);
    }
}
