package dev.millrace.soak.fuzz;

import dev.millrace.queue.Submission;
import dev.millrace.task.BatchName;
import dev.millrace.task.Task;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Task files of both sorts, dropped into pending. Each must come to rest in exactly one place, put aside as it was with a
 * reason or ended with all that it held; and the good ones beside them run.
 */
final class TaskRound implements Round {
    private static final int DOCUMENTS = 16;
    private static final String SIDECAR = ".why.json";

    private static final List<String> MODELS = List.of(
            "{\"schema\":\"agi.service.task.v1\"}",
            "{\"schema\":\"agi.service.task.v1\",\"task_id\":\"a\",\"kind\":\"k\",\"args\":{\"n\":1,\"deep\":[{\"x\":null}]},"
                    + "\"priority\":5,\"created_at\":1767268800.5,\"worker\":\"w\",\"worker_idx\":0,\"tags\":[\"t\"],"
                    + "\"idempotency_key\":\"i\",\"trace\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"}",
            "{\"schema\":\"agi.service.task.v1\",\"kind\":\"k\",\"not_before\":1767268805,\"timeout_sec\":4.5,"
                    + "\"soft_timeout_sec\":1,\"max_attempts\":3,\"attempt\":1,"
                    + "\"retry\":{\"strategy\":\"exponential\",\"base\":1,\"cap\":60,\"jitter\":\"full\"}}",
            "{\"schema\":\"agi.service.task.v1\",\"kind\":\"k\",\"depends_on\":[\"good\"],\"on_dependency_failure\":\"run\","
                    + "\"group\":\"g\",\"waits_for\":[],\"callback_of\":{\"name\":\"g\",\"tasks\":2}}",
            "{\"schema\":\"agi.service.task.v1\",\"unique_key\":\"u\",\"unique\":{\"policy\":\"discard\",\"window_sec\":5},"
                    + "\"concurrency_key\":\"c\"}",
            "{\"schema\":\"agi.service.task.v1\",\"plan\":{\"__agi_worker_chunk__\":true,\"chunk\":[1],\"total_workers\":2,"
                    + "\"worker_idx\":1},\"metadata\":[[],[1]],\"args\":{\"$payload\":\"sha256:00\",\"bytes\":1}}");

    private static final List<String> NAMES = List.of(
            "%s.task.json",
            "%s.task.json",
            "%s.task.json",
            "%s.a2r1.task.json",
            "%s.a999999r9.task.json",
            "51767268800000000abcd-%s.task.json",
            "91767268800000000abcdk01234567-%s.task.json",
            "01767268800000000abcdwc-%s.task.json",
            "1767268800000-%s.task.json");

    private static final List<String> BATCH_NAMES = List.of(
            "%s.batch.jsonl",
            "%s.n3.batch.jsonl",
            "%s.n1.batch.jsonl",
            "%s.n3.p1d1f0c0r1s0.batch.jsonl",
            "%s.n3.p3d1f1c1r2s2.batch.jsonl",
            "51767268800000000abcd-%s.n3.batch.jsonl");

    /** Unchanged these end as done: they want no worker of a number, no key that another one has, and no value beside them. */
    private static final Set<String> GOOD = Set.of(MODELS.get(0), MODELS.get(2), MODELS.get(3));

    private static final Set<String> GOOD_NAMES = Set.copyOf(NAMES);

    private final FuzzWorld world;
    private final RandomGenerator random;
    private final boolean movesFolders;
    private final Mutations mutations;
    private final OddNames names;
    private final List<Made> made = new ArrayList<>();

    /**
     * One of them.
     *
     * @param own what its name has, and no other one's
     * @param isGood nothing is wrong with it
     */
    private record Made(Document document, String own, boolean isGood) {}

    /** @param movesFolders false where the disk refuses to rename folders, as the one in memory does: then there are none */
    TaskRound(FuzzWorld world, RandomGenerator random, boolean movesFolders) {
        this.world = world;
        this.movesFolders = movesFolders;
        this.random = random;
        this.mutations = new Mutations(random);
        this.names = new OddNames(random);
    }

    @Override
    public void run() throws IOException, InterruptedException {
        Submission good = world.queue().submit(Task.of("good").id("good"));
        Path pending = world.layout().folder(TaskState.PENDING);
        String line = "{\"schema\":\"agi.service.task.v1\",\"task_id\":\"%s\",\"kind\":\"k\"}\n";
        world.write(
                pending.resolve("neighbours.n2.batch.jsonl"),
                (line.formatted("n0") + line.formatted("n1")).getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < DOCUMENTS; i++) made.add(made(pending, "fz" + i + "z"));
        for (Document document : documents()) world.write(document.place(), document.content());
        world.look();
        world.live("one");
        world.look();
        check(good);
    }

    private Made made(Path folder, String own) {
        boolean single = random.nextInt(4) > 0;
        String model = single ? one(MODELS) : one(MODELS) + "\n" + one(MODELS) + "\n" + one(MODELS) + "\n";
        String name = one(single ? NAMES : BATCH_NAMES);
        byte[] content = mutations.of(bytes(model));
        boolean isGood = GOOD.contains(model) && GOOD_NAMES.contains(name) && Arrays.equals(content, bytes(model));
        Path place = folder.resolve(name.formatted(own));
        int dice = random.nextInt(12);
        if (dice < 2) return new Made(new Document("odd name", odd(place, own), content), own, false);
        if (dice == 2 && movesFolders)
            return new Made(new Document("folder", place.resolve("inside"), content), own, false);
        return new Made(new Document(single ? "task" : "batch", place, content), own, isGood);
    }

    private Path odd(Path place, String own) {
        return place.resolveSibling(names.of(String.valueOf(place.getFileName()), own));
    }

    private String one(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void check(Submission good) throws IOException {
        Map<Path, byte[]> files = world.files();
        if (!world.queue()
                .locate(good.stem())
                .map(view -> view.state() == TaskState.DONE)
                .orElse(false))
            throw new IllegalStateException(
                    "the good task did not run: " + world.queue().locate(good.stem()));
        if (files.keySet().stream()
                .noneMatch(file -> file.startsWith(world.layout().folder(TaskState.DONE))
                        && String.valueOf(file.getFileName()).startsWith("neighbours")))
            throw new IllegalStateException("the good batch did not run");
        for (Made one : made) check(one, files);
        if (!world.refusals().isEmpty())
            throw new IllegalStateException(
                    "a disk that never fails was reported: " + world.refusals().get(0));
    }

    private void check(Made one, Map<Path, byte[]> files) {
        Document document = one.document();
        byte[] left = files.getOrDefault(document.place(), new byte[0]);
        if (!isTask(document.place())) {
            if (!files.containsKey(document.place()) || !Arrays.equals(left, document.content()))
                throw new IllegalStateException(document.place() + " is no task's, and was not left as it was");
            return;
        }
        List<Path> found = files.keySet().stream()
                .filter(file -> isOfTask(file) && inQueue(file).contains(one.own()))
                .toList();
        if (found.size() != 1)
            throw new IllegalStateException(document.place() + " lies in " + found.size() + " places: " + found);
        check(one, found.get(0), files);
    }

    private void check(Made one, Path file, Map<Path, byte[]> files) {
        byte[] content = one.document().content();
        byte[] now = files.getOrDefault(file, new byte[0]);
        boolean aside = files.keySet().stream()
                .anyMatch(other ->
                        inQueue(other).contains(one.own()) && inQueue(other).endsWith(SIDECAR));
        if (aside && !Arrays.equals(now, content))
            throw new IllegalStateException(file + " was put aside, but not as it was");
        if (!aside && !beginsAs(now, content)) throw new IllegalStateException(file + " does not hold what it held");
        String state = stateOf(file);
        if (one.isGood() && !state.equals("done"))
            throw new IllegalStateException(
                    file + " was good, and is not done" + (aside ? ", but put aside" : "") + "; " + world.reported());
        // By AGILAB's rule a task waits for the worker whose number it names, also for one that never comes.
        boolean waitsForNumber = new String(now, StandardCharsets.UTF_8).contains("worker_idx");
        if (state.equals("running") || (state.equals("pending") && !waitsForNumber))
            throw new IllegalStateException(file + " has not come to rest; reported: " + world.reported());
    }

    /** What it is called, or the folder in which it lies, says that it is a task. */
    private boolean isTask(Path place) {
        Path pending = world.layout().folder(TaskState.PENDING);
        String name = String.valueOf(pending.relativize(place).getName(0));
        return TaskName.isTaskFile(name) || BatchName.isBatchFile(name) || name.endsWith(TaskName.PICKLE_SUFFIX);
    }

    private String inQueue(Path file) {
        return world.layout().root().relativize(file).toString();
    }

    private String stateOf(Path file) {
        return String.valueOf(world.layout().root().relativize(file).getName(0));
    }

    private boolean isOfTask(Path file) {
        return TaskState.of(stateOf(file)).isPresent() && !inQueue(file).endsWith(SIDECAR);
    }

    /** An outcome stands behind what was there, in place of the last brace of a single document. */
    private static boolean beginsAs(byte[] now, byte[] before) {
        int end = before.length;
        while (end > 0 && (before[end - 1] <= ' ' || before[end - 1] == '}') && end > before.length - 40) end--;
        return now.length >= end && Arrays.equals(now, 0, end, before, 0, end);
    }

    @Override
    public List<Document> documents() {
        return made.stream().map(Made::document).toList();
    }

    @Override
    public long refused() {
        return world.quarantined();
    }
}
