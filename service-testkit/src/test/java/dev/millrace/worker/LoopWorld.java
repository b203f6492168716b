package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.queue.Member;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskRecord;
import dev.millrace.queue.TaskView;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.task.AttemptRules;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.RecordingEvents;
import dev.millrace.testkit.SteppedTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** One worker that is stepped by hand, with clocks that obey; its handlers run inside the step that claims their task. */
final class LoopWorld {
    static final Duration GRACE = Duration.ofSeconds(5);
    static final String KIND = "k";

    final SteppedTime time = SteppedTime.create();
    final RecordingEvents events = RecordingEvents.create();
    final TaskQueue queue;
    private final Path folder;
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(11);
    private RulesByKind rules = RulesByKind.NONE;
    private WorkerQueue mine;
    private WorkerLoop loop;

    LoopWorld(Path folder) throws IOException {
        this.folder = folder;
        this.queue = TaskQueue.inDirectory(
                new QueueLayout(folder.resolve("queue")),
                QueueOptions.defaults().withDurability(Durability.OS),
                ports());
        queue.prepare();
        this.mine = member("w");
        this.loop = loop(task -> null);
    }

    private QueuePorts ports() {
        return new QueuePorts(Disk.local(), time, random, events);
    }

    WorkerQueue member(String name) {
        return queue.join(Member.newLife(0, name, random));
    }

    LoopWorld rules(AttemptRules usual, Map<String, AttemptRules> byKind) {
        rules = new RulesByKind(usual, byKind);
        return this;
    }

    /** From now on tasks of kind {@value #KIND} are run by this. */
    LoopWorld runs(TaskHandler handler) {
        mine = member("w");
        loop = loop(handler);
        return this;
    }

    private WorkerLoop loop(TaskHandler handler) {
        WorkerOptions options = WorkerOptions.defaults(folder).withGrace(GRACE).withRules(rules);
        HandlerRegistry handlers = HandlerRegistry.of(Map.of(KIND, handler));
        WorkerLoop fresh = new SlotWorkerLoop(
                mine, queue.layout(), handlers, options, ports(), Slots.inline(), new Recently(time));
        fresh.run();
        return fresh;
    }

    WorkerLoop loop() {
        return loop;
    }

    WorkerQueue mine() {
        return mine;
    }

    static Task task() {
        return Task.of(KIND);
    }

    /** Tasks that share a file. */
    List<Submission> submitBatch(List<Task> tasks) throws IOException {
        Files.writeString(queue.layout().runtimes(), "{\"runtimes\":{\"" + KIND + "\":0.0001}}");
        List<Submission> submitted = queue.submitAll(tasks);
        assertThat(submitted)
                .extracting(Submission::file)
                .containsOnly(submitted.get(0).file());
        return submitted;
    }

    /** Promotes what is due, claims, runs; then once more for what has just come. */
    void step() throws IOException {
        mine.promote();
        time.advance(QueueOptions.defaults().poll());
        loop.step();
        loop.step();
    }

    /** What a running handler lives through: time passes and its worker looks after it. */
    void pass(Duration length) {
        time.advance(length);
        loop.step();
    }

    /** Steps until a task has ended; gives the moments at which it was due again, in milliseconds after the one before. */
    List<Long> untilEnded(Submission task) throws IOException {
        List<Long> delays = new ArrayList<>();
        for (int steps = 0; steps < 100; steps++) {
            long begun = time.millis();
            step();
            TaskView view = view(task);
            if (view.state().isTerminal()) return delays;
            if (view.state() != TaskState.SCHEDULED) continue;
            long due = dueOf(view);
            delays.add(due - begun - QueueOptions.defaults().poll().toMillis());
            time.advance(Duration.ofMillis(due - time.millis()));
        }
        throw new AssertionError(task.id() + " does not end");
    }

    private static long dueOf(TaskView view) {
        String name = String.valueOf(view.file().getFileName());
        return Long.parseLong(name.substring(0, name.indexOf('-')));
    }

    TaskView view(Submission task) throws IOException {
        return queue.locate(task.stem()).orElseThrow();
    }

    TaskState stateOf(Submission task) throws IOException {
        return view(task).state();
    }

    TaskRecord read(Submission task) throws IOException {
        return queue.read(view(task)).orElseThrow();
    }

    /** The attempts in the document, each as "number outcome". */
    List<String> attempts(Submission task) throws IOException {
        List<String> told = new ArrayList<>();
        for (JsonNode attempt : read(task).value("attempts"))
            told.add(attempt.path("attempt").asInt() + " "
                    + attempt.path("outcome").asText());
        return told;
    }
}
