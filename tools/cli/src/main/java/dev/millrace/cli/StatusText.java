package dev.millrace.cli;

import dev.millrace.health.HealthReport;
import dev.millrace.health.Measures;
import dev.millrace.health.WorkerHealth;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.queue.QueueCounts;
import dev.millrace.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** A service's state for people. */
final class StatusText {
    private final Shell shell;
    private final Terminal terminal;
    private final StringBuilder text = new StringBuilder();

    StatusText(Shell shell) {
        this.shell = shell;
        this.terminal = shell.terminal();
    }

    @Override
    public String toString() {
        return text.toString();
    }

    StatusText line(String line) {
        text.append(Shown.lines(line)).append('\n');
        return this;
    }

    /** The first line: who, and how it is. */
    StatusText title(String app, String status) {
        Ink ink = new Ink(terminal.coloured());
        text.append(ink.paint(Ink.Tone.HEAD, app))
                .append(" is ")
                .append(ink.paint(Ink.Tone.of(status), status))
                .append('\n');
        return this;
    }

    StatusText table(Table table) {
        if (!table.isEmpty()) text.append('\n').append(table.text(terminal));
        return this;
    }

    StatusText workers(List<WorkerHealth> rows) {
        Table table = new Table("WORKER", "STATE", ">SLOTS", ">BEAT", ">CPU", ">MEMORY", ">RESTARTS", ">PID", "REMARK");
        for (WorkerHealth row : rows) table.row(workerRow(row).toArray());
        return table(table);
    }

    static List<Object> workerRow(WorkerHealth row) {
        Optional<WorkerHealth.Work> work = row.work();
        return List.of(
                row.worker(),
                state(row),
                work.map(doing -> doing.busySlots() + "/" + doing.slots()).orElse(Shown.NOTHING),
                Shown.seconds(row.heartbeatAgeSec()),
                cpu(work.map(WorkerHealth.Work::cpu).orElse(OptionalDouble.empty())),
                memory(work.map(WorkerHealth.Work::memoryBytes).orElse(OptionalLong.empty())),
                row.restarts(),
                row.life().map(life -> Long.toString(life.pid())).orElse(Shown.NOTHING),
                row.reason());
    }

    /** A worker that has not beaten yet is starting, whatever an earlier life's heartbeat said. */
    private static String state(WorkerHealth row) {
        return row.futureState().equals("pending") ? "starting" : row.heartbeatState();
    }

    private static String cpu(OptionalDouble cores) {
        return cores.isPresent() ? String.format(Locale.ROOT, "%.0f%%", cores.getAsDouble() * 100) : Shown.NOTHING;
    }

    private static String memory(OptionalLong bytes) {
        return bytes.isPresent() ? Shown.bytes(bytes.getAsLong()) : Shown.NOTHING;
    }

    StatusText queue(Optional<QueueCounts> counts) {
        if (counts.isEmpty()) return this;
        List<String> headers = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        for (TaskState state : TaskState.values()) {
            if (state == TaskState.BLOCKED && counts.get().of(state) == 0) continue;
            headers.add(">" + state.word().toUpperCase(Locale.ROOT));
            values.add(counts.get().of(state));
        }
        return table(new Table(headers.toArray(new String[0])).row(values.toArray()));
    }

    StatusText measures(Optional<HealthReport> health) {
        health.map(HealthReport::measures).ifPresent(this::measures);
        return this;
    }

    private void measures(Measures measures) {
        List<String> facts = new ArrayList<>();
        measures.queueAges().ifPresent(ages -> {
            add(facts, "oldest pending", ages.oldestPendingSec());
            add(facts, "oldest running", ages.oldestRunningSec());
            add(facts, "overdue", ages.oldestScheduledDueSec());
        });
        measures.latency().ifPresent(latency -> {
            add(facts, "start p95", latency.startP95Sec());
            add(facts, "run p95", latency.runP95Sec());
        });
        if (measures.quarantined().orElse(0) > 0)
            facts.add(Shown.count(measures.quarantined().orElse(0), "refused file") + " in failed/");
        if (!facts.isEmpty()) text.append(String.join("; ", facts)).append('\n');
    }

    private static void add(List<String> facts, String name, OptionalDouble length) {
        if (length.isPresent()) facts.add(name + " " + Shown.seconds(length));
    }

    /** What happened since the last look, what is not as it should be, and what to do. */
    StatusText notes(ServeReport report) {
        List<String> notes = new ArrayList<>();
        for (String worker : report.restarted())
            notes.add("restarted since the last look: " + worker + " ("
                    + report.restartReasons().getOrDefault(worker, "no reason known") + ")");
        report.launchErrors().forEach((worker, error) -> notes.add("could not be launched: " + worker + ": " + error));
        for (ServeReport.Flag flag : report.flags()) notes.add(meaning(flag));
        if (!report.message().isEmpty()) notes.add(shell.asCalled(report.message()));
        if (!notes.isEmpty()) text.append('\n');
        notes.forEach(this::line);
        return this;
    }

    static String meaning(ServeReport.Flag flag) {
        return switch (flag) {
            case RECOVERED -> "recovered: a running service was taken up again";
            case RECOVERY_REQUIRED -> "recovery_required: something is not proven; only stop is possible until it is";
            case LEGACY_FULL_SHUTDOWN ->
                "legacy_full_shutdown: the record could not be read; every worker that could be found was stopped";
            case RUNTIME_CLEANUP_RETRY -> "runtime_cleanup_retry: an earlier stop was not proven; now it is";
            case ABANDONED -> "abandoned: workers of a lost host were given up; that they have ended is not proven";
            case OBSERVED_ONLY -> "observed_only: another operation is under way, so nothing was mended";
        };
    }
}
