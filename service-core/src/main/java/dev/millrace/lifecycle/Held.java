package dev.millrace.lifecycle;

import dev.millrace.liveness.Judgement;
import dev.millrace.liveness.LivenessWatch;
import dev.millrace.queue.Member;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.RetentionReport;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.settings.ServiceSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The queue of one look or operation, and who is alive around it. */
final class Held {
    private static final Duration MOST_PATIENCE = Duration.ofSeconds(5);

    private final ServicePorts ports;
    private final ServiceSettings settings;
    private final TaskQueue queue;
    private final LivenessWatch watch;

    Held(ServicePorts ports, ServiceSettings settings, Path queueDir) {
        this.ports = ports;
        this.settings = settings;
        this.queue = TaskQueue.inDirectory(
                new QueueLayout(queueDir), settings.queueOptions(), ports.queuePorts(), settings.payloadLimits());
        this.watch = LivenessWatch.over(
                ports.disk(),
                queue.layout().heartbeats(),
                ports.processes(),
                ports.time(),
                settings.timing().heartbeatTimeout());
    }

    TaskQueue queue() {
        return queue;
    }

    /** Two beats and a half: whoever lives has moved by then. */
    Map<String, Judgement> look() throws IOException, InterruptedException {
        Duration patience =
                settings.timing().heartbeatInterval().multipliedBy(5).dividedBy(2);
        return watch.lookOnce(patience.compareTo(MOST_PATIENCE) < 0 ? patience : MOST_PATIENCE);
    }

    /** Takes up what the dead of the last look left behind. */
    int rescue() throws IOException {
        if (!ports.disk().exists(queue.layout().root())) return 0;
        try (WorkerQueue keeper = queue.join(Member.newLife(0, "controller", ports.random()))) {
            return keeper.rescue(watch::isDead);
        }
    }

    RetentionReport sweep() throws IOException {
        try (WorkerQueue keeper = queue.join(Member.newLife(0, "controller", ports.random()))) {
            return keeper.sweep(Retentions.limits(settings.retention()));
        }
    }
}
