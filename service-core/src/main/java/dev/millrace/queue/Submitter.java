package dev.millrace.queue;

import dev.millrace.queue.Drafts.Draft;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Task;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes new tasks: everything is checked before anything is written, and nobody is told before it is durable.
 *
 * <p>Callers that come at the same time share the force of the folder, and their small tasks share files: see
 * {@link Rounds} and {@link SubmitFiles}. One that comes alone waits for nobody.
 */
final class Submitter {
    private static final long ROUND_TASKS = 100_000;

    private final QueueLayout layout;
    private final QueueOptions options;
    private final Disk disk;
    private final DependencyPlan dependencies;
    private final SubmitFiles files;
    private final Publisher publisher;
    private final GroupSubmit groups;
    private final UniqueSubmit unique;
    private final Rounds<Request, Integer, List<Submission>> rounds = new Rounds<>(new Steps());

    Submitter(QueueLayout layout, QueueOptions options, QueuePorts ports, Payloads payloads) {
        this.layout = layout;
        this.options = options;
        this.disk = ports.disk();
        Drafts drafts = new Drafts(layout, ports, payloads);
        this.dependencies = new DependencyPlan(drafts, new DependencyFinder(layout, ports));
        this.files = new SubmitFiles(layout, options, ports, drafts);
        this.publisher = new Publisher(layout, disk);
        this.unique = new UniqueSubmit(layout, options, ports, payloads, this::ready);
        this.groups = new GroupSubmit(layout, options, ports, drafts, dependencies, files);
    }

    /** What one caller wants, and what became of it. */
    private static final class Request {
        private final List<Draft> drafts;
        private final List<Submission> accepted = new ArrayList<>();

        private Request(List<Draft> drafts) {
            this.drafts = drafts;
        }
    }

    private final class Steps implements Rounds.Steps<Request, Integer, List<Submission>> {
        @Override
        public long weight(Request request) {
            return request.drafts.size();
        }

        @Override
        public long mostWeight() {
            return ROUND_TASKS;
        }

        @Override
        public Integer together(List<Request> round) throws IOException {
            List<Draft> all = new ArrayList<>();
            for (Request request : round) all.addAll(request.drafts);
            List<Submission> submitted = write(files.planned(all), all.size());
            int from = 0;
            for (Request request : round) {
                request.accepted.addAll(submitted.subList(from, from + request.drafts.size()));
                from += request.drafts.size();
            }
            return all.size();
        }

        @Override
        public List<Submission> each(Request request, Integer tasks) {
            return request.accepted;
        }
    }

    Submission submit(Task task) throws IOException {
        return submitAll(List.of(task)).get(0);
    }

    GroupSubmission submitGroup(TaskGroup group) throws IOException {
        return groups.submit(group);
    }

    List<Submission> submitAll(List<Task> tasks) throws IOException {
        for (Task task : tasks) UniqueSubmit.check(task);
        if (tasks.stream().allMatch(task -> UniqueSubmit.keyOf(task).isEmpty())) return together(tasks);
        requireNoNamesOfUnique(tasks);
        dependencies.drafted(tasks);
        return tasks.size() == 1 ? List.of(unique.submit(tasks.get(0))) : apart(tasks);
    }

    private List<Submission> together(List<Task> tasks) throws IOException {
        List<Draft> made = dependencies.drafted(tasks);
        return made.isEmpty() ? List.of() : rounds.join(new Request(made));
    }

    /** Those with a unique key come one by one behind the others, on which they may depend. */
    private List<Submission> apart(List<Task> tasks) throws IOException {
        List<Task> plain = tasks.stream()
                .filter(task -> UniqueSubmit.keyOf(task).isEmpty())
                .toList();
        Iterator<Submission> others = together(plain).iterator();
        List<Submission> submitted = new ArrayList<>();
        int keyed = 0;
        try {
            for (Task task : tasks) {
                boolean isPlain = UniqueSubmit.keyOf(task).isEmpty();
                submitted.add(isPlain ? others.next() : unique.submit(task));
                if (!isPlain) keyed++;
            }
        } catch (IOException | InvalidTaskException e) {
            throw brokenOff(plain.size(), keyed, tasks.size(), e);
        }
        return submitted;
    }

    /** Whoever submits them all again would run those without a key twice. */
    private static SubmitException brokenOff(int plain, int keyed, int all, Exception e) {
        String which =
                plain == 0 ? "" : keyed == 0 ? ", those without a unique_key" : ", all without a unique_key among them";
        return new SubmitException(
                (plain + keyed) + " of " + all + " tasks were accepted" + which + "; " + e.getMessage(), e);
    }

    /** Which task will bear that id is not known before its key was looked up. */
    private static void requireNoNamesOfUnique(List<Task> tasks) {
        Set<String> ids = new LinkedHashSet<>();
        for (Task task : tasks)
            if (!UniqueSubmit.keyOf(task).isEmpty()) task.id().ifPresent(id -> ids.add(id.value()));
        for (Task task : tasks)
            for (String name : DependencyPlan.namesIn(task.keys().path("depends_on")))
                if (ids.contains(name))
                    throw new InvalidTaskException(
                            "depends_on", name, "has a unique_key; submit it first, and name it as its receipt does");
    }

    private UniqueSubmit.Ready ready(Task task) throws IOException {
        Draft draft = dependencies.drafted(List.of(task)).get(0);
        return new UniqueSubmit.Ready() {
            @Override
            public String stem() {
                return draft.order().stem(draft.id());
            }

            @Override
            public Submission submit() throws IOException {
                return rounds.join(new Request(List.of(draft))).get(0);
            }
        };
    }

    /** All drafts are on disk before the first of them gets its name, so a full disk refuses all or none. */
    private List<Submission> write(SubmitFiles.Plan plan, int tasks) throws SubmitException {
        List<SubmitFiles.NewFile> created = new ArrayList<>();
        int accepted = 0;
        try {
            for (SubmitFiles.NewFile file : plan.files()) {
                disk.create(file.draft(), file.content(), options.durability());
                created.add(file);
            }
            for (SubmitFiles.NewFile file : plan.files()) {
                if (!publisher.move(file.draft(), file.target()))
                    throw new NoSuchFileException(file.draft().toString());
                created.remove(file);
                accepted += file.tasks();
            }
        } catch (IOException e) {
            created.forEach(this::discard);
            throw refused(plan, accepted, tasks, e);
        }
        force(plan);
        return plan.submissions();
    }

    private void discard(SubmitFiles.NewFile file) {
        try {
            disk.delete(file.draft());
        } catch (IOException leftToRetention) {
            // drafts are swept
        }
    }

    private SubmitException refused(SubmitFiles.Plan plan, int accepted, int tasks, IOException e) {
        String before = tasks == 1 ? "" : accepted + " of " + tasks + " tasks were accepted; ";
        Submission first = plan.submissions().get(Math.min(accepted, tasks - 1));
        return new SubmitException(
                before + "task " + first.id() + " was not: cannot write " + first.file() + " (" + e
                        + "). Is the service started, and the disk neither full nor read-only?",
                e);
    }

    private void force(SubmitFiles.Plan plan) throws SubmitException {
        if (options.durability() != Durability.FSYNC) return;
        Set<Path> folders = new LinkedHashSet<>();
        for (SubmitFiles.NewFile file : plan.files()) folders.add(Disk.parentOf(file.target()));
        try {
            for (Path folder : folders) disk.forceFolder(folder);
        } catch (IOException e) {
            throw new SubmitException(
                    "task " + plan.submissions().get(0).id() + " was written into " + layout.root()
                            + " and may run, but nobody knows whether it would survive a power cut now (" + e
                            + "); look for it with 'millrace tasks' before you submit it again",
                    e);
        }
    }
}
