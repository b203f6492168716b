package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.health.HealthGate;
import dev.millrace.health.HealthReport;
import dev.millrace.health.Verdict;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Service;
import dev.millrace.settings.ServeOptions;
import picocli.CommandLine.Command;

/** {@code millrace health}. */
@Command(
        name = "health",
        description =
                "Gathers the facts, writes health.json, and judges them by the app's [cluster.service_health]; ends with"
                        + " the gate's code.")
final class HealthCommand extends ServeCommand {
    HealthCommand(Shell shell) {
        super(shell, Action.HEALTH);
    }

    @Override
    Answer answer(Service service, ServeOptions options) throws Exception {
        HealthReport report = service.health(options);
        Verdict verdict = HealthGate.evaluate(report, service.thresholds());
        StatusText text = new StatusText(shell.terminal())
                .title(service.env().target(), report.status())
                .workers(report.workers().rows())
                .queue(report.queue())
                .measures(java.util.Optional.of(report))
                .line("")
                .line(verdictLine(verdict));
        report.surroundings().path().ifPresent(path -> text.line("written to " + path));
        return Answer.ok(json(report, verdict), text.toString()).withExit(ExitCode.of(verdict));
    }

    static String verdictLine(Verdict verdict) {
        return verdict.passed() ? "gate: passed" : "gate: failed with " + verdict.code() + ": " + verdict.reason();
    }

    /** AGILAB's document, and the verdict as one more key. */
    static ObjectNode json(HealthReport report, Verdict verdict) {
        ObjectNode json = report.toJson();
        json.set("gate", gate(verdict));
        return json;
    }

    static ObjectNode gate(Verdict verdict) {
        ObjectNode gate = verdict.details();
        gate.put("passed", verdict.passed());
        gate.put("code", verdict.code());
        gate.put("reason", verdict.reason());
        return gate;
    }
}
