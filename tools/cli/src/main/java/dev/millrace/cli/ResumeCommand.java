package dev.millrace.cli;

import dev.millrace.lifecycle.Service;
import dev.millrace.queue.QueueControl;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace resume}. */
@Command(name = "resume", description = "Lets a kind, or with --all the whole queue, be begun again.")
final class ResumeCommand extends AppCommand {
    @Parameters(arity = "0..1", paramLabel = "KIND", description = "The kind.")
    @Nullable
    String kind;

    @Option(names = "--all", description = "The whole queue; kinds that are paused by themselves stay so.")
    boolean all;

    ResumeCommand(Shell shell) {
        super(shell);
    }

    @Override
    Answer answer(Service service) throws Exception {
        if (kind == null && !all)
            throw CommandException.badCommandLine(
                    "name a kind, or the whole queue with --all", "millrace resume --all");
        QueueControl control = service.queue().control();
        control.resume(PauseCommand.chosen(kind, all, "resume"));
        return PauseCommand.shown(control);
    }
}
