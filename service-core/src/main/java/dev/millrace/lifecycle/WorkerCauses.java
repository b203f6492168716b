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
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskDocument;
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
                    "millrace status, which starts dead workers again and says why they ended" + ofSilent()));
        Wanted wanted = Wanted.by(task);
        return isForAnybody(wanted) ? serving(alive, kind, settings) : itsWorker(alive, wanted, kind, settings);
    }

    /** The worker that a document names: by its name, its number, or both. */
    private record Wanted(String name, Optional<Double> number) {
        static Wanted by(Optional<TaskRecord> task) {
            return new Wanted(
                    task.map(found -> found.value("worker").asText("").strip()).orElse(""),
                    task.flatMap(found -> TaskDocument.workerIndex(found.value("worker_idx"))));
        }

        boolean is(WorkerEntry entry) {
            return (name.isEmpty() || name.equals(entry.name())) && (number.isEmpty() || number.get() == entry.id());
        }

        String said() {
            String numbered = number.map(Wanted::said).map("number "::concat).orElse("");
            return (name.isEmpty() ? "" : name + (numbered.isEmpty() ? "" : " with ")) + numbered;
        }

        private static String said(double number) {
            return number == Math.rint(number) ? Long.toString(Math.round(number)) : Double.toString(number);
        }
    }

    /** Anybody runs a task for a worker of a name that the service does not have; a number has no such rule. */
    private boolean isForAnybody(Wanted wanted) {
        return wanted.name().isEmpty()
                ? wanted.number().isEmpty()
                : !record.orElseThrow().workerNames().contains(wanted.name());
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

    /** The disk's free bytes do not tell of inodes and quotas, and without those no heartbeat can be written. */
    private String ofSilent() {
        boolean silent = judged.values().stream().anyMatch(one -> one.standing() == Standing.SILENT);
        return silent
                ? "; a silent one whose process runs may be unable to write its heartbeat: look at the inodes (df -i)"
                        + " and the quota of " + layout.heartbeats()
                : "";
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
        String name = named(kind, settings);
        List<WorkerEntry> serving = servers(alive, kind, settings);
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

    private static String named(String kind, ServiceSettings settings) {
        return kind.isEmpty() ? settings.tasks().defaultKind().orElse("") : kind;
    }

    private static List<WorkerEntry> servers(List<WorkerEntry> alive, String kind, ServiceSettings settings) {
        String name = named(kind, settings);
        return alive.stream()
                .filter(entry -> settings.tasks()
                        .servedBy(entry.name(), entry.host())
                        .map(kinds -> kinds.contains(name))
                        .orElse(true))
                .toList();
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

    private List<Cause> itsWorker(List<WorkerEntry> alive, Wanted wanted, String kind, ServiceSettings settings)
            throws IOException {
        String only = "it is for worker " + wanted.said() + " alone, ";
        List<WorkerEntry> all = record.orElseThrow().workers();
        Optional<WorkerEntry> its = all.stream().filter(wanted::is).findFirst();
        if (its.isEmpty())
            return List.of(new Cause(
                    Code.ITS_WORKER,
                    only + "and the service has none such: its " + all.size() + " workers have the numbers from 0 on",
                    "start as many workers, or cancel it and submit it for another one"));
        String name = its.get().name();
        if (!alive.contains(its.get()))
            return List.of(
                    new Cause(Code.ITS_WORKER, only + "which is not alive", "millrace status, which starts it again"));
        if (isDrained(name))
            return List.of(new Cause(Code.ITS_WORKER, only + "which is drained", "millrace drain --resume " + name));
        return serving(List.of(its.get()), kind, settings);
    }

    /** Clocks that differ. They make start times wrong, and hold nothing back that is in line already. */
    List<Cause> skewed() throws IOException {
        List<Cause> skewed = new ArrayList<>();
        for (Judgement judgement : judged.values()) {
            double ahead = isAlive(judgement) ? ahead(judgement.beat()) : 0;
            if (Math.abs(ahead) >= MOST_SKEW_SECONDS) skewed.add(skew(judgement.beat(), ahead));
        }
        return skewed;
    }

    /** The share's clock is the only one that all hosts see: it stamps the heartbeats' files. */
    private double ahead(Heartbeat beat) throws IOException {
        return ports.disk()
                .facts(layout.heartbeats().resolve(beat.fileName()))
                .map(file -> beat.timestamp() - Time.toEpochSeconds(file.modified()))
                .orElse(0.0);
    }

    /** Whose clock is so far behind that of these seconds for which something has been due few have passed there. */
    Optional<Cause> slowSteward(double overdue, double few) throws IOException {
        Optional<Heartbeat> keeper = keeper();
        double ahead = keeper.isPresent() ? ahead(keeper.get()) : 0;
        return ahead > -MOST_SKEW_SECONDS || overdue + ahead >= few
                ? Optional.empty()
                : Optional.of(skew(keeper.orElseThrow(), ahead));
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
            return running(view, owner.get().beat());
        String who =
                owner.map(judgement -> "worker " + judgement.beat().worker()).orElse("a worker of an earlier life");
        return new Cause(
                Code.WORKER_DIED,
                who + " had it and has died; the steward puts it back within seconds"
                        + (alive().isEmpty() ? ", but no worker is alive to do so" : ""),
                "millrace status");
    }

    private static Cause running(TaskView view, Heartbeat owner) {
        boolean shares = BatchName.isBatchFile(String.valueOf(view.file().getFileName()));
        boolean runs = owner.currentTasks().stream().anyMatch(task -> task.id().equals(view.id()));
        return shares && !runs
                ? new Cause(
                        Code.IN_LINE,
                        "worker " + owner.worker() + " has taken the file that it shares with others, and had not begun"
                                + " it at the last heartbeat",
                        "wait until its turn comes: millrace workers")
                : new Cause(
                        Code.RUNNING,
                        "worker " + owner.worker() + " runs it, attempt " + view.attempt(),
                        "millrace task " + view.id());
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

    /** Slots of the living workers that would take a task. */
    record Slots(int free, int all) {}

    Slots slots(Optional<TaskRecord> task, String kind, ServiceSettings settings) throws IOException {
        Wanted wanted = Wanted.by(task);
        List<WorkerEntry> allowed = isForAnybody(wanted)
                ? alive()
                : alive().stream().filter(wanted::is).toList();
        int free = 0;
        int all = 0;
        for (WorkerEntry entry : servers(allowed, kind, settings)) {
            Judgement judgement = judged.get(entry.name());
            if (judgement == null || isDrained(entry.name())) continue;
            all += judgement.beat().slots();
            free += judgement.beat().slots() - judgement.beat().busySlots();
        }
        return new Slots(free, all);
    }

    /** Who keeps the house, when that is a living worker. */
    Optional<String> steward() throws IOException {
        return keeper().map(Heartbeat::worker);
    }

    private Optional<Heartbeat> keeper() throws IOException {
        return StewardReport.read(ports.disk(), layout)
                .flatMap(report -> Optional.ofNullable(judged.get(report.worker()))
                        .filter(WorkerCauses::isAlive)
                        .map(Judgement::beat)
                        .filter(beat -> beat.incarnation().equals(report.incarnation())));
    }
}
