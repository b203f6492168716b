package dev.millrace.cli;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.settings.ServeOptions;
import picocli.CommandLine.Command;

/** {@code millrace status}. */
@Command(
        name = "status",
        description =
                "Shows who works and what waits. Mends on the way (restarts dead workers) unless --observe is given.")
final class StatusCommand extends ServeCommand {
    StatusCommand(Shell shell) {
        super(shell, Action.STATUS);
    }

    @Override
    Answer answer(Service service, ServeOptions options) throws Exception {
        ServeReport report = service.serve(Action.STATUS, options);
        String text = new StatusText(shell)
                .title(service.env().target(), report.status())
                .workers(report.workerHealth())
                .queue(report.queue())
                .measures(report.health())
                .notes(report)
                .toString();
        boolean wrong = report.status().equals("error");
        return Answer.ok(report.toJson(), text).withExit(wrong ? ExitCode.FAILED : ExitCode.OK);
    }
}
