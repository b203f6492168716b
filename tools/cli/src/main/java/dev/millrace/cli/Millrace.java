package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** One run of the program. */
final class Millrace {
    private static final char UNREADABLE = '\uFFFD';
    private static final int WIDEST_HELP = 100;
    private static final int USUAL_HELP = 80;

    private final Shell shell;

    Millrace(Shell shell) {
        this.shell = shell;
    }

    /** Runs a command line and answers with the exit code. */
    int run(List<String> args) {
        try {
            return read(args);
        } finally {
            shell.out().flush();
            shell.err().flush();
        }
    }

    private int read(List<String> args) {
        Optional<String> unreadable =
                args.stream().filter(arg -> arg.indexOf(UNREADABLE) >= 0).findFirst();
        if (unreadable.isPresent())
            return told(
                    CommandException.badCommandLine(
                            "the argument '" + unreadable.get() + "' cannot be read in this locale",
                            "set LC_ALL=C.UTF-8"),
                    args);
        if (args.isEmpty()) return help(ExitCode.BAD_COMMAND_LINE);
        Optional<Commands> command = Commands.of(args.get(0));
        return command.isPresent() ? execute(command.get(), args) : withoutCommand(args);
    }

    private int help(ExitCode exit) {
        CommandLine all = prepared(Commands.all(shell));
        (exit == ExitCode.OK ? shell.out() : shell.err()).print(all.getUsageMessage(ansi()));
        return exit.code();
    }

    private Ansi ansi() {
        return shell.terminal().coloured() ? Ansi.ON : Ansi.OFF;
    }

    private CommandLine prepared(CommandLine line) {
        int columns = shell.terminal().columns();
        int width = columns == 0 ? USUAL_HELP : Math.max(USUAL_HELP - 25, Math.min(WIDEST_HELP, columns));
        return line.setUsageHelpWidth(width)
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(true);
    }

    private int execute(Commands command, List<String> args) {
        CommandLine line = prepared(command.build(shell));
        BaseCommand made = line.getCommand();
        try {
            line.parseArgs(args.subList(1, args.size()).toArray(new String[0]));
            if (line.isUsageHelpRequested()) {
                shell.out().print(line.getUsageMessage(ansi()));
                return ExitCode.OK.code();
            }
            return made.call();
        } catch (ParameterException e) {
            return told(problem(e, "millrace " + command.word() + " --help"), args);
        } catch (Exception e) {
            CommandException problem = Problems.of(e, made.where());
            if (made.output.verbose.length > 0) e.printStackTrace(shell.err());
            return told(problem, made.output.json);
        }
    }

    private static CommandException problem(ParameterException e, String next) {
        String problem = Shown.line(String.valueOf(e.getMessage()));
        List<String> near = e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        String meant = near.isEmpty() ? "" : "; did you mean " + near.get(0) + "?";
        return CommandException.badCommandLine(problem + meant, next);
    }

    private int withoutCommand(List<String> args) {
        String first = args.get(0);
        if (first.equals("--help") || first.equals("-h")) return help(ExitCode.OK);
        if (first.equals("help")) return args.size() == 1 ? help(ExitCode.OK) : run(List.of(args.get(1), "--help"));
        if (first.startsWith("-"))
            return told(
                    CommandException.badCommandLine(
                            "'" + first + "' stands where the command belongs",
                            "options go behind the command: millrace COMMAND " + first),
                    args);
        String meant = Nearest.to(first, Commands.words())
                .map(word -> "; did you mean '" + word + "'?")
                .orElse("");
        return told(
                CommandException.badCommandLine("there is no command '" + first + "'" + meant, "millrace --help"),
                args);
    }

    /** The command line could not be read, so the wish for JSON is looked for by hand. */
    private int told(CommandException problem, List<String> args) {
        return told(problem, args.contains("--json"));
    }

    private int told(CommandException problem, boolean json) {
        if (json) shell.out().writeBytes(Json.indented(object(problem)));
        shell.err().println("millrace: " + Shown.lines(problem.problem()));
        if (!problem.next().isEmpty() && !problem.problem().endsWith(problem.next()))
            shell.err().println("  next: " + Shown.line(problem.next()));
        return problem.exit().code();
    }

    private static ObjectNode object(CommandException problem) {
        ObjectNode json = Json.object();
        json.put("status", "error");
        json.put("error", problem.problem());
        json.put("next", problem.next());
        json.put("exit_code", problem.exit().code());
        return json;
    }
}
