package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.liveness.Processes;
import dev.millrace.queue.Claim;
import dev.millrace.queue.Member;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskView;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.settings.ServeOptions;
import dev.millrace.storage.Disk;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start on a queue in which others have left claims behind, or still hold some. */
class FreshStartRecoveryTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private final Random random = new Random(11);

    @TempDir
    Path home;

    /** A worker of nobody's, which claims one task and says so of itself. */
    private Claim claimed(TaskQueue queue, String worker, Heartbeat.State state) throws IOException {
        WorkerQueue mine = queue.join(Member.newLife(random.nextInt(100), worker, random));
        Claim claim = mine.claim().orElseThrow();
        double now = Time.system().epochSeconds();
        Heartbeat beat = new Heartbeat(
                mine.member().workerId(),
                worker,
                Processes.local().self(),
                mine.member().incarnation(),
                now,
                state,
                1,
                now,
                1,
                List.of(),
                Optional.empty(),
                Optional.empty());
        Heartbeats.write(Disk.local(), queue.layout().heartbeats(), beat);
        return claim;
    }

    private static JsonNode document(TaskQueue queue, String id) throws IOException {
        TaskView view = queue.find(id).get(0);
        assertThat(view.state()).isEqualTo(TaskState.DONE);
        return queue.read(view).orElseThrow().document().orElseThrow();
    }

    @Test
    void it_tells_how_many_tasks_came_back_and_how_many_others_still_run() throws Exception {
        TestApp app = TestApp.in(home, "launcher = \"in-process\"");
        TaskQueue queue = TaskQueue.inDirectory(
                app.layout(), QueueOptions.defaults(), ServicePorts.system().queuePorts());
        queue.prepare();
        for (String id : List.of("dead-1", "dead-2", "living"))
            queue.submit(Task.of("echo").id(id));
        assertThat(claimed(queue, "ended", Heartbeat.State.STOPPED).id()).isEqualTo("dead-1");
        assertThat(claimed(queue, "broken", Heartbeat.State.FAILED).id()).isEqualTo("dead-2");
        assertThat(claimed(queue, "other", Heartbeat.State.PROCESSING).id()).isEqualTo("living");
        try (Service service = app.open()) {
            ServeReport started = service.serve(Action.START, TestApp.workers(1));
            assertThat(started.toJson().path("recovery").toString()).isEqualTo("{\"recovered\":2,\"preserved\":1}");
            Awaitility.await().atMost(SOON).until(() -> queue.counts().of(TaskState.DONE) >= 2);
            for (String id : List.of("dead-1", "dead-2"))
                assertThat(document(queue, id).path("attempt").intValue()).isEqualTo(2);
            service.serve(Action.STOP, ServeOptions.defaults());
        }
    }
}
