package dev.millrace.cli;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.settings.ServeOptions;
import picocli.CommandLine.Command;

/** {@code millrace stop}. */
@Command(
        name = "stop",
        description = "Lets the workers finish what they run, ends them, and proves it. May be repeated.")
final class StopCommand extends ServeCommand {
    StopCommand(Shell shell) {
        super(shell, Action.STOP);
    }

    @Override
    Answer answer(Service service, ServeOptions options) throws Exception {
        ServeReport report = service.serve(Action.STOP, options);
        String app = service.env().target();
        StatusText text = new StatusText(shell).title(app, report.status());
        if (!report.workers().isEmpty()) text.line("stopped: " + String.join(", ", report.workers()));
        if (!report.pending().isEmpty()) text.line("not stopped: " + String.join(", ", report.pending()));
        text.notes(report);
        boolean proven = report.status().equals("stopped") || report.status().equals("idle");
        return Answer.ok(report.toJson(), text.toString()).withExit(proven ? ExitCode.OK : ExitCode.FAILED);
    }
}
