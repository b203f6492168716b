package dev.millrace.queue;

import dev.millrace.task.DependencyPolicy;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.UniquePolicy;
import dev.millrace.testkit.DiskCall.Operation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is done until it is cut. */
enum CutStory {
    SUBMIT(world -> {
        world.submit(CutWorld.task("t"));
    }),
    SUBMIT_SEVERAL(world -> {
        world.submitAll(List.of(
                CutWorld.task("a"),
                CutWorld.task("b").priority(9),
                CutWorld.task("later").notBefore(world.time.instant().plusSeconds(60))));
    }),
    SUBMIT_BATCH(world -> {
        world.submitAll(quick(3));
    }),
    GROUP(world -> {
        world.promised.whole().add(Set.of("a", "b", "callback"));
        GroupSubmission group = world.queue("submitter")
                .submitGroup(
                        new TaskGroup("g", List.of(CutWorld.task("a"), CutWorld.task("b")), CutWorld.task("callback")));
        group.tasks().forEach(world::accepted);
        world.accepted(group.callback());
    }),
    GROUP_TO_ITS_END(world -> {
        GROUP.tell(world);
        world.beginHere();
        world.runs("w", CutWorld.done("one"));
        world.runs("w", new Outcome.Failed("bad", ""));
        world.worker("w").unblock();
        world.runs("w", CutWorld.done("all"));
    }),
    UNIQUE(world -> {
        world.promised.keys().add("key");
        world.submit(CutWorld.task("first").uniqueKey("key"));
        world.submit(CutWorld.task("second").uniqueKey("key"));
    }),
    UNIQUE_REPLACED(world -> {
        world.submit(CutWorld.task("first").uniqueKey("key"));
        world.submit(CutWorld.task("second").uniqueKey("key").unique(UniquePolicy.REPLACE));
    }),
    UNIQUE_PUT_OFF(world -> {
        for (String id : List.of("first", "second"))
            world.submit(CutWorld.task(id)
                    .uniqueKey("key")
                    .unique(UniquePolicy.DEBOUNCE)
                    .uniqueWindow(Duration.ofSeconds(5)));
    }),
    /** Arguments lie beside their document when both together are larger than a document may be. */
    LARGE_ARGUMENTS(world -> {
        world.submit(CutWorld.task("t").args(Map.of("text", "x".repeat(TaskDocument.MAX_BYTES))));
        world.requirePayloads(1);
    }),
    /** The heir keeps a large value, too, and often the same one. */
    LARGE_RESULT(
            world -> {
                world.submit(CutWorld.task("t"));
                world.runs("w", CutWorld.done("y".repeat(5_000)));
                world.worker("w").dropFinishedLogs();
                world.requirePayloads(1);
            },
            CutWorld.done("y".repeat(5_000))),
    LARGE_RESULT_IN_A_BATCH(world -> {
        world.submitAll(quick(2));
        Claim first = world.claim("w");
        world.settle("w", first, CutWorld.done("y".repeat(5_000)));
        Claim second = world.worker("w").claimAfter(first).orElseThrow();
        world.settle("w", second, CutWorld.done("z".repeat(5_000)));
        world.pass(Duration.ofMillis(10));
        world.worker("w").finishUnpublished();
        world.requirePayloads(2);
    }),
    /** The task is discarded, and the sweep lays its result aside and removes it. */
    LARGE_RESULT_SWEPT(world -> {
        Submission task = world.submit(CutWorld.task("t"));
        world.runs("w", CutWorld.done("y".repeat(5_000)));
        world.worker("w").dropFinishedLogs();
        world.worker("w").close();
        world.requirePayloads(1);
        world.beginHere();
        world.promised.removed().add(task.stem());
        world.queue("operator").control().discard(world.view(task));
        for (int sweep = 0; sweep < CutStory.SWEEPS; sweep++) {
            world.pass(Duration.ofDays(1));
            world.worker("s").sweep(RetentionLimits.defaults());
        }
        world.requirePayloads(0);
    }),
    DONE(world -> {
        world.submit(CutWorld.task("t"));
        world.runs("w", CutWorld.done("by w"));
        world.worker("w").dropFinishedLogs();
        world.worker("w").close();
    }),
    TWO_AT_ONCE(world -> {
        world.submitAll(List.of(CutWorld.task("a"), CutWorld.task("b")));
        Claim first = world.claim("v");
        Claim second = world.claim("w");
        world.settle("w", second, CutWorld.done("by w"));
        world.settle("v", first, CutWorld.done("by v"));
        world.worker("w").close();
    }),
    /** Of the line that it logs at first only half finds room; the next one must not be appended behind that. */
    DONE_AT_THE_SECOND_TRY(world -> {
        world.submit(CutWorld.task("t"));
        Claim claim = world.claim("w");
        world.hasNoRoom("w", "outcomes", () -> world.settle("w", claim, CutWorld.done("by w")));
        world.settle("w", claim, CutWorld.done("by w"));
        world.worker("w").close();
    }),
    FAILED(world -> {
        world.submit(CutWorld.task("t"));
        world.runs("w", new Outcome.Failed("by w", "trace"));
        world.worker("w").close();
    }),
    CALLED_OFF_BY_ITS_HANDLER(world -> {
        world.submit(CutWorld.task("t"));
        world.runs("w", new Outcome.Cancelled("by w"));
    }),
    RETRY(world -> {
        world.submit(CutWorld.task("t").maxAttempts(3));
        world.runs("w", new Outcome.Retry("not yet", Duration.ZERO));
        world.runs("w", new Outcome.Retry("not yet", Duration.ofSeconds(2)));
        world.pass(Duration.ofSeconds(3));
        world.worker("w").promote();
        world.runs("w", CutWorld.done("at last"));
        world.worker("w").close();
    }),
    SNOOZE_AND_HAND_BACK(world -> {
        world.submit(CutWorld.task("t").maxAttempts(1));
        world.runs("w", new Outcome.Snoozed("too early", Duration.ofSeconds(1)));
        world.pass(Duration.ofSeconds(2));
        world.worker("w").promote();
        world.runs("w", new Outcome.HandedBack("draining"));
        world.worker("w").close();
    }),
    RESCUE(world -> {
        world.submit(CutWorld.task("t"));
        world.claim("w");
        world.kill("w");
        world.rescue("s");
        world.runs("s", CutWorld.done("by s"));
    }),
    /** The zombie's outcome is fenced; both logs are there when the power fails. */
    RESCUE_FROM_ONE_WHO_LIVES(world -> {
        world.submit(CutWorld.task("t"));
        Claim stale = world.claim("w");
        world.rescue("s");
        Claim valid = world.claim("s");
        world.settle("w", stale, CutWorld.done("by w, which was taken for dead, and much longer"));
        world.settle("s", valid, CutWorld.done("by s"));
    }),
    RESCUE_OF_A_LOGGED_OUTCOME(world -> {
        world.submit(CutWorld.task("t"));
        Claim claim = world.claim("w");
        world.diesAt("w", Operation.RENAME, "running", () -> world.settle("w", claim, CutWorld.done("by w")));
        world.rescue("s");
    }),
    RESCUE_OF_A_FENCED_OUTCOME(world -> {
        world.submit(CutWorld.task("t"));
        Claim claim = world.claim("w");
        world.diesAt("w", Operation.WRITE_AT, "running", () -> world.settle("w", claim, CutWorld.done("by w")));
        world.rescue("s");
    }),
    GIVEN_UP(world -> {
        world.submit(CutWorld.task("t").maxAttempts(1));
        world.claim("w");
        world.kill("w");
        world.rescue("s");
        world.worker("s").close();
    }),
    BATCH(world -> {
        world.submitAll(quick(3));
        drainBatch(world, "w", 3);
        world.pass(Duration.ofSeconds(6));
        world.worker("w").promote();
        drainBatch(world, "w", 1);
        world.worker("w").close();
    }),
    BATCH_RESCUED_HALF_DONE(world -> {
        world.submitAll(quick(3));
        drainBatch(world, "w", 2);
        world.kill("w");
        world.rescue("s");
        drainBatch(world, "s", 1);
        world.worker("s").close();
    }),
    /** Twice its owner dies with nothing done: the first task is to blame. */
    BATCH_THAT_KILLS(world -> {
        world.submitAll(quick(2));
        for (String worker : List.of("u", "v", "w")) {
            world.pass(Duration.ofSeconds(1));
            world.worker(worker).claim();
            world.kill(worker);
            world.rescue("s");
        }
    }),
    CANCEL_WAITING(world -> {
        world.cancel(world.submit(CutWorld.task("t")));
    }),
    CANCEL_SCHEDULED(world -> {
        world.cancel(
                world.submit(CutWorld.task("t").notBefore(world.time.instant().plusSeconds(30))));
    }),
    CANCEL_BLOCKED(world -> {
        world.submit(CutWorld.task("parent"));
        world.cancel(world.submit(CutWorld.task("child").dependsOn("parent")));
    }),
    CANCEL_RUNNING(world -> {
        Submission task = world.submit(CutWorld.task("t"));
        Claim claim = world.claim("w");
        world.cancel(task);
        world.pass(Duration.ofSeconds(1));
        String why = world.worker("w").cancelRequest(claim).orElseThrow();
        world.settle("w", claim, new Outcome.Cancelled(why));
    }),
    CANCEL_OF_A_PART(world -> {
        world.cancel(world.submitAll(quick(2)).get(1));
    }),
    DEPENDENCY(world -> {
        world.submitAll(List.of(CutWorld.task("child").dependsOn("parent"), CutWorld.task("parent")));
        world.runs("w", CutWorld.done("first"));
        world.worker("w").unblock();
        world.runs("w", CutWorld.done("then"));
    }),
    DEPENDENCY_THAT_FAILS(world -> {
        world.submitAll(List.of(
                CutWorld.task("parent"),
                CutWorld.task("child").dependsOn("parent"),
                CutWorld.task("other").dependsOn("parent").onDependencyFailure(DependencyPolicy.FAIL)));
        world.runs("w", new Outcome.Failed("bad", ""));
        world.worker("w").unblock();
    }),
    SECOND_RUN(world -> {
        Submission first = world.submit(CutWorld.task("t"));
        world.runs("w", new Outcome.Failed("bad", ""));
        world.worker("w").close();
        world.beginHere();
        world.promised.removed().add(first.stem());
        world.promised.once().add("t");
        world.queue("operator").control().retry(world.view(first));
        world.runs("v", CutWorld.done("better"));
    }),
    REQUEUE(world -> {
        Submission task =
                world.submit(CutWorld.task("t").notBefore(world.time.instant().plusSeconds(100)));
        world.queue("operator").control().requeue(world.view(task));
        world.runs("w", CutWorld.done("now"));
    }),
    QUARANTINE(world -> {
        world.dropped("t.task.json", "{ not json");
        world.beginHere();
        world.worker("w").claim();
    }),
    QUARANTINE_OF_A_PICKLE(world -> {
        world.dropped("t.task.pkl", "cos\nsystem\n");
        world.beginHere();
        world.worker("w").claim();
    }),
    /** Somebody else's file, whose name will be used again. */
    DROPPED_BY_A_STRANGER(world -> {
        world.dropped(
                "000001-nightly-000-w.task.json",
                "{\"schema\": \"agi.service.task.v1\", \"task_id\": \"f\", \"worker\": \"\", \"worker_idx\": null,"
                        + " \"args\": {}}");
        world.beginHere();
        world.runs("w", CutWorld.done("by w"));
        world.worker("w").close();
    }),
    RETENTION(world -> {
        for (String id : List.of("a", "b")) {
            world.promised.removed().add(world.submit(CutWorld.task(id)).stem());
            world.runs("w", CutWorld.done("old"));
        }
        world.submit(CutWorld.task("young").notBefore(world.time.instant().plus(Duration.ofDays(9))));
        world.pass(Duration.ofDays(8));
        world.beginHere();
        world.worker("w").sweep(RetentionLimits.defaults());
        world.worker("w").sweep(RetentionLimits.defaults());
    });

    /** A large value that nobody needs is gone after so many. */
    private static final int SWEEPS = 5;

    private interface Story {
        void tell(CutWorld world) throws Exception;
    }

    /** Holds nothing of its own. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final Story story;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Outcome outcome;

    CutStory(Story story) {
        this(story, CutWorld.done("by the heir"));
    }

    /** @param outcome what a task comes to in the end, whoever runs it then */
    CutStory(Story story, Outcome outcome) {
        this.story = story;
        this.outcome = outcome;
    }

    void tell(CutWorld world) throws Exception {
        story.tell(world);
    }

    Outcome outcome() {
        return outcome;
    }

    private static List<Task> quick(int tasks) {
        List<Task> all = new java.util.ArrayList<>();
        for (int i = 0; i < tasks; i++) all.add(Task.of("quick").id("q" + i));
        return all;
    }

    /** Runs some tasks of a batch: the second one fails, the third is to be tried again. */
    private static void drainBatch(CutWorld world, String worker, int tasks) throws IOException {
        Optional<Claim> next = Optional.of(world.claim(worker));
        for (int i = 0; i < tasks && next.isPresent(); i++) {
            world.pass(Duration.ofMillis(10));
            world.settle(worker, next.get(), outcomeOfPart(next.get()));
            next = i + 1 < tasks ? world.worker(worker).claimAfter(next.get()) : Optional.empty();
        }
        world.pass(Duration.ofMillis(10));
        world.worker(worker).finishUnpublished();
    }

    private static Outcome outcomeOfPart(Claim claim) {
        if (claim.id().equals("q1")) return new Outcome.Failed("bad", "");
        if (claim.id().equals("q2") && claim.attempt() == 1) return new Outcome.Retry("later", Duration.ofSeconds(5));
        return CutWorld.done("by a worker");
    }
}
