package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.health.HealthGate;
import dev.millrace.health.HealthReport;
import dev.millrace.health.Verdict;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.lifecycle.TaskResult;
import dev.millrace.settings.ServeOptions;
import dev.millrace.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The steps of the demo. */
final class Demo {
    private static final Duration LOOK = Duration.ofMillis(30);
    private static final Duration PATIENCE_AT_THE_END = Duration.ofSeconds(2);

    private final Service service;
    private final Shell shell;
    private final DemoScreen screen;
    private final double timeout;

    Demo(Service service, Shell shell, DemoScreen screen, double timeout) {
        this.service = service;
        this.shell = shell;
        this.screen = screen;
        this.timeout = timeout;
    }

    /** The demo stops what it started; a service that runs already is none of its business. */
    void refuseForeignService() throws Exception {
        String status = service.serve(Action.STATUS, ServeOptions.defaults().withObserve(true))
                .status();
        if (!status.equals("idle"))
            throw new CommandException(
                    ExitCode.FAILED,
                    "the share " + service.env().share() + " holds a service of "
                            + service.env().target() + " already (status " + status
                            + "), and the demo would stop it in the end",
                    "leave --share out, or stop that service first");
    }

    Answer run() throws Exception {
        List<Path> files = dataFiles();
        screen.begins(service.env(), files.size());
        ServeReport started = service.serve(Action.START, ServeOptions.defaults());
        screen.started(started);
        Map<TaskReceipt, TaskResult> results = results(files);
        screen.results(results);
        HealthReport health = service.health(ServeOptions.defaults());
        Verdict verdict = HealthGate.evaluate(health, service.thresholds());
        Path snapshot = service.exportSnapshot(ServeOptions.defaults());
        ServeReport stopped = stop();
        screen.ends(health, verdict, stopped, service, snapshot);
        return new Answer(exit(results, verdict), json(results, health, verdict, stopped, snapshot), "", "", false);
    }

    private List<Path> dataFiles() throws IOException, CommandException {
        Path folder = service.env().appFolder().resolve("data");
        List<Path> files = List.of();
        if (Files.isDirectory(folder))
            try (Stream<Path> entries = Files.list(folder)) {
                files = entries.filter(file -> file.toString().endsWith(".csv"))
                        .sorted()
                        .toList();
            }
        if (files.isEmpty())
            throw new CommandException(
                    ExitCode.FAILED,
                    "there are no CSV files in " + folder + " to show anything with",
                    "run the demo with the sample app: --app mycode");
        return files;
    }

    private Map<TaskReceipt, TaskResult> results(List<Path> files) throws Exception {
        List<Task> tasks = files.stream().map(Demo::task).toList();
        List<TaskReceipt> open = new java.util.ArrayList<>(service.submitAll(tasks));
        Map<TaskReceipt, Optional<TaskResult>> all = new LinkedHashMap<>();
        open.forEach(receipt -> all.put(receipt, Optional.empty()));
        long start = shell.time().nanos();
        while (!open.isEmpty()) {
            for (TaskReceipt receipt : List.copyOf(open)) {
                Optional<TaskResult> result = receipt.peek();
                if (result.isEmpty()) continue;
                open.remove(receipt);
                all.put(receipt, result);
                screen.finished(receipt.id(), result.get());
            }
            double waited = (shell.time().nanos() - start) / 1e9;
            screen.progress(all.size() - open.size(), all.size(), waited);
            if (!open.isEmpty() && waited > timeout)
                throw new TimeoutException(Shown.count(open.size(), "task") + " did not end within "
                        + Shown.seconds(timeout) + " (--timeout)");
            shell.time().sleep(LOOK);
        }
        Map<TaskReceipt, TaskResult> results = new LinkedHashMap<>();
        all.forEach((receipt, result) -> results.put(receipt, result.orElseThrow()));
        return results;
    }

    private static Task task(Path file) {
        String name = String.valueOf(file.getFileName());
        return Task.of("profile-csv").args(Map.of("file", "data/" + name)).name(name);
    }

    private ServeReport stop() throws Exception {
        ServeReport stopped = service.serve(Action.STOP, ServeOptions.defaults());
        if (stopped.status().equals("stopped")) return stopped;
        return service.serve(Action.STOP, ServeOptions.defaults().withForce(true));
    }

    /** After an interruption or a failure: no worker may outlive the demo. */
    void cleanUp() {
        screen.interrupted();
        try {
            ServeReport report = service.serve(
                    Action.STOP,
                    ServeOptions.defaults().withStopTimeout(PATIENCE_AT_THE_END).withForce(true));
            screen.cleanedUp(report, service.env());
        } catch (Exception e) {
            screen.notCleanedUp(e, service.env());
        }
    }

    private static ExitCode exit(Map<TaskReceipt, TaskResult> results, Verdict verdict) {
        boolean done = results.values().stream().allMatch(TaskResult::isDone);
        return done ? ExitCode.of(verdict) : ExitCode.TASK_FAILED;
    }

    private ObjectNode json(
            Map<TaskReceipt, TaskResult> results,
            HealthReport health,
            Verdict verdict,
            ServeReport stopped,
            Path snapshot) {
        ObjectNode json = Json.object();
        json.put("app", service.env().target());
        json.put("share", service.env().share().toString());
        ArrayNode tasks = json.putArray("tasks");
        results.forEach((receipt, result) -> {
            ObjectNode task = tasks.addObject();
            task.put("id", receipt.id());
            task.put("state", result.state().word());
            result.error().ifPresent(error -> task.put("error", error));
            result.runtimeSeconds().ifPresent(seconds -> task.put("runtime", seconds));
            task.set("result", result.result().isMissingNode() ? null : result.result());
        });
        json.set("health", HealthCommand.json(health, verdict));
        json.set("stop", stopped.toJson());
        json.put("snapshot", snapshot.toString());
        return json;
    }
}
