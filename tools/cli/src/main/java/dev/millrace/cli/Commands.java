package dev.millrace.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;

/** All commands. Each is built only when it is needed: looking at all of them costs a good part of the start time. */
@SuppressWarnings("ImmutableEnumChecker") // a constructor is a function without state
enum Commands {
    DEMO(DemoCommand::new),
    START(StartCommand::new),
    STATUS(StatusCommand::new),
    HEALTH(HealthCommand::new),
    STOP(StopCommand::new),
    SUBMIT(SubmitCommand::new),
    TASKS(TasksCommand::new),
    TASK(TaskCommand::new),
    LOGS(LogsCommand::new),
    WHY(WhyCommand::new),
    AWAIT(AwaitCommand::new),
    RETRY(RetryCommand::new),
    REQUEUE(RequeueCommand::new),
    DISCARD(DiscardCommand::new),
    SNAPSHOT(SnapshotCommand::new),
    WORKERS(WorkersCommand::new),
    DRAIN(DrainCommand::new),
    PAUSE(PauseCommand::new),
    RESUME(ResumeCommand::new),
    CANCEL(CancelCommand::new),
    RECURRING(RecurringCommand::new),
    DAEMON(DaemonCommand::new),
    VALIDATE(ValidateCommand::new),
    COMPLETION(CompletionCommand::new);

    private final Function<Shell, BaseCommand> maker;

    Commands(Function<Shell, BaseCommand> maker) {
        this.maker = maker;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Commands::word).toList();
    }

    static Optional<Commands> of(String word) {
        return Arrays.stream(values())
                .filter(command -> command.word().equals(word))
                .findFirst();
    }

    /** The command alone. */
    CommandLine build(Shell shell) {
        BaseCommand command = maker.apply(shell);
        CommandLine line = new CommandLine(command);
        if (command instanceof ServeCommand serving) ServeParameter.addTo(line.getCommandSpec(), serving.action());
        line.setCommandName("millrace " + word());
        return line;
    }

    /** The program with all its commands, for help and completion. */
    static CommandLine all(Shell shell) {
        CommandLine program = new CommandLine(new Program());
        for (Commands command : values()) program.addSubcommand(command.word(), command.build(shell));
        return program;
    }
}
