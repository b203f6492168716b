package dev.millrace.cli;

import dev.millrace.lifecycle.Service;
import dev.millrace.queue.Pauses;
import dev.millrace.queue.QueueControl;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace pause}. */
@Command(
        name = "pause",
        description = "Holds back a kind, or with --all the whole queue: what runs goes on, nothing more is begun."
                + " Without either, shows what is paused.")
final class PauseCommand extends AppCommand {
    @Parameters(arity = "0..1", paramLabel = "KIND", description = "The kind.")
    @Nullable
    String kind;

    @Option(names = "--all", description = "The whole queue.")
    boolean all;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for whoever wonders.")
    String reason = "";

    PauseCommand(Shell shell) {
        super(shell);
    }

    @Override
    Answer answer(Service service) throws Exception {
        QueueControl control = service.queue().control();
        if (kind != null || all) control.pause(chosen(kind, all, "pause"), reason);
        return shown(control);
    }

    /** Empty for the whole queue. */
    static Optional<String> chosen(@Nullable String kind, boolean all, String command) throws CommandException {
        if (kind != null && all)
            throw CommandException.badCommandLine(
                    "either a kind or --all, not both", "millrace " + command + " " + kind);
        return Optional.ofNullable(kind);
    }

    static Answer shown(QueueControl control) throws IOException {
        Pauses pauses = control.pauses();
        StringBuilder text = new StringBuilder();
        pauses.queue().ifPresent(pause -> {
            text.append("the whole queue is paused").append(because(pause)).append('\n');
        });
        pauses.kinds().forEach((name, pause) -> {
            text.append("kind ")
                    .append(Shown.line(name))
                    .append(" is paused")
                    .append(because(pause))
                    .append('\n');
        });
        pauses.jobs()
                .forEach((job, holders) -> holders.forEach((by, pause) -> text.append("job ")
                        .append(job)
                        .append(" is held back by ")
                        .append(by)
                        .append(because(pause))
                        .append('\n')));
        return Answer.ok(pauses.shown(), text.isEmpty() ? "nothing is paused\n" : text.toString());
    }

    private static String because(Pauses.Pause pause) {
        return pause.reason().isEmpty() ? "" : ": " + Shown.line(pause.reason());
    }
}
