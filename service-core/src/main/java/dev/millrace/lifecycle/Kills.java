package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.event.Event;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.liveness.Judgement;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.queue.QueueLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Ends workers at once, those of this host first: a host that is lost answers after half a minute or never. */
final class Kills {
    private final ServicePorts ports;
    private final ServiceRecord record;
    private final Launches launches;
    private final QueueLayout layout;
    private final Map<String, Judgement> judged;
    private final List<RestartLedger.Launch> known;
    private final Set<String> lost = new HashSet<>();
    private final List<String> troubles = new ArrayList<>();

    Kills(
            ServicePorts ports,
            ServiceRecord record,
            Launches launches,
            QueueLayout layout,
            Map<String, Judgement> judged,
            List<RestartLedger.Launch> known) {
        this.ports = ports;
        this.record = record;
        this.launches = launches;
        this.layout = layout;
        this.judged = judged;
        this.known = known;
    }

    /** What could not be done, for people. */
    List<String> troubles() {
        return troubles;
    }

    /** Kills, and returns the names of those that have ended for certain. */
    List<String> kill(List<WorkerEntry> workers) {
        return workers.stream()
                .sorted(Comparator.comparing(entry -> launches.isRemote(record, entry)))
                .filter(this::isKilled)
                .map(WorkerEntry::name)
                .toList();
    }

    private boolean isKilled(WorkerEntry entry) {
        if (lost.contains(entry.host())) return false;
        try {
            boolean certain = true;
            for (ProcessIdentity process : processes(entry)) certain &= launches.end(record, entry, process);
            if (certain) writeLastBeat(entry);
            return certain;
        } catch (IOException | RuntimeException e) {
            if (launches.isRemote(record, entry)) lost.add(entry.host());
            troubles.add(entry.name() + " on " + entry.host() + " could not be killed (" + e.getMessage() + ")");
            ports.events().accept(new Event.Trouble("cannot kill " + entry.name() + " on " + entry.host(), e));
            return false;
        }
    }

    /** The one that beats and the one that was launched last are the same unless it was launched just now. */
    private Set<ProcessIdentity> processes(WorkerEntry entry) {
        Set<ProcessIdentity> processes = new LinkedHashSet<>();
        beat(entry).map(Heartbeat::process).ifPresent(processes::add);
        RestartLedger.last(known, entry.name())
                .map(RestartLedger.Launch::process)
                .filter(process -> process.pid() > 0 || processes.isEmpty())
                .ifPresent(processes::add);
        return processes.isEmpty() ? Set.of(ProcessIdentity.unknown()) : processes;
    }

    private Optional<Heartbeat> beat(WorkerEntry entry) {
        return Optional.ofNullable(judged.get(entry.name())).map(Judgement::beat);
    }

    /** From elsewhere nobody could see that it has ended; its tasks would wait until its beat falls silent. */
    private void writeLastBeat(WorkerEntry entry) {
        Optional<Heartbeat> beat = beat(entry);
        if (beat.isEmpty() || beat.get().state().isEnded()) return;
        ObjectNode last = beat.get().toJson();
        last.put("state", Heartbeat.State.FAILED.word());
        last.put("sequence", beat.get().sequence() + 1);
        try {
            Optional<Heartbeat> ended = Heartbeat.fromJson(last);
            if (ended.isPresent()) Heartbeats.write(ports.disk(), layout.heartbeats(), ended.get());
        } catch (IOException e) {
            ports.events().accept(new Event.Trouble("cannot write the last heartbeat of " + entry.name(), e));
        }
    }
}
