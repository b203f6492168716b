package dev.millrace.soak;

import dev.millrace.liveness.Processes;
import dev.millrace.queue.TaskQueue;
import dev.millrace.storage.Durability;
import dev.millrace.task.Task;
import dev.millrace.time.Time;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The options of Java that let a process of a run start quickly: thousands are started. */
final class SharedClasses {
    private static final List<String> USUAL =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx192m", "-Xshare:auto");
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final int TASKS = 60;

    private SharedClasses() {}

    static List<String> usual(RunFolder run) {
        List<String> options = new ArrayList<>(USUAL);
        options.add("-D" + RunFolder.PROPERTY + "=" + run.root());
        return options;
    }

    /** The same with the classes of a rehearsed worker, where those can be kept: all of them must lie in jars. */
    static List<String> rehearsed(RunFolder run, Path archive, Time time) throws IOException, InterruptedException {
        String classPath = System.getProperty("java.class.path", "");
        if (!Stream.of(classPath.split(File.pathSeparator)).allMatch(one -> Files.isRegularFile(Path.of(one))))
            return usual(run);
        RunFolder rehearsal = new RunFolder(run.root().resolve("rehearsal"));
        rehearsal.make();
        Files.copy(run.owner(), rehearsal.owner());
        List<String> options = usual(rehearsal);
        options.add("-XX:ArchiveClassesAtExit=" + archive);
        try (Subject subject = Subject.open(rehearsal, 1, Durability.OS, options)) {
            subject.start();
            rehearse(subject.queue(), time);
            subject.stop();
        }
        List<String> all = usual(run);
        if (Files.exists(archive)) all.add("-XX:SharedArchiveFile=" + archive);
        return all;
    }

    private static void rehearse(TaskQueue queue, Time time) throws IOException, InterruptedException {
        TaskMaker maker =
                new TaskMaker(RunFolder.nameOf(Processes.local().self()), new java.util.SplittableRandom(1), time);
        List<Task> tasks = new ArrayList<>();
        while (tasks.size() < TASKS) tasks.addAll(maker.next());
        queue.submitAll(tasks);
        long end = time.nanos() + LIMIT.toNanos();
        while (queue.counts().of(dev.millrace.task.TaskState.DONE) < tasks.size() && time.nanos() < end)
            time.sleep(LOOK);
    }
}
