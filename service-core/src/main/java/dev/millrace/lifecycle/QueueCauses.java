package dev.millrace.lifecycle;

import dev.millrace.lifecycle.Explanation.Cause;
import dev.millrace.lifecycle.Explanation.Code;
import dev.millrace.lifecycle.WorkerCauses.Slots;
import dev.millrace.queue.Dependencies;
import dev.millrace.queue.JobTaskId;
import dev.millrace.queue.LimitState;
import dev.millrace.queue.Pauses;
import dev.millrace.queue.TaskFilter;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskRecord;
import dev.millrace.queue.TaskView;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** What of a task's waiting lies with the queue: pauses, limits, due times, the disk, the line. */
final class QueueCauses {
    /** Less than that is full: outcomes and heartbeats may not be written any more. */
    private static final long FULL_BYTES = 1 << 20;

    private static final int SHOWN = 3;

    /** Who holds back a job that waits for its turn. */
    private static final String JOB_LIMIT = "limit";

    private static final int MOST_READ = 100;

    private final ServicePorts ports;
    private final TaskQueue queue;
    private final WorkerCauses workers;

    QueueCauses(ServicePorts ports, TaskQueue queue, WorkerCauses workers) {
        this.ports = ports;
        this.queue = queue;
        this.workers = workers;
    }

    // ------------------------------------------------------------------ others

    /** Of a task that waits for others. A large group is only counted. */
    Cause blocked(TaskRecord task) throws IOException {
        Dependencies all = queue.dependencies(task);
        List<String> open = new ArrayList<>();
        if (all.count() <= MOST_READ)
            all.forEach(one -> {
                if (one.state().filter(TaskState::isTerminal).isEmpty())
                    open.add(one.id() + " (" + one.state().map(TaskState::word).orElse("gone") + ")");
            });
        List<String> counts = new ArrayList<>();
        all.counts().forEach((state, count) -> counts.add(count + " " + state.word()));
        String shown = open.isEmpty() || open.size() > SHOWN ? "" : ": " + String.join(", ", open);
        return new Cause(
                Code.DEPENDENCY,
                "it waits for " + all.count() + (all.count() == 1 ? " other task" : " other tasks") + shown
                        + (counts.isEmpty() ? "" : " (" + String.join(", ", counts) + ")"),
                open.isEmpty()
                        ? "wait a moment: the steward lets it go on"
                        : "millrace why " + TaskOrder.idOf(open.get(0).replaceAll(" \\(.*", "")));
    }

    // ------------------------------------------------------------------ pauses and limits

    /** Limits and breakers of tasks without a kind are those of the default kind. */
    private String meant(String kind) {
        return queue.options().limits().meant(kind);
    }

    List<Cause> ofKind(String given) throws IOException {
        String kind = meant(given);
        List<Cause> causes = new ArrayList<>();
        Pauses pauses = queue.control().pauses();
        pauses.queue()
                .ifPresent(pause -> causes.add(new Cause(
                        Code.QUEUE_PAUSED, "the whole queue is paused" + since(pause), "millrace resume --all")));
        pauses.ofKind(given, queue.options().limits())
                .forEach((paused, pause) -> causes.add(new Cause(
                        Code.KIND_PAUSED, named(paused) + " is paused" + since(pause), "millrace resume " + paused)));
        LimitState state = queue.control().limits(kind, "");
        if (state.isKindFull()) causes.add(full(kind, state));
        if (!state.untilNext().isZero())
            causes.add(new Cause(
                    Code.RATE,
                    named(kind) + " may begin " + state.rate() + ", and has; the next may begin in "
                            + DueCauses.seconds(state.untilNext().toMillis() / 1e3),
                    "wait, or " + raise("rate", kind)));
        state.broken().ifPresent(broken -> causes.add(broken(kind, broken)));
        return causes;
    }

    private static Cause broken(String kind, LimitState.Broken broken) {
        double until = broken.untilProbe().toMillis() / 1e3;
        return new Cause(
                Code.BREAKER,
                broken.failures() + " attempts of " + named(kind)
                        + " have failed in a row, so its circuit breaker is open; "
                        + (until > 0 ? "one task tries in " + DueCauses.seconds(until) : "one task may try now"),
                "mend what it needs, then let it begin at once: millrace resume " + kind);
    }

    List<Cause> ofJob(TaskView view) throws IOException {
        Optional<String> job = JobTaskId.parse(view.id()).map(JobTaskId::job);
        if (job.isEmpty()) return List.of();
        List<Cause> causes = new ArrayList<>();
        queue.control()
                .pauses()
                .ofJob(job.get())
                .forEach((by, pause) -> causes.add(new Cause(
                        Code.JOB_PAUSED,
                        "job " + job.get() + " is held back by " + by + since(pause),
                        letGo(job.get(), by))));
        return causes;
    }

    private static String letGo(String job, String by) {
        return by.equals(JOB_LIMIT)
                ? "wait until another job has ended"
                : "the daemon's method job.resume for job_id " + job + ", in Java DaemonClient.resumeJob(\"" + job
                        + "\")";
    }

    private static String since(Pauses.Pause pause) {
        return " since " + DueCauses.moment(pause.at()) + (pause.reason().isEmpty() ? "" : ": " + pause.reason());
    }

    private static String named(String kind) {
        return kind.isEmpty() ? "the default kind" : "kind " + kind;
    }

    private static String raise(String key, String kind) {
        String where = kind.isEmpty() ? "[service.kinds.NAME] of a default_kind" : "[service.kinds." + kind + "]";
        return "raise " + key + " in " + where + ", then stop and start";
    }

    private Cause full(String kind, LimitState state) {
        return new Cause(
                Code.KIND_FULL,
                "as many of " + named(kind) + " run as may, "
                        + state.mostOfKind().getAsInt() + ": " + holders(state.ofKind()),
                "wait for one of them, or " + raise("max_running", kind));
    }

    List<Cause> ofKey(String given, String key) throws IOException {
        if (key.isEmpty()) return List.of();
        String kind = meant(given);
        LimitState state = queue.control().limits(kind, key);
        if (!state.isKeyFull()) return List.of();
        return List.of(new Cause(
                Code.KEY_FULL,
                "as many with concurrency_key '" + key + "' run as may, " + state.mostOfKey() + ": "
                        + holders(state.ofKey()),
                "wait for it, or " + raise("max_running_per_key", kind)));
    }

    private String holders(List<LimitState.Holder> holders) {
        List<String> names = new ArrayList<>();
        for (LimitState.Holder one : holders.subList(0, Math.min(SHOWN, holders.size())))
            names.add(TaskOrder.idOf(one.stem()) + " on " + workers.nameOf(one.incarnation()));
        return String.join(", ", names) + (holders.size() > SHOWN ? " and " + (holders.size() - SHOWN) + " more" : "");
    }

    // ------------------------------------------------------------------ locks, the disk and the line

    /** @param task empty when a kind was asked for */
    List<Cause> ofLocks(String kind, Optional<TaskRecord> task) throws IOException, InterruptedException {
        String key =
                task.map(found -> found.value("concurrency_key").asText("")).orElse("");
        String uniqueKey = task.filter(found -> !TaskOrder.isOurs(found.view().stem()))
                .map(found -> found.value("unique_key").asText(""))
                .orElse("");
        return queue.control().heldLock(kind, key, uniqueKey).map(QueueCauses::held).stream()
                .toList();
    }

    private static Cause held(Path lock) {
        return new Cause(
                Code.LOCK_HELD,
                "somebody holds " + lock + " and does not let go, so no such task can be begun",
                "find out who, on each host: fuser " + lock + "; let that process go on (kill -CONT), or end it");
    }

    List<Cause> ofDisk() throws IOException {
        long free = ports.disk().usableSpace(queue.layout().root());
        if (free >= FULL_BYTES) return List.of();
        return List.of(new Cause(
                Code.DISK_FULL,
                "the disk of " + queue.layout().root() + " has " + free + " bytes left, so nothing can be settled",
                "free space there; millrace status then sweeps what is beyond the retention limits"));
    }

    /** When nothing holds it back, it stands in line for these slots. */
    Cause line(TaskView view, Slots slots) throws IOException {
        List<TaskView> waiting = queue.list(new TaskFilter(EnumSet.of(TaskState.PENDING), "", Integer.MAX_VALUE));
        long before = waiting.stream()
                .filter(other -> other.stem().compareTo(view.stem()) < 0)
                .count();
        return inLine(view.id(), before, slots);
    }

    private static Cause inLine(String what, long before, Slots slots) {
        if (before == 0 || slots.free() > 0)
            return new Cause(
                    Code.NOTHING,
                    "nothing holds it back; " + (before == 0 ? "it is the next in line" : before + " are before it")
                            + ", and " + slots.free() + " of " + slots.all() + " slots are free",
                    slots.free() > 0 ? "wait a moment" : "wait until a slot is free: millrace workers");
        return new Cause(
                Code.IN_LINE,
                before + " tasks are before " + what + " in line, and all " + slots.all()
                        + " slots that may take it are taken",
                "wait, or start more workers or slots: millrace workers");
    }

    Cause free(String kind, List<TaskView> tasks, Slots slots) {
        long waiting =
                tasks.stream().filter(view -> view.state() == TaskState.PENDING).count();
        return inLine("the last of " + named(kind), Math.max(0, waiting - 1), slots);
    }
}
