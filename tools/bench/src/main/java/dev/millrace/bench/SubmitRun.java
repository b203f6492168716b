package dev.millrace.bench;

import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.liveness.Processes;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.TaskQueue;
import dev.millrace.task.Task;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How fast tasks are accepted, forced: by callers that submit one at a time, or by one that submits many at once. The first
 * fifth goes to a queue of its own and warms up.
 */
final class SubmitRun implements Measurement {
    private static final String QUICK = "{\"runtimes\":{\"noop\":1.0E-5}}\n";

    private final Processes processes = Processes.local();
    private final Time time = Time.system();

    @Override
    public Values run(Assignment assignment) throws IOException, InterruptedException, ExecutionException {
        int tasks = assignment.whole("tasks", 5_000);
        TaskQueue warm = queue(assignment, "warm");
        TaskQueue measured = queue(assignment, "measured");
        submit(assignment, warm, Math.max(1, tasks / 5));
        FreshFolder.sync(processes);
        double cpu = cpu();
        long begin = time.nanos();
        long[] took = submit(assignment, measured, tasks);
        double seconds = (time.nanos() - begin) / 1e9;
        return Values.none()
                .with(Values.RATE, tasks / seconds)
                .withTimes(took)
                .with(Values.CPU_US, (cpu() - cpu) * 1e6 / tasks)
                .with(Values.MEMORY_MB, Proc.of(processes.self().pid()).peakMemoryMb());
    }

    private double cpu() throws IOException {
        return Proc.of(processes.self().pid()).cpuSeconds();
    }

    /** Where the kind is known to be quick, small tasks may share files. */
    private static TaskQueue queue(Assignment assignment, String name) throws IOException {
        Path root = assignment.folder().resolve(name);
        QueueLayout layout = new QueueLayout(root);
        TaskQueue queue = TaskQueue.inDirectory(
                layout, QueueOptions.defaults(), ServicePorts.system().queuePorts());
        queue.prepare();
        if (assignment.parameters().path("quick").asBoolean()) Files.writeString(layout.runtimes(), QUICK);
        return queue;
    }

    /** How long each call took. */
    private long[] submit(Assignment assignment, TaskQueue queue, int tasks)
            throws IOException, InterruptedException, ExecutionException {
        int atOnce = assignment.whole("at_once", 1);
        int callers = assignment.whole("callers", 1);
        return callers == 1 ? submitAlone(queue, tasks, atOnce) : submitTogether(queue, tasks, callers);
    }

    /** The same tasks again and again: each gets an id of its own, and to make them up is the caller's cost. */
    private long[] submitAlone(TaskQueue queue, int tasks, int atOnce) throws IOException {
        List<Task> round = Payload.noops(Math.min(atOnce, tasks));
        long[] took = new long[(tasks + atOnce - 1) / atOnce];
        for (int call = 0; call < took.length; call++) {
            long begin = time.nanos();
            if (atOnce == 1) queue.submit(round.get(0));
            else queue.submitAll(round.subList(0, Math.min(atOnce, tasks - call * atOnce)));
            took[call] = time.nanos() - begin;
        }
        return took;
    }

    private long[] submitTogether(TaskQueue queue, int tasks, int callers)
            throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            List<Future<long[]>> all = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                int share = tasks / callers + (caller < tasks % callers ? 1 : 0);
                all.add(threads.submit(() -> submitAlone(queue, share, 1)));
            }
            List<long[]> took = new ArrayList<>();
            for (Future<long[]> one : all) took.add(one.get());
            return took.stream().flatMapToLong(Arrays::stream).toArray();
        } finally {
            threads.shutdown();
        }
    }
}
