package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.health.HealthGate;
import dev.millrace.health.HealthReport;
import dev.millrace.health.Verdict;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.settings.ServeOptions;
import picocli.CommandLine.Command;

/** {@code millrace health}. */
@Command(
        name = "health",
        description =
                "Gathers the facts, writes health.json, and judges them by the app's [cluster.service_health]; ends with"
                        + " the gate's code.")
final class HealthCommand extends ServeCommand {
    private static final String UNWRITTEN =
            "the health document could not be written; is the share there, writable and not full? (--observe does without)";

    HealthCommand(Shell shell) {
        super(shell, Action.HEALTH);
    }

    @Override
    Answer answer(Service service, ServeOptions options) throws Exception {
        ServeReport answer = service.serve(Action.HEALTH, options);
        HealthReport report = health(answer);
        Verdict verdict = HealthGate.evaluate(report, service.thresholds());
        StatusText text = new StatusText(shell)
                .title(service.env().target(), report.status())
                .workers(report.workers().rows())
                .queue(report.queue())
                .measures(java.util.Optional.of(report))
                .notes(answer)
                .line("")
                .line(verdictLine(verdict));
        answer.healthPath().ifPresent(path -> text.line("written to " + path));
        ObjectNode json = json(report, verdict);
        if (!answer.message().isEmpty()) json.put("message", answer.message());
        Answer told = Answer.ok(json, text.toString()).withExit(ExitCode.of(verdict));
        boolean unwritten = answer.healthPath().isEmpty() && !options.observe();
        return unwritten ? told.withRemark(UNWRITTEN) : told;
    }

    private static HealthReport health(ServeReport answer) {
        HealthReport health =
                answer.health().orElseThrow(() -> new ServiceException("there is no health in " + answer.toJson()));
        return answer.healthPath().map(path -> health.withPath(path.toString())).orElse(health);
    }

    static String verdictLine(Verdict verdict) {
        return verdict.passed() ? "gate: passed" : "gate: failed with " + verdict.code() + ": " + verdict.reason();
    }

    /** AGILAB's document, and the verdict as one more key. */
    static ObjectNode json(HealthReport report, Verdict verdict) {
        ObjectNode json = report.toJson();
        json.set("gate", verdict.shown());
        return json;
    }
}
