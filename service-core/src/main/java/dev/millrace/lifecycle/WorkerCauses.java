package dev.millrace.lifecycle;

import dev.millrace.lifecycle.Explanation.Cause;
import dev.millrace.lifecycle.Explanation.Code;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Judgement;
import dev.millrace.liveness.Standing;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.TaskRecord;
import dev.millrace.queue.TaskView;
import dev.millrace.settings.ServiceSettings;
import dev.millrace.storage.FileFacts;
import dev.millrace.time.Time;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What of a task's waiting lies with the workers. */
final class WorkerCauses {
    /** Clocks of hosts differ a little always. */
    private static final double MOST_SKEW_SECONDS = 5;

    private final ServicePorts ports;
    private final Optional<ServiceRecord> record;
    private final Map<String, Judgement> judged;
    private final QueueLayout layout;
    private final String app;

    WorkerCauses(
            ServicePorts ports,
            Optional<ServiceRecord> record,
            Map<String, Judgement> judged,
            QueueLayout layout,
            String app) {
        this.ports = ports;
        this.record = record;
        this.judged = judged;
        this.layout = layout;
        this.app = app;
    }

    List<Cause> ofTask(Optional<TaskRecord> task, String kind, ServiceSettings settings) throws IOException {
        if (record.filter(ServiceRecord::takesWork).isEmpty())
            return List.of(new Cause(
                    Code.NOT_STARTED, "the service of " + app + " is not started", "millrace start --app " + app));
        List<WorkerEntry> alive = alive();
        if (alive.isEmpty())
            return List.of(new Cause(
                    Code.NO_WORKER,
                    "none of the " + record.get().workers().size() + " workers is alive (" + states() + ")",
                    "millrace status, which starts dead workers again and says why they ended"));
        List<Cause> causes = new ArrayList<>(skewed());
        String wanted =
                task.map(found -> found.value("worker").asText("").strip()).orElse("");
        causes.addAll(wanted.isEmpty() ? serving(alive, kind, settings) : itsWorker(alive, wanted));
        return causes;
    }

    private List<WorkerEntry> alive() {
        return record.stream()
                .flatMap(held -> held.workers().stream())
                .filter(entry -> isAlive(judged.get(entry.name())))
                .toList();
    }

    private static boolean isAlive(@org.jspecify.annotations.Nullable Judgement judgement) {
        return judgement != null && judgement.standing() == Standing.ALIVE;
    }

    private String states() {
        List<String> states = new ArrayList<>();
        for (String name : record.orElseThrow().workerNames()) {
            Judgement judgement = judged.get(name);
            String state = judgement == null
                    ? "never beat"
                    : judgement.standing().name().toLowerCase(Locale.ROOT);
            states.add(name + " " + state);
        }
        return String.join(", ", states);
    }

    private List<Cause> serving(List<WorkerEntry> alive, String kind, ServiceSettings settings) throws IOException {
        String name = kind.isEmpty() ? settings.tasks().defaultKind().orElse("") : kind;
        List<WorkerEntry> serving = alive.stream()
                .filter(entry -> settings.tasks()
                        .servedBy(entry.name(), entry.host())
                        .map(kinds -> kinds.contains(name))
                        .orElse(true))
                .toList();
        if (serving.isEmpty())
            return List.of(new Cause(
                    Code.NOT_SERVED,
                    "no living worker serves " + (name.isEmpty() ? "tasks without a kind" : "kind " + name) + "; "
                            + served(alive, settings),
                    "name the kind for one of them in [service.serves], then stop and start"));
        for (WorkerEntry entry : serving) if (!isDrained(entry.name())) return List.of();
        List<String> names = serving.stream().map(WorkerEntry::name).toList();
        return List.of(new Cause(
                Code.DRAINED,
                "drained: " + String.join(", ", names),
                "millrace drain --resume " + String.join(" ", names)));
    }

    private static String served(List<WorkerEntry> alive, ServiceSettings settings) {
        List<String> served = new ArrayList<>();
        for (WorkerEntry entry : alive) {
            Set<String> kinds =
                    settings.tasks().servedBy(entry.name(), entry.host()).orElse(Set.of());
            served.add(entry.name() + " serves " + String.join(", ", kinds));
        }
        return String.join("; ", served);
    }

    private boolean isDrained(String worker) throws IOException {
        return WorkerOrders.standing(ports.disk(), layout, worker) == WorkerOrders.Order.DRAIN;
    }

    /** A worker that the service does not have is no cause: anybody runs such a task. */
    private List<Cause> itsWorker(List<WorkerEntry> alive, String wanted) throws IOException {
        if (!record.orElseThrow().workerNames().contains(wanted)) return List.of();
        if (alive.stream().noneMatch(entry -> entry.name().equals(wanted)))
            return List.of(new Cause(
                    Code.ITS_WORKER,
                    "it is for worker " + wanted + " alone, which is not alive",
                    "millrace status, which starts it again"));
        if (isDrained(wanted))
            return List.of(new Cause(
                    Code.ITS_WORKER,
                    "it is for worker " + wanted + " alone, which is drained",
                    "millrace drain --resume " + wanted));
        return List.of();
    }

    /** The share's clock is the only one that all hosts see: it stamps the heartbeats' files. */
    private List<Cause> skewed() throws IOException {
        List<Cause> skewed = new ArrayList<>();
        for (Judgement judgement : judged.values()) {
            Heartbeat beat = judgement.beat();
            Optional<FileFacts> file = ports.disk().facts(layout.heartbeats().resolve(beat.fileName()));
            if (!isAlive(judgement) || file.isEmpty()) continue;
            double ahead = beat.timestamp() - Time.toEpochSeconds(file.get().modified());
            if (Math.abs(ahead) >= MOST_SKEW_SECONDS) skewed.add(skew(beat, ahead));
        }
        return skewed;
    }

    private static Cause skew(Heartbeat beat, double ahead) {
        return new Cause(
                Code.CLOCK_SKEW,
                String.format(
                        Locale.ROOT,
                        "the clock of worker %s on %s is %.0f s %s the share's, so it judges due times differently",
                        beat.worker(),
                        beat.process().host(),
                        Math.abs(ahead),
                        ahead > 0 ? "ahead of" : "behind"),
                "set the clocks of all hosts, for example by NTP");
    }

    /** Of a task that a worker has claimed. */
    Cause running(TaskView view) {
        Optional<Judgement> owner = judged.values().stream()
                .filter(judgement -> judgement.beat().incarnation().equals(view.incarnation()))
                .findFirst();
        if (owner.filter(WorkerCauses::isAlive).isPresent())
            return new Cause(
                    Code.RUNNING,
                    "worker " + owner.get().beat().worker() + " runs it, attempt " + view.attempt(),
                    "millrace task " + view.id());
        String who =
                owner.map(judgement -> "worker " + judgement.beat().worker()).orElse("a worker of an earlier life");
        return new Cause(
                Code.WORKER_DIED,
                who + " had it and has died; the steward puts it back within seconds"
                        + (alive().isEmpty() ? ", but no worker is alive to do so" : ""),
                "millrace status");
    }

    /** What people call an incarnation. */
    String nameOf(String incarnation) {
        return judged.values().stream()
                .map(Judgement::beat)
                .filter(beat -> beat.incarnation().equals(incarnation))
                .map(Heartbeat::worker)
                .findFirst()
                .orElse("a dead worker");
    }

    int freeSlots() {
        return judged.values().stream()
                .filter(WorkerCauses::isAlive)
                .mapToInt(
                        judgement -> judgement.beat().slots() - judgement.beat().busySlots())
                .sum();
    }

    int slots() {
        return judged.values().stream()
                .filter(WorkerCauses::isAlive)
                .mapToInt(judgement -> judgement.beat().slots())
                .sum();
    }

    /** Who keeps the house, when that is a living worker. */
    Optional<String> steward() throws IOException {
        return StewardReport.read(ports.disk(), layout)
                .filter(report -> Optional.ofNullable(judged.get(report.worker()))
                        .filter(WorkerCauses::isAlive)
                        .filter(judgement -> judgement.beat().incarnation().equals(report.incarnation()))
                        .isPresent())
                .map(StewardReport::worker);
    }
}
