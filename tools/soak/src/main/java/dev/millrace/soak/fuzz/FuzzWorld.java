package dev.millrace.soak.fuzz;

import dev.millrace.event.Event;
import dev.millrace.json.Json;
import dev.millrace.queue.Claim;
import dev.millrace.queue.Member;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.RetentionLimits;
import dev.millrace.queue.TaskFilter;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskView;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.recurring.RecurringDuty;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileFacts;
import dev.millrace.task.Outcome;
import dev.millrace.testkit.SteppedTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** A queue on some disk, with a stepped clock, and workers that do everything that workers do. */
final class FuzzWorld {
    private static final int MOST_STEPS = 2_000;
    private static final int LOOKED_AT = 40;
    private static final int MOST_IDLE = 12;
    private static final Duration POLL = Duration.ofSeconds(1);

    private final Disk disk;
    private final SteppedTime time;
    private final RandomGenerator random;
    private final List<Event> events = new ArrayList<>();
    private final TaskQueue queue;
    private final List<String> refusals = new ArrayList<>();

    FuzzWorld(Disk disk, SteppedTime time, RandomGenerator random, Path root) throws IOException {
        this.disk = disk;
        this.time = time;
        this.random = random;
        QueueOptions options =
                QueueOptions.defaults().withDurability(Durability.OS).withPoll(POLL);
        this.queue = TaskQueue.inDirectory(new QueueLayout(root), options, ports());
        queue.prepare();
    }

    private QueuePorts ports() {
        return new QueuePorts(disk, time, random, events::add);
    }

    TaskQueue queue() {
        return queue;
    }

    QueueLayout layout() {
        return queue.layout();
    }

    Disk disk() {
        return disk;
    }

    SteppedTime time() {
        return time;
    }

    /** What was refused in order, each with its reason. */
    List<String> refusals() {
        return refusals;
    }

    /** What the workers reported, for people. */
    List<String> reported() {
        return events.stream().map(Event::describe).toList();
    }

    long quarantined() {
        return events.stream().filter(Event.Quarantined.class::isInstance).count();
    }

    WorkerQueue join(String name) {
        return queue.join(Member.newLife(0, name, random));
    }

    /** A call that may be refused, but only as an error that the disk could have made, and with words. */
    interface Call {
        void run() throws IOException, InterruptedException;
    }

    void tolerant(Call call) throws InterruptedException {
        try {
            call.run();
        } catch (IOException refused) {
            if (refused.getMessage() == null) throw new IllegalStateException("refused without a word", refused);
            refusals.add(refused.getMessage());
        }
    }

    /** A worker's whole life: duties, and every task that it gets. */
    void live(String name) throws IOException, InterruptedException {
        WorkerQueue worker = join(name);
        worker.knowWorkers(() -> Set.of(name));
        RecurringDuty recurring = RecurringDuty.of(queue, List.of(), ports(), () -> true);
        int idle = 0;
        for (int step = 0; step < MOST_STEPS && idle < MOST_IDLE; step++) {
            tolerant(() -> worker.rescue(incarnation -> true));
            tolerant(worker::promote);
            tolerant(worker::unblock);
            tolerant(recurring::step);
            int done = work(worker);
            idle = done > 0 ? 0 : idle + 1;
            time.advance(POLL.plusMillis(1));
        }
        tolerant(() -> worker.sweep(RetentionLimits.defaults()));
        tolerant(worker::dropFinishedLogs);
        tolerant(worker::close);
    }

    private int work(WorkerQueue worker) throws InterruptedException {
        int[] done = {0};
        tolerant(() -> {
            for (Optional<Claim> claim = worker.claim(); claim.isPresent(); claim = next(worker, claim.get()))
                done[0]++;
            worker.finishUnpublished();
        });
        return done[0];
    }

    private Optional<Claim> next(WorkerQueue worker, Claim claim) throws IOException {
        worker.cancelRequest(claim);
        claim.idempotencyKey();
        worker.dependencies(claim).forEach(dependency -> {});
        worker.settle(claim, new Outcome.Done(Json.tree("ok")));
        Optional<Claim> after = worker.claimAfter(claim);
        return after.isPresent() ? after : worker.claim();
    }

    /** What those do who only look. */
    void look() throws IOException, InterruptedException {
        tolerant(queue::counts);
        tolerant(queue::ages);
        tolerant(() -> queue.control().pauses());
        tolerant(() -> queue.control().limits("k", ""));
        tolerant(() -> {
            for (TaskView view : queue.list(TaskFilter.all().withLimit(LOOKED_AT))) look(view);
        });
    }

    private void look(TaskView view) throws IOException {
        queue.find(view.id());
        queue.locate(view.stem());
        queue.read(view).ifPresent(record -> {
            record.result();
            record.error();
            record.runtimeSeconds();
        });
    }

    /** All files of the queue with their content, by their paths. */
    Map<Path, byte[]> files() throws IOException {
        Map<Path, byte[]> files = new TreeMap<>();
        collect(layout().root(), files);
        return files;
    }

    private void collect(Path folder, Map<Path, byte[]> files) throws IOException {
        for (String name : disk.sortedNames(folder)) {
            Path path = folder.resolve(name);
            Optional<FileFacts> facts = disk.facts(path);
            if (facts.isEmpty()) continue;
            if (facts.get().kind() == FileFacts.Kind.FOLDER) collect(path, files);
            else files.put(path, disk.read(path, Integer.MAX_VALUE - 8));
        }
    }

    void write(Path file, byte[] content) throws IOException {
        disk.createFolders(Disk.parentOf(file));
        disk.delete(file);
        disk.create(file, content, Durability.OS);
    }
}
