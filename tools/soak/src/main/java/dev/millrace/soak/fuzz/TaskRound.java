package dev.millrace.soak.fuzz;

import dev.millrace.queue.Submission;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

    private final FuzzWorld world;
    private final RandomGenerator random;
    private final Mutations mutations;
    private final List<Document> documents = new ArrayList<>();

    TaskRound(FuzzWorld world, RandomGenerator random) {
        this.world = world;
        this.random = random;
        this.mutations = new Mutations(random);
    }

    @Override
    public void run() throws IOException, InterruptedException {
        Submission good = world.queue().submit(Task.of("good").id("good"));
        Path pending = world.layout().folder(TaskState.PENDING);
        String line = "{\"schema\":\"agi.service.task.v1\",\"task_id\":\"%s\",\"kind\":\"k\"}\n";
        world.write(
                pending.resolve("neighbours.n2.batch.jsonl"),
                (line.formatted("n0") + line.formatted("n1")).getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < DOCUMENTS; i++) documents.add(made(pending, "fz" + i + "z"));
        for (Document document : documents) world.write(document.place(), document.content());
        world.look();
        world.live("one");
        world.look();
        check(good);
    }

    private Document made(Path folder, String token) {
        if (random.nextInt(4) > 0)
            return new Document("task", folder.resolve(one(NAMES).formatted(token)), mutations.of(bytes(one(MODELS))));
        String lines = one(MODELS) + "\n" + one(MODELS) + "\n" + one(MODELS) + "\n";
        return new Document("batch", folder.resolve(one(BATCH_NAMES).formatted(token)), mutations.of(bytes(lines)));
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
        for (int i = 0; i < documents.size(); i++) check(documents.get(i), "fz" + i + "z", files);
        if (!world.refusals().isEmpty())
            throw new IllegalStateException(
                    "a disk that never fails was reported: " + world.refusals().get(0));
    }

    private void check(Document document, String token, Map<Path, byte[]> files) {
        List<Path> found = files.keySet().stream()
                .filter(file ->
                        isOfTask(file) && String.valueOf(file.getFileName()).contains(token))
                .toList();
        if (found.size() != 1)
            throw new IllegalStateException(document.place() + " lies in " + found.size() + " places: " + found);
        Path file = found.get(0);
        byte[] now = files.getOrDefault(file, new byte[0]);
        boolean aside = files.keySet().stream()
                .anyMatch(one -> String.valueOf(one.getFileName()).contains(token)
                        && String.valueOf(one.getFileName()).endsWith(SIDECAR));
        if (aside && !Arrays.equals(now, document.content()))
            throw new IllegalStateException(file + " was put aside, but not as it was");
        if (!aside && !beginsAs(now, document.content()))
            throw new IllegalStateException(file + " does not hold what it held");
        String state = String.valueOf(world.layout().root().relativize(file).getName(0));
        // By AGILAB's rule a task waits for the worker whose number it names, also for one that never comes.
        boolean waitsForNumber = new String(now, StandardCharsets.UTF_8).contains("worker_idx");
        if (state.equals("running") || (state.equals("pending") && !waitsForNumber))
            throw new IllegalStateException(file + " has not come to rest; reported: " + world.reported());
    }

    private boolean isOfTask(Path file) {
        String name = String.valueOf(file.getFileName());
        String folder = String.valueOf(world.layout().root().relativize(file).getName(0));
        return TaskState.of(folder).isPresent() && !name.endsWith(SIDECAR);
    }

    /** An outcome stands behind what was there, in place of the last brace of a single document. */
    private static boolean beginsAs(byte[] now, byte[] before) {
        int end = before.length;
        while (end > 0 && (before[end - 1] <= ' ' || before[end - 1] == '}') && end > before.length - 40) end--;
        return now.length >= end && Arrays.equals(now, 0, end, before, 0, end);
    }

    @Override
    public List<Document> documents() {
        return documents;
    }

    @Override
    public long refused() {
        return world.quarantined();
    }
}
