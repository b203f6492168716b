package dev.millrace.soak;

import dev.millrace.event.EventSink;
import dev.millrace.liveness.Processes;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.TaskQueue;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A process that submits: {@code SubmitterMain <queue folder> <durability> <seed>}. It writes down what it is about to
 * submit, and what it was told is accepted. What failed is not submitted again: its fate is open.
 */
final class SubmitterMain {
    /** From one task to the next while few are asked for: such that some slots are at work whenever a worker is killed. */
    private static final Duration SPARING = Duration.ofMillis(100);

    /** So many wait then that all slots have work; more would only fill the disk, as kills leave no time to run them. */
    private static final int PLENTY = 50;

    private static final Duration AFTER_TROUBLE = Duration.ofMillis(200);

    private final RunFolder run;
    private final TaskQueue queue;
    private final Path pending;
    private final Ledger ledger;
    private final TaskMaker maker;
    private final Time time = Time.system();

    private SubmitterMain(RunFolder run, TaskQueue queue, Ledger ledger, TaskMaker maker) {
        this.run = run;
        this.queue = queue;
        this.pending = queue.layout().folder(TaskState.PENDING);
        this.ledger = ledger;
        this.maker = maker;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        RunFolder run = RunFolder.ofProcess();
        ShiftedTime clock = new ShiftedTime(Time.system());
        new Belonging(run, Processes.local(), Time.system()).begin(clock);
        String name = RunFolder.nameOf(Processes.local().self());
        SplittableRandom random = new SplittableRandom(Long.parseLong(args[2]));
        QueueOptions options = QueueOptions.defaults().withDurability(Durability.valueOf(args[1]));
        QueuePorts ports = new QueuePorts(Disk.local(), clock, new java.security.SecureRandom(), EventSink.silent());
        TaskQueue queue = TaskQueue.inDirectory(new QueueLayout(Path.of(args[0])), options, ports);
        try (Ledger ledger = Ledger.open(run.ledger().resolve("submits-" + name), Time.system())) {
            new SubmitterMain(run, queue, ledger, new TaskMaker(name, random, clock)).submitUntilEnough();
        }
        System.exit(0);
    }

    private void submitUntilEnough() throws InterruptedException {
        while (!Files.exists(run.enough())) {
            boolean sparingly = Files.exists(run.sparingly());
            boolean waits = sparingly && hasPlenty();
            if (!waits && !submit(sparingly ? List.of(maker.slow()) : maker.next())) time.sleep(AFTER_TROUBLE);
            else if (sparingly) time.sleep(SPARING);
        }
    }

    private boolean hasPlenty() {
        int waiting = 0;
        try (DirectoryStream<Path> names = Files.newDirectoryStream(pending)) {
            for (var one = names.iterator(); one.hasNext() && waiting < PLENTY; one.next()) waiting++;
        } catch (IOException | DirectoryIteratorException refused) {
            return false;
        }
        return waiting >= PLENTY;
    }

    private boolean submit(List<Task> tasks) {
        noteAll(Ledger.SUBMITS, tasks);
        try {
            if (tasks.size() == 1) queue.submit(tasks.get(0));
            else queue.submitAll(tasks);
        } catch (IOException | RuntimeException e) {
            System.err.println("cannot submit now: " + e);
            return false;
        }
        noteAll(Ledger.ACKNOWLEDGED, tasks);
        return true;
    }

    private void noteAll(String word, List<Task> tasks) {
        StringBuilder lines = new StringBuilder();
        for (Task task : tasks)
            lines.append(ledger.line(word, task.id().orElseThrow().value(), ""));
        ledger.write(lines.toString());
    }
}
