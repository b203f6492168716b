package dev.millrace.cli;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.Launcher;
import dev.millrace.settings.ServeOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace start}. */
@Command(
        name = "start",
        abbreviateSynopsis = true,
        description = "Starts the workers and returns when each has beaten once; they live on. Takes up a service whose"
                + " starter is gone.")
final class StartCommand extends ServeCommand {
    private static final Duration LOOK = Duration.ofMillis(250);

    @Option(
            names = "--workers",
            paramLabel = "HOST=N",
            description = "So many workers on this host; may be repeated. Just N is for this machine.")
    @Nullable
    List<String> workers;

    @Mixin
    ArgOptions args = new ArgOptions();

    StartCommand(Shell shell) {
        super(shell, Action.START);
    }

    /** Every wait can be cut short, so that an interrupted start takes back what it started. */
    @Override
    Service open(AppEnv env) {
        return Service.open(env, ServicePorts.system().withTime(shell.time()));
    }

    @Override
    ServeOptions options() throws CommandException {
        ServeOptions options = super.options();
        Map<String, Object> counts = WorkersOption.read(workers);
        if (!counts.isEmpty()) options = WorkersOption.into(options, counts);
        var given = args.read(shell);
        return given.isPresent() ? options.withArgs(given.get()) : options;
    }

    @Override
    Answer answer(Service service, ServeOptions options) throws Exception {
        boolean stays = service.env().settings().resolve(options).worker().launcher() == Launcher.IN_PROCESS;
        shell.time().guard();
        ServeReport report = service.serve(Action.START, options);
        Answer answer = Answer.ok(report.toJson(), text(service.env(), report));
        if (!stays) return answer;
        tell(answer);
        shell.out().flush();
        stay(service);
        return answer.asTold();
    }

    private String text(AppEnv env, ServeReport report) {
        StatusText text = new StatusText(shell)
                .title(env.target(), report.status())
                .workers(report.workerHealth())
                .notes(report)
                .line("");
        report.queueDir().ifPresent(folder -> text.line("queue: " + folder));
        return text.toString();
    }

    /** Workers that are threads of this command end with it: when it is interrupted, or when somebody stops the service. */
    private void stay(Service service) throws Exception {
        try {
            while (isHeld(service)) shell.time().sleep(LOOK);
        } catch (InterruptedException e) {
            service.serve(Action.STOP, ServeOptions.defaults());
        }
    }

    private static boolean isHeld(Service service) throws Exception {
        ServeReport report =
                service.serve(Action.STATUS, ServeOptions.defaults().withObserve(true));
        return !report.status().equals("idle");
    }
}
