package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.BatchName;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A queue with batches in it, and what happened to each of their tasks. */
final class BatchWorld {
    final QueueWorld queue;
    final Map<String, Integer> runs = new HashMap<>();
    private final Map<String, String> seen = new HashMap<>();
    List<Submission> submitted = List.of();

    private BatchWorld(QueueWorld queue) {
        this.queue = queue;
    }

    /** Tasks of kind "k" are known to be quick. */
    static BatchWorld in(Path folder) throws IOException {
        QueueWorld queue = QueueWorld.in(folder);
        Files.writeString(queue.layout().runtimes(), "{\"runtimes\":{\"k\":0.0001}}");
        return new BatchWorld(queue);
    }

    /** Tasks that share a file, named t0, t1 and so on. */
    BatchWorld submit(int tasks) throws IOException {
        List<Task> all = new ArrayList<>();
        for (int i = 0; i < tasks; i++) all.add(Task.of("k").id("t" + i));
        submitted = queue.queue.submitAll(all);
        assertThat(files()).as("one file").hasSize(1);
        return this;
    }

    /** All batch files, as folder/name. */
    List<String> files() throws IOException {
        List<String> files = new ArrayList<>();
        for (TaskState state : TaskState.values())
            for (String name : queue.names(state))
                if (BatchName.isBatchFile(name)) files.add(state.word() + "/" + name);
        return files;
    }

    /** What a task comes to: t1 fails, t2 is tried again once, all others are done by whoever runs them. */
    Outcome outcome(Actor actor, Claim claim) {
        runs.merge(claim.id(), 1, Integer::sum);
        if (claim.id().equals("t1")) return new Outcome.Failed("bad", "");
        if (claim.id().equals("t2") && claim.attempt() == 1) return QueueWorld.retry(Duration.ofSeconds(5));
        return new Outcome.Done(TextNode.valueOf(actor.queue().member().worker() + " " + runs.get(claim.id())));
    }

    /** Runs all that can be run, one after the other, until nothing is left for a while. */
    void drain(Actor actor) throws IOException {
        for (int idle = 0; idle < 5; ) {
            actor.queue().promote();
            actor.queue().finishUnpublished();
            Optional<Claim> claim = actor.queue().claim();
            if (claim.isEmpty()) {
                idle++;
                queue.time.advance(Duration.ofSeconds(2));
                continue;
            }
            idle = 0;
            for (Optional<Claim> next = claim;
                    next.isPresent();
                    next = actor.queue().claimAfter(next.get())) {
                queue.time.advance(Duration.ofMillis(1));
                actor.queue().settle(next.get(), outcome(actor, next.get()));
                look();
            }
        }
    }

    /** What anybody may see now; what was seen once must stay. */
    void look() throws IOException {
        for (Submission one : submitted) {
            Optional<TaskView> view = queue.queue.locate(one.stem());
            if (view.isEmpty() || !view.get().state().isTerminal()) {
                assertThat(seen).as("seen results").doesNotContainKey(one.stem());
                continue;
            }
            TaskRecord record = queue.queue.read(view.get()).orElseThrow();
            String result = record.view().state() + " " + record.result() + " " + record.error();
            assertThat(seen.computeIfAbsent(one.stem(), first -> result)).isEqualTo(result);
        }
    }

    void rescue(Actor steward, Actor... dead) throws IOException {
        Set<String> incarnations = new java.util.HashSet<>();
        for (Actor one : dead) incarnations.add(one.incarnation());
        queue.untilQuiet(steward, incarnations);
    }

    /** A steward's rounds after everybody has died. */
    void rescueAll() throws IOException {
        Actor steward = queue.actor("steward after all");
        int moved = 1;
        for (int round = 0; moved > 0 && round < 20; round++) moved = steward.rescue(incarnation -> true);
    }

    /** Every task has ended once and can be read; counts and files agree; nothing is left behind. */
    void assertAllEnded(int tasks) throws IOException {
        look();
        assertThat(seen).as("terminal tasks").hasSize(tasks);
        assertThat(files()).hasSize(1);
        QueueCounts counts = queue.queue.counts();
        assertThat(counts.of(TaskState.FAILED)).isEqualTo(tasks > 1 ? 1 : 0);
        assertThat(counts.of(TaskState.DONE)).isEqualTo(tasks > 1 ? tasks - 1 : tasks);
        assertThat(counts.total()).isEqualTo(tasks);
    }

    TaskRecord record(int index) throws IOException {
        return queue.queue
                .read(queue.queue.locate(submitted.get(index).stem()).orElseThrow())
                .orElseThrow();
    }

    String stem() {
        return BatchName.partOf(submitted.get(0).stem()).orElseThrow().stem();
    }
}
