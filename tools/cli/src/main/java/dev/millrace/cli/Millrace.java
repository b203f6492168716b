package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

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
        if (args.isEmpty()) return nothingAsked();
        Optional<Commands> command = Commands.of(args.get(0));
        return command.isPresent() ? execute(command.get(), args) : withoutCommand(args);
    }

    private int nothingAsked() {
        shell.err().print(prepared(Commands.all(shell)).getUsageMessage(ansi()));
        return ExitCode.BAD_COMMAND_LINE.code();
    }

    /** What was asked of the program itself, in the form that was asked for. */
    private int answer(boolean json, ObjectNode object, String text) {
        if (json) shell.out().writeBytes(Json.indented(object));
        else shell.out().print(text);
        return ExitCode.OK.code();
    }

    private int helped(CommandLine line, boolean json) {
        return answer(json, Json.object().put("help", line.getUsageMessage(Ansi.OFF)), line.getUsageMessage(ansi()));
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
            if (line.isUsageHelpRequested()) return helped(line, made.output.json);
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
        return CommandException.badCommandLine(Shown.line(ParseProblems.sentence(e)), next);
    }

    private int withoutCommand(List<String> args) {
        Optional<Integer> told = ofProgram(args);
        if (told.isPresent()) return told.get();
        String first = args.get(0);
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

    /** Help and version, with or without {@code --json} anywhere; empty when something else is meant. */
    private Optional<Integer> ofProgram(List<String> args) {
        boolean json = args.contains("--json");
        List<String> words =
                args.stream().filter(word -> !word.equals("--json")).toList();
        String first = words.isEmpty() ? "" : words.get(0);
        Build build = Build.ofThis();
        return switch (first) {
            case "--version", "-V" -> Optional.of(answer(json, build.toJson(), build.toText()));
            case "--help", "-h" -> Optional.of(helped(prepared(Commands.all(shell)), json));
            case "help" -> Optional.of(help(words.subList(1, words.size()), json));
            default -> Optional.empty();
        };
    }

    private int help(List<String> words, boolean json) {
        if (words.isEmpty()) return helped(prepared(Commands.all(shell)), json);
        return read(json ? List.of(words.get(0), "--help", "--json") : List.of(words.get(0), "--help"));
    }

    /** The command line could not be read, so the wish for JSON is looked for by hand. */
    private int told(CommandException problem, List<String> args) {
        return told(problem, args.contains("--json"));
    }

    private int told(CommandException problem, boolean json) {
        String sentence = shell.asCalled(problem.problem());
        String next = shell.asCalled(problem.next());
        if (json) shell.out().writeBytes(Json.indented(object(problem, sentence, next)));
        shell.err().println("millrace: " + Shown.lines(sentence));
        if (!next.isEmpty() && !sentence.endsWith(next)) shell.err().println("  next: " + Shown.line(next));
        return problem.exit().code();
    }

    private static ObjectNode object(CommandException problem, String sentence, String next) {
        ObjectNode json = Json.object();
        json.put("status", "error");
        json.put("error", sentence);
        json.put("next", next);
        json.put("exit_code", problem.exit().code());
        return json;
    }
}
