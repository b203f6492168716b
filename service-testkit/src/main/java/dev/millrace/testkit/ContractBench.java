package dev.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.queue.Claim;
import dev.millrace.queue.Member;
import dev.millrace.queue.QueueCounts;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskRecord;
import dev.millrace.queue.TaskView;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One promise's queue with its clocks, its events, and the workers that joined it. */
final class ContractBench implements AutoCloseable {
    private final SteppedTime time = SteppedTime.create();
    private final RecordingEvents events = RecordingEvents.create();
    private final List<WorkerQueue> joined = new ArrayList<>();
    private final TaskQueue queue;

    ContractBench(QueueContract contract) throws IOException {
        this.queue = contract.createQueue(time, events);
    }

    TaskQueue queue() {
        return queue;
    }

    SteppedTime time() {
        return time;
    }

    RecordingEvents events() {
        return events;
    }

    WorkerQueue join(int id, String name) {
        WorkerQueue member = queue.join(new Member(id, name, String.format("%032x", joined.size() + 1)));
        joined.add(member);
        return member;
    }

    static Claim claimed(WorkerQueue member) throws IOException {
        return member.claim().orElseThrow(() -> new AssertionError("nothing to claim"));
    }

    /** As a worker does that waits for its next poll. */
    Optional<Claim> claimAfterPoll(WorkerQueue member) throws IOException {
        time.advance(Duration.ofSeconds(1));
        return member.claim();
    }

    /** Runs everything that can be claimed; gives the ids in order. */
    List<String> drain(WorkerQueue member) throws IOException {
        List<String> ids = new ArrayList<>();
        for (Optional<Claim> claim = claimAfterPoll(member); claim.isPresent(); claim = member.claim()) {
            ids.add(claim.get().id());
            member.settle(claim.get(), done("ok"));
        }
        return ids;
    }

    static Outcome done(String result) {
        return new Outcome.Done(TextNode.valueOf(result));
    }

    static Outcome retryIn(Duration delay) {
        return new Outcome.Retry("try again", delay);
    }

    TaskRecord record(String id) throws IOException {
        List<TaskView> found = queue.find(id);
        assertEquals(1, found.size(), "tasks of id " + id);
        return queue.read(found.get(0)).orElseThrow();
    }

    TaskState stateOf(String id) throws IOException {
        return record(id).view().state();
    }

    void expectCounts(long pending, long scheduled, long running, long done, long failed) throws IOException {
        QueueCounts counts = queue.counts();
        assertEquals(pending, counts.of(TaskState.PENDING), "pending");
        assertEquals(scheduled, counts.of(TaskState.SCHEDULED), "scheduled");
        assertEquals(running, counts.of(TaskState.RUNNING), "running");
        assertEquals(done, counts.of(TaskState.DONE), "done");
        assertEquals(failed, counts.of(TaskState.FAILED), "failed");
    }

    @Override
    public void close() throws IOException {
        for (WorkerQueue member : joined) member.close();
    }
}
