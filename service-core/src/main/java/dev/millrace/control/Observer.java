package dev.millrace.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.event.EventRing;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.queue.LimitState;
import dev.millrace.queue.TaskQueue;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks at services and tells what has changed. A service in which nothing moves costs a look at a few folders' times; jobs
 * are looked at again only when one of these has changed.
 */
final class Observer implements AutoCloseable {
    private static final int LOOK_ANYWAY = 20;

    private final ServicePorts ports;
    private final EventRing events;
    private final JobObserver jobs;
    private final Map<String, Map<Path, Instant>> seen = new HashMap<>();
    private final Map<String, Integer> skipped = new HashMap<>();
    private final Map<String, TaskObserver> tasks = new HashMap<>();
    private final Map<String, Map<String, String>> workers = new HashMap<>();
    private final Map<String, Set<String>> limited = new HashMap<>();

    Observer(ServicePorts ports, EventRing events) {
        this.ports = ports;
        this.events = events;
        this.jobs = new JobObserver(events);
    }

    /** One look at a service; how much there was to do or to tell. */
    synchronized int look(Hosted hosted) throws IOException, InterruptedException {
        TaskQueue queue = hosted.service().queue();
        int made = tasks.computeIfAbsent(hosted.name(), name -> new TaskObserver(name, queue, ports.disk(), events))
                .look();
        if (!hasChanged(hosted.name(), queue)) return made;
        made += jobs.look(hosted.name(), hosted.jobs());
        int done = hosted.jobs().step();
        if (done > 0) made += jobs.look(hosted.name(), hosted.jobs());
        return made + done;
    }

    /** At once after a change that was asked for here. */
    synchronized void lookNow(Hosted hosted) throws IOException {
        jobs.look(hosted.name(), hosted.jobs());
    }

    private boolean hasChanged(String name, TaskQueue queue) throws IOException {
        Map<Path, Instant> now = new HashMap<>();
        for (TaskState state : TaskState.values()) note(queue.layout().folder(state), now);
        for (String folder : List.of("open", "ended"))
            note(queue.layout().jobs().resolve(folder), now);
        note(queue.layout().pauses(), now);
        boolean anyway = skipped.merge(name, 1, Integer::sum) % LOOK_ANYWAY == 0;
        return !now.equals(seen.put(name, now)) || anyway;
    }

    private void note(Path path, Map<Path, Instant> into) throws IOException {
        ports.disk().facts(path).ifPresent(facts -> into.put(path, facts.modified()));
    }

    /** What is looked at less often: workers and rates. */
    synchronized void lookAround(Hosted hosted) throws IOException {
        TaskQueue queue = hosted.service().queue();
        Map<String, String> before = workers.getOrDefault(hosted.name(), Map.of());
        Map<String, String> now = new HashMap<>();
        for (Heartbeat beat :
                Heartbeats.readAll(ports.disk(), queue.layout().heartbeats()).values()) {
            String state = beat.state().isEnded() ? beat.state().word() : "running";
            now.put(beat.worker(), state + "|" + beat.incarnation());
            String last = before.getOrDefault(beat.worker(), "");
            if (!last.equals(now.get(beat.worker()))) tellWorker(hosted.name(), beat, state, last);
        }
        workers.put(hosted.name(), now);
        lookAtRates(hosted.name(), queue);
    }

    private void tellWorker(String service, Heartbeat beat, String state, String last) {
        if (last.isEmpty() && !state.equals("running")) return;
        boolean again = state.equals("running") && !last.isEmpty();
        ObjectNode data = Json.object();
        data.put("service", service);
        data.put("worker", beat.worker());
        data.put("pid", beat.process().pid());
        events.add(again ? "worker.restarted" : "worker." + state, data);
    }

    private void lookAtRates(String service, TaskQueue queue) throws IOException {
        Set<String> now = new TreeSet<>();
        Map<String, LimitState> states =
                queue.control().limits(queue.options().limits().byKind().keySet());
        states.forEach((kind, state) -> {
            if (!state.untilNext().isZero()) now.add(kind);
        });
        Set<String> before = Optional.ofNullable(limited.put(service, now)).orElse(Set.of());
        for (String kind : now)
            if (!before.contains(kind))
                events.add("rate.limited", Json.object().put("service", service).put("kind", kind));
        for (String kind : before)
            if (!now.contains(kind))
                events.add("rate.free", Json.object().put("service", service).put("kind", kind));
    }

    @Override
    public synchronized void close() {
        tasks.values().forEach(TaskObserver::close);
        tasks.clear();
    }
}
