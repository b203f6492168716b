package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.health.WorkerHealth;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.settings.ServeOptions;
import dev.millrace.storage.Disk;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code millrace workers}. */
@Command(name = "workers", description = "Shows each worker: process, state, what it runs. Only looks.")
final class WorkersCommand extends AppCommand {
    WorkersCommand(Shell shell) {
        super(shell);
    }

    @Override
    Answer answer(Service service) throws Exception {
        ServeReport report =
                service.serve(Action.STATUS, ServeOptions.defaults().withObserve(true));
        String app = service.env().target();
        if (report.workerHealth().isEmpty())
            throw report.status().equals("idle")
                    ? new ServiceException.NotRunning(
                            "the service of " + app + " is not running; start it first: millrace start --app " + app)
                    : new ServiceException(
                            "the service of " + app + " is in status " + report.status() + ": " + report.message());
        Map<String, Heartbeat> beats =
                Heartbeats.readAll(Disk.local(), service.queue().layout().heartbeats());
        StatusText text = new StatusText(shell).workers(report.workerHealth());
        text.table(places(report.workerHealth())).table(tasks(beats));
        return Answer.ok(json(report, beats), text.toString().stripLeading());
    }

    private static Table places(List<WorkerHealth> rows) {
        Table table = new Table("WORKER", "HOST", "INCARNATION");
        for (WorkerHealth row : rows)
            row.life().ifPresent(life -> table.row(row.worker(), life.host(), life.incarnation()));
        return table;
    }

    private Table tasks(Map<String, Heartbeat> beats) {
        double now = shell.time().epochSeconds();
        Table table = new Table("WORKER", "TASK", "KIND", ">RUNNING FOR", ">LAST PROGRESS", "PROGRESS");
        for (Heartbeat beat : beats.values())
            if (!beat.state().isEnded())
                for (Heartbeat.CurrentTask task : beat.currentTasks())
                    table.row(
                            beat.worker(),
                            task.id(),
                            task.kind().isEmpty() ? Shown.NOTHING : task.kind(),
                            Shown.seconds(Math.max(0, now - task.startedAt())),
                            Shown.seconds(Math.max(0, now - task.progressAt())),
                            task.progress().map(Shown::progress).orElse(Shown.NOTHING));
        return table;
    }

    private static ObjectNode json(ServeReport report, Map<String, Heartbeat> beats) {
        ObjectNode json = Json.object();
        json.put("status", report.status());
        ArrayNode rows = json.putArray("workers");
        for (WorkerHealth row : report.workerHealth()) {
            ObjectNode entry = row.toJson();
            Heartbeat beat = beats.get(row.worker());
            entry.set(
                    "tasks",
                    beat == null ? Json.MAPPER.createArrayNode() : beat.toJson().path("current_tasks"));
            rows.add(entry);
        }
        return json;
    }
}
