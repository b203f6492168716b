package dev.millrace.soak.fuzz;

import dev.millrace.lifecycle.StewardReport;
import dev.millrace.lifecycle.WorkerOrders;
import dev.millrace.queue.Submission;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A queue in which everything has happened, and in which some of the files in control/, or tasks of a dead worker, are
 * not as they were. Nobody may crash over it, each task must still be in exactly one place, and those of which no file was
 * damaged end, as does a new one.
 */
final class ControlRound implements Round {
    private static final int MOST = 4;
    private static final List<String> OPEN = List.of("pending", "running", "blocked");

    private final FuzzWorld world;
    private final Map<Path, byte[]> template;
    private final RandomGenerator random;
    private final Mutations mutations;
    private final List<Document> documents = new ArrayList<>();

    ControlRound(FuzzWorld world, Map<Path, byte[]> template, RandomGenerator random) {
        this.world = world;
        this.template = template;
        this.random = random;
        this.mutations = new Mutations(random);
    }

    @Override
    public void run() throws IOException, InterruptedException {
        for (Map.Entry<Path, byte[]> file : template.entrySet()) world.write(place(file.getKey()), file.getValue());
        List<Path> candidates = candidates();
        for (int i = random.nextInt(1, MOST + 1); i > 0; i--) mutate(candidates.get(random.nextInt(candidates.size())));
        world.look();
        read();
        world.live("one");
        Optional<Submission> added = submit();
        Submission plain = world.queue().submit(Task.of("k").id("plain"));
        world.live("two");
        world.look();
        check(added);
        expectEnded(plain);
    }

    private Path place(Path inTemplate) {
        return world.layout()
                .root()
                .resolve(Template.ROOT.relativize(inTemplate).toString());
    }

    private List<Path> candidates() {
        return template.keySet().stream()
                .filter(file -> !file.startsWith(Template.ROOT.resolve("pending"))
                        && !file.startsWith(Template.ROOT.resolve("heartbeats")))
                .toList();
    }

    private void mutate(Path file) throws IOException {
        byte[] content = mutations.of(template.getOrDefault(file, new byte[0]));
        String folder = String.valueOf(Template.ROOT.relativize(file).getName(0));
        documents.add(new Document(folder, place(file), content));
        world.write(place(file), content);
    }

    private void read() throws InterruptedException {
        world.tolerant(() -> WorkerOrders.standing(world.disk(), world.layout(), "dead"));
        world.tolerant(() -> WorkerOrders.handBackAfter(world.disk(), world.layout(), "dead"));
        world.tolerant(() -> StewardReport.read(world.disk(), world.layout()));
    }

    /** A damaged file of control/ may keep a submitter from being sure, and then says so. */
    private Optional<Submission> submit() throws InterruptedException {
        List<Submission> added = new ArrayList<>();
        world.tolerant(() -> added.add(world.queue().submit(Task.of("k").uniqueKey("one of a kind"))));
        return added.stream().findFirst();
    }

    private void check(Optional<Submission> added) throws IOException {
        List<Path> now = tasksIn(world.files().keySet(), world.layout().root());
        for (Path file : tasksIn(template.keySet(), Template.ROOT)) expectOnce(stemOf(file), now);
        if (added.isPresent() && added.get().isNew()) expectOnce(added.get().stem(), now);
    }

    /** A task of which a file was damaged may stand still; the others go on beside it, whatever lies there. */
    private void expectEnded(Submission plain) throws IOException {
        List<String> stems = new ArrayList<>(List.of(plain.stem()));
        for (Path file : template.keySet())
            if (isOpen(file, Template.ROOT) && isUndamaged(stemOf(file))) stems.add(stemOf(file));
        Path root = world.layout().root();
        for (Path file : world.files().keySet())
            if (isOpen(file, root) && stems.contains(stemOf(file)))
                throw new IllegalStateException("not damaged, and has not ended: " + file);
    }

    private boolean isUndamaged(String stem) {
        return documents.stream()
                .noneMatch(one -> String.valueOf(one.place().getFileName()).contains(stem + "."));
    }

    /** The file of a task that waits for nothing but a worker or other tasks. */
    private static boolean isOpen(Path file, Path root) {
        return OPEN.contains(String.valueOf(root.relativize(file).getName(0)));
    }

    private static List<Path> tasksIn(Iterable<Path> files, Path root) {
        List<Path> tasks = new ArrayList<>();
        for (Path file : files) {
            String name = String.valueOf(file.getFileName());
            String folder = String.valueOf(root.relativize(file).getName(0));
            if (TaskState.of(folder).isPresent() && !name.endsWith(".why.json")) tasks.add(file);
        }
        return tasks;
    }

    /** What a task keeps of its name for life: its order and id. */
    private static String stemOf(Path file) {
        String name = String.valueOf(file.getFileName());
        int from = name.matches("[0-9]{13}-.*") ? 14 : 0;
        int to = name.indexOf('.', from);
        return name.substring(from, to);
    }

    private static void expectOnce(String stem, List<Path> files) {
        List<Path> found = files.stream()
                .filter(file -> stemOf(file).equals(stem)
                        || String.valueOf(file.getFileName()).contains(stem + "."))
                .toList();
        if (found.size() != 1) throw new IllegalStateException(stem + " lies in " + found.size() + " places: " + found);
    }

    @Override
    public List<Document> documents() {
        return documents;
    }

    @Override
    public long refused() {
        return world.refusals().size() + world.quarantined();
    }
}
