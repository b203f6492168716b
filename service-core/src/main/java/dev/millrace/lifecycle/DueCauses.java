package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.millrace.lifecycle.Explanation.Cause;
import dev.millrace.lifecycle.Explanation.Code;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskRecord;
import dev.millrace.queue.TaskView;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What of a task's waiting lies with its time, and with who lets it in when that has come. */
final class DueCauses {
    private static final double STEWARD_SECONDS = 2;

    private final ServicePorts ports;
    private final TaskQueue queue;
    private final WorkerCauses workers;

    DueCauses(ServicePorts ports, TaskQueue queue, WorkerCauses workers) {
        this.ports = ports;
        this.queue = queue;
        this.workers = workers;
    }

    /** True before its time has come; a task of a batch has a time of its own, wherever its file lies. */
    boolean isEarly(TaskView view) {
        return view.due().orElse(0) > ports.time().epochSeconds();
    }

    List<Cause> scheduled(TaskView view, Optional<TaskRecord> task) throws IOException {
        double now = ports.time().epochSeconds();
        double due = view.due().orElse(0);
        if (due > now) return List.of(later(view, task, due, now));
        Optional<Path> inTheWay = queue.control().inTheWayOf(view);
        if (inTheWay.isPresent()) return List.of(nameTaken(view, inTheWay.get()));
        if (now - due < STEWARD_SECONDS) return List.of();
        Optional<Cause> slow = workers.slowSteward(now - due, STEWARD_SECONDS);
        if (slow.isPresent()) return List.of(slow.get());
        Optional<String> steward = workers.steward();
        String who = steward.map(name -> "worker " + name + " holds the housekeeping lease and has not come round")
                .orElse("no living worker holds the housekeeping lease");
        return List.of(new Cause(
                Code.LEASE,
                "it has been due for " + seconds(now - due) + " and nobody has let it in: " + who,
                steward.map(name -> "millrace workers; when " + name + " hangs, stop it: millrace stop --force")
                        .orElse("millrace status, which starts dead workers again")));
    }

    private static Cause nameTaken(TaskView view, Path inTheWay) {
        return new Cause(
                Code.NAME_TAKEN,
                "it is due, and waits because another file of its name is not claimed yet: " + inTheWay,
                "wait until that one runs, or give this one a name of its own: mv " + view.file() + " "
                        + inTheWay.resolveSibling("another-" + inTheWay.getFileName()));
    }

    /** A task that was put off spends no attempt, so its name does not tell; the record of it does. */
    private Cause later(TaskView view, Optional<TaskRecord> task, double due, double now) {
        List<JsonNode> attempts = task.map(queue::attempts).orElse(List.of());
        JsonNode last = attempts.isEmpty() ? MissingNode.getInstance() : attempts.get(attempts.size() - 1);
        if (last.path("outcome").asText("").equals("snoozed"))
            return putOff(view, last.path("reason").asText(""), due, now);
        return view.attempt() > 1 ? backOff(view, due, now) : notDue(view, due, now);
    }

    private static Cause putOff(TaskView view, String reason, double due, double now) {
        return new Cause(
                Code.BACK_OFF,
                "it was put off by its handler until " + moment(due) + ", in " + seconds(due - now)
                        + (reason.isEmpty() ? "" : ": " + reason),
                startNow(view));
    }

    /** What waits in a file with others can be started by itself only while that lies aside. */
    private static String startNow(TaskView view) {
        return switch (view.state()) {
            case SCHEDULED -> "wait, or start it now: millrace requeue " + view.id();
            case RUNNING -> "wait; a worker has the file that it shares with others";
            default -> "wait; the file that it shares with others is in line";
        };
    }

    private Cause notDue(TaskView view, double due, double now) {
        return new Cause(
                Code.NOT_DUE,
                "it is not to be started before " + moment(due) + ", in " + seconds(due - now),
                isUntouchedPart(view)
                        ? "wait, or start all that share its file now: mv " + view.file() + " " + pendingFile(view)
                        : startNow(view));
    }

    /** A batch that nobody has begun waits as a whole. */
    private static boolean isUntouchedPart(TaskView view) {
        String name = String.valueOf(view.file().getFileName());
        return BatchName.isBatchFile(name) && BatchName.parse(name).tally().progress() == 0;
    }

    private Path pendingFile(TaskView view) {
        String name = String.valueOf(view.file().getFileName());
        return queue.layout().folder(TaskState.PENDING).resolve(name.replaceFirst("^[0-9]{13,15}-", ""));
    }

    private static Cause backOff(TaskView view, double due, double now) {
        return new Cause(
                Code.BACK_OFF,
                "attempt " + (view.attempt() - 1) + " did not succeed, and attempt " + view.attempt() + " begins at "
                        + moment(due) + ", in " + seconds(due - now),
                startNow(view));
    }

    static String moment(double epochSeconds) {
        return Instant.ofEpochMilli(Math.round(epochSeconds * 1e3)).toString();
    }

    static String seconds(double seconds) {
        Duration length = Duration.ofMillis(Math.round(seconds * 1e3));
        if (seconds < 120) return String.format(Locale.ROOT, "%.1f s", seconds);
        return length.toHours() < 2 ? length.toMinutes() + " min" : length.toHours() + " h";
    }
}
