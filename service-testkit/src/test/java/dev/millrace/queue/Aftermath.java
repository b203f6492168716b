package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.millrace.storage.FileFacts;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What becomes of a queue when everybody has died: new processes work until all is quiet, and every promise is kept. */
final class Aftermath {
    private static final int ROUNDS = 60;

    /** A large value is removed in the third one: it is doubted, laid aside, and gone. */
    private static final int SWEEPS = 4;

    private static final Duration ROUND = Duration.ofSeconds(6);

    /** What waits for its time waits less than this. */
    private static final Duration LATER = Duration.ofDays(1);

    /** In so many rounds a task that waits for one that is nowhere is looked for twice. */
    private static final int QUIET_ROUNDS = 4;

    private static final RetentionLimits FOR_EVER = new RetentionLimits(
            RetentionLimits.Limit.of(Duration.ZERO, 0),
            RetentionLimits.Limit.of(Duration.ZERO, 0),
            RetentionLimits.Limit.of(Duration.ZERO, 0));

    /** Files that stay for the next task. */
    private static final Set<String> KEPT =
            Set.of("control/sequence", "control/runtimes.json", "control/limits.lock", "control/second-runs/lock");

    private final CutStory story;
    private final CutWorld world;
    private final boolean workerFirst;

    /** Unique names of what has ended since. */
    private final Set<String> ended = new HashSet<>();

    /** @param workerFirst true when a worker claims before a steward has mended anything */
    Aftermath(CutStory story, CutWorld world, boolean workerFirst) {
        this.story = story;
        this.world = world;
        this.workerFirst = workerFirst;
    }

    /** Only the first round. */
    void begin() throws IOException {
        if (workerFirst) work();
        housekeeping();
        work();
        housekeeping();
    }

    /** The same after somebody has come with each unique key, and the sweep, which finishes what operators have begun. */
    void goOn() throws IOException {
        for (String key : world.promised.keys()) {
            Submission told = world.submit(CutWorld.task("again").uniqueKey(key));
            world.promised.accepted().add(told.stem());
        }
        begin();
        world.worker("steward").sweep(FOR_EVER);
    }

    void check() throws IOException {
        expectNothingElseIsSeen();
        expectOneOfEachKey();
        if (workerFirst) work();
        untilQuiet();
        expectPromises();
        expectNothingLeft();
    }

    // ------------------------------------------------------------------ new lives

    private void untilQuiet() throws IOException {
        for (int round = 0, quiet = 0; quiet < QUIET_ROUNDS || !allHasEnded(); round++) {
            if (round == ROUNDS) fail("does not come to rest: " + world.list());
            int moved = housekeeping() + work();
            quiet = moved == 0 ? quiet + 1 : 0;
            if (quiet == 1) world.worker("steward").sweep(FOR_EVER);
            world.time.advance(quiet < QUIET_ROUNDS ? ROUND : LATER);
        }
    }

    private boolean allHasEnded() throws IOException {
        for (TaskState state : TaskState.values())
            if (!state.isTerminal() && !tasksIn(state).isEmpty()) return false;
        return true;
    }

    private int housekeeping() throws IOException {
        WorkerQueue steward = world.worker("steward");
        String worker = world.worker("heir").member().incarnation();
        String own = steward.member().incarnation();
        int moved = steward.rescue(incarnation -> !incarnation.equals(worker) && !incarnation.equals(own))
                + steward.promote()
                + steward.unblock()
                + steward.finishUnpublished();
        steward.dropFinishedLogs();
        return moved;
    }

    private int work() throws IOException {
        WorkerQueue heir = world.worker("heir");
        int runs = 0;
        for (Optional<Claim> next = heir.claim(); next.isPresent(); next = heir.claim())
            for (Optional<Claim> claim = next; claim.isPresent(); claim = heir.claimAfter(claim.get())) {
                run(heir, claim.get());
                runs++;
            }
        world.time.advance(Duration.ofMillis(10));
        runs += heir.finishUnpublished();
        heir.dropFinishedLogs();
        return runs;
    }

    private void run(WorkerQueue heir, Claim claim) throws IOException {
        assertThat(world.promised.calledOff()).as("called off, and begun again").doesNotContain(claim.stem());
        assertThat(world.promised.seen()).as("ended, and begun again").doesNotContainKey(claim.stem());
        assertThat(ended).as("ended since, and begun again").doesNotContain(claim.stem());
        assertThat(claim.attempt())
                .as("attempts of " + claim.stem())
                .isLessThanOrEqualTo(CutWorld.OPTIONS.mostAttempts(claim.document()));
        resolved(heir, claim);
        heir.settle(claim, story.outcome());
        ended.add(claim.stem());
    }

    /** What a task refers to is there, and whole. */
    private static void resolved(WorkerQueue heir, Claim claim) throws IOException {
        try {
            heir.resolved(claim);
        } catch (PayloadException e) {
            throw new AssertionError(claim.stem() + " refers to what cannot be read", e);
        }
    }

    // ------------------------------------------------------------------ what must hold

    /** Before anybody has mended anything, a reader finds each task once, and as he saw it or not ended. */
    private void expectNothingElseIsSeen() throws IOException {
        places();
        Map<String, String> now = world.seen();
        world.promised
                .seen()
                .forEach((stem, outcome) -> assertThat(now.getOrDefault(stem, outcome))
                        .as("seen again, before anything was mended")
                        .isEqualTo(outcome));
    }

    /** Whoever submits another one with a unique key gets none beside the one that is there. */
    private void expectOneOfEachKey() throws IOException {
        for (String key : world.promised.keys()) {
            world.submit(CutWorld.task("again").uniqueKey(key));
            assertThat(places().values())
                    .as("tasks that wait with the unique key " + key)
                    .filteredOn(state -> !state.isTerminal())
                    .hasSize(1);
        }
    }

    /** Each task, by its unique name; it is found once. */
    private Map<String, TaskState> places() throws IOException {
        Map<String, TaskState> places = new HashMap<>();
        for (TaskView view : world.list())
            assertThat(places.put(view.stem(), view.state()))
                    .as(view.stem() + " is found twice")
                    .isNull();
        return places;
    }

    private void expectPromises() throws IOException {
        Map<String, TaskState> places = places();
        List<String> ids = new ArrayList<>();
        for (TaskView view : world.list()) {
            assertThat(view.state().isTerminal())
                    .as(view.file() + " has not ended")
                    .isTrue();
            ids.add(view.id());
        }
        expectAccepted(places);
        for (String id : world.promised.once())
            assertThat(ids.stream().filter(id::equals).count())
                    .as("tasks called " + id)
                    .isEqualTo(1);
        for (Set<String> all : world.promised.whole())
            assertThat(all.stream().filter(ids::contains).count())
                    .as("of the group " + all)
                    .isIn(0L, (long) all.size());
        expectCounts(places);
        for (TaskState state : TaskState.values())
            if (!state.isTerminal()) assertThat(tasksIn(state)).as(state.word()).isEmpty();
    }

    private List<String> tasksIn(TaskState state) throws IOException {
        return world.names(state).stream()
                .filter(name -> !name.startsWith(".draft-"))
                .toList();
    }

    private void expectAccepted(Map<String, TaskState> places) throws IOException {
        Map<String, String> now = world.seen();
        for (String stem : world.promised.accepted())
            if (!world.promised.removed().contains(stem))
                assertThat(places).as("accepted tasks").containsKey(stem);
        world.promised.seen().forEach((stem, outcome) -> {
            if (!world.promised.removed().contains(stem) && !isGoneUnpromised(stem, now))
                assertThat(now).as("outcomes that were seen").containsEntry(stem, outcome);
        });
    }

    /** Of a task whose submit never returned a power cut may leave nothing, also when it has been run meanwhile. */
    private boolean isGoneUnpromised(String stem, Map<String, String> now) {
        return !world.promised.accepted().contains(stem) && !now.containsKey(stem);
    }

    private void expectCounts(Map<String, TaskState> places) throws IOException {
        Map<TaskState, Long> counted = new HashMap<>();
        for (TaskState state : places.values()) counted.merge(state, 1L, Long::sum);
        assertThat(world.counts()).as("counts").isEqualTo(new QueueCounts(counted));
    }

    /** When everything is old, retention leaves nothing but what the next task needs. */
    private void expectNothingLeft() throws IOException {
        world.worker("heir").close();
        world.worker("steward").close();
        world.kill("heir");
        world.kill("steward");
        WorkerQueue sweeper = world.worker("sweeper");
        world.time.advance(Duration.ofDays(20));
        List<String> left = left(CutWorld.LAYOUT.root());
        for (int sweep = 0; sweep < SWEEPS && !left.isEmpty(); sweep++) {
            world.rescue("sweeper");
            sweeper.sweep(RetentionLimits.defaults());
            world.time.advance(Duration.ofDays(1));
            left = left(CutWorld.LAYOUT.root());
        }
        sweeper.close();
        assertThat(left).as("left behind").isEmpty();
    }

    private List<String> left(Path folder) throws IOException {
        List<String> left = new ArrayList<>();
        for (String name : world.disk().sortedNames(folder)) {
            Path path = folder.resolve(name);
            String shown = CutWorld.LAYOUT.root().relativize(path).toString();
            if (world.disk().facts(path).orElseThrow().kind() == FileFacts.Kind.FOLDER) left.addAll(left(path));
            else if (!KEPT.contains(shown) && !isLockOfKeys(shown)) left.add(shown);
        }
        return left;
    }

    private static boolean isLockOfKeys(String shown) {
        return shown.startsWith("control/unique/") && shown.endsWith(".lock");
    }
}
