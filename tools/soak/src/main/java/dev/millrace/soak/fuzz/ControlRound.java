package dev.millrace.soak.fuzz;

import dev.millrace.lifecycle.StewardReport;
import dev.millrace.lifecycle.WorkerOrders;
import dev.millrace.queue.Submission;
import dev.millrace.storage.Disk;
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
    private static final String SIDECAR = ".why.json";
    private static final String ODD_NAME = "odd name";
    private static final String FOLDER = "folder";
    private static final List<String> OPEN = List.of("pending", "running", "blocked");

    private final FuzzWorld world;
    private final Map<Path, byte[]> template;
    private final RandomGenerator random;
    private final boolean movesFolders;
    private final Mutations mutations;
    private final OddNames names;
    private final List<Document> documents = new ArrayList<>();

    /** @param movesFolders false where the disk refuses to rename folders: then there are none where files are moved */
    ControlRound(FuzzWorld world, Map<Path, byte[]> template, RandomGenerator random, boolean movesFolders) {
        this.world = world;
        this.movesFolders = movesFolders;
        this.template = template;
        this.random = random;
        this.mutations = new Mutations(random);
        this.names = new OddNames(random);
    }

    @Override
    public void run() throws IOException, InterruptedException {
        for (Map.Entry<Path, byte[]> file : template.entrySet()) world.write(place(file.getKey()), file.getValue());
        List<Path> candidates = candidates();
        for (int i = random.nextInt(1, MOST + 1); i > 0; i--)
            mutate(candidates.remove(random.nextInt(candidates.size())));
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
        return new ArrayList<>(template.keySet().stream()
                .filter(file -> !file.startsWith(Template.ROOT.resolve("pending"))
                        && !file.startsWith(Template.ROOT.resolve("heartbeats")))
                .toList());
    }

    private void mutate(Path file) throws IOException {
        byte[] content = mutations.of(template.getOrDefault(file, new byte[0]));
        Document document = made(file, place(file), content);
        documents.add(document);
        if (document.kind().equals(FOLDER)) world.disk().delete(place(file));
        world.write(document.place(), content);
    }

    private Document made(Path file, Path place, byte[] content) {
        String folder = String.valueOf(Template.ROOT.relativize(file).getName(0));
        boolean isOfTask = TaskState.of(folder).isPresent();
        int dice = random.nextInt(8);
        if (dice < 2) return new Document(ODD_NAME, odd(place, isOfTask), content);
        boolean isMoved = isOfTask || Disk.parentOf(place).equals(world.layout().outcomes());
        if (dice == 2 && (movesFolders || !isMoved)) return new Document(FOLDER, place.resolve("inside"), content);
        return new Document(folder, place, content);
    }

    /** Beside the good one. What lies among the tasks is another task; of the other things it may be a second of the same. */
    private Path odd(Path place, boolean isOfTask) {
        String own = "fz" + documents.size() + "z";
        String name = String.valueOf(place.getFileName());
        int dot = name.indexOf('.');
        String known = dot < 0 ? name : isOfTask ? stemOf(place) : name.substring(0, dot);
        boolean keeps = !isOfTask && random.nextBoolean();
        return place.resolveSibling(keeps ? names.of(name, known) : names.of(name.replace(known, own), own));
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
        for (int i = 0; i < documents.size(); i++) expectNotLost(documents.get(i), "fz" + i + "z");
    }

    /** Whatever it is called: what lay among the tasks lies there once. */
    private void expectNotLost(Document document, String own) throws IOException {
        Path root = world.layout().root();
        String state = String.valueOf(root.relativize(document.place()).getName(0));
        boolean isAmongTasks =
                TaskState.of(state).isPresent() && !document.place().toString().endsWith(SIDECAR);
        if (!document.place().toString().contains(own) || !isAmongTasks) return;
        long found = world.files().keySet().stream()
                .filter(file ->
                        file.toString().contains(own) && !file.toString().endsWith(SIDECAR))
                .filter(file -> TaskState.of(
                                String.valueOf(root.relativize(file).getName(0)))
                        .isPresent())
                .count();
        if (found != 1) throw new IllegalStateException(document.place() + " lies in " + found + " places");
    }

    /** A task of which a file was damaged may stand still; the others go on beside it, whatever lies there. */
    private void expectEnded(Submission plain) throws IOException {
        List<String> stems = new ArrayList<>(List.of(plain.stem()));
        for (Path file : template.keySet())
            if (isOpen(file, Template.ROOT) && isUndamaged(stemOf(file))) stems.add(stemOf(file));
        Path root = world.layout().root();
        for (Path file : tasksIn(world.files().keySet(), root))
            if (isOpen(file, root) && stems.contains(stemOf(file)))
                throw new IllegalStateException("not damaged, and has not ended: " + file);
    }

    private boolean isUndamaged(String stem) {
        return documents.stream().noneMatch(one -> one.place().toString().contains(stem + "."));
    }

    /** The file of a task that waits for nothing but a worker or other tasks. */
    private static boolean isOpen(Path file, Path root) {
        return OPEN.contains(String.valueOf(root.relativize(file).getName(0)));
    }

    private static List<Path> tasksIn(Iterable<Path> files, Path root) {
        List<Path> tasks = new ArrayList<>();
        for (Path file : files) {
            Path inQueue = root.relativize(file);
            if (TaskState.of(String.valueOf(inQueue.getName(0))).isEmpty()) continue;
            // A folder may lie in a task's place.
            Path place = root.resolve(inQueue.subpath(0, 2));
            if (!String.valueOf(place.getFileName()).endsWith(SIDECAR)) tasks.add(place);
        }
        return tasks;
    }

    /** What a task keeps of its name for life: its order and id. A made-up name may be cut off before its dot. */
    private static String stemOf(Path file) {
        String name = String.valueOf(file.getFileName());
        int from = name.matches("[0-9]{13}-.*") ? 14 : 0;
        int to = name.indexOf('.', from);
        return to < 0 ? name.substring(from) : name.substring(from, to);
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
