package dev.millrace.healthcheck;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reads the command line. An option that is given twice counts the last time, so that a cron line can be extended. */
final class CommandLineReader {
    private final CommandLine command = new CommandLine(OptionTable.command())
            .setOverwrittenOptionsAllowed(true)
            .setExpandAtFiles(false);

    /**
     * What the command line says; empty when it asks for help.
     *
     * @throws BadCommandLineException when it cannot be understood
     */
    Optional<CheckOptions> read(List<String> args) throws BadCommandLineException {
        try {
            ParseResult parsed = command.parseArgs(args.toArray(new String[0]));
            return parsed.isUsageHelpRequested() ? Optional.empty() : Optional.of(new OptionValues(parsed).read());
        } catch (UnmatchedArgumentException e) {
            throw new BadCommandLineException(text(e) + nearest(e));
        } catch (ParameterException e) {
            throw new BadCommandLineException(text(e));
        }
    }

    private static String text(ParameterException e) {
        return String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    }

    private static String nearest(UnmatchedArgumentException e) {
        List<String> suggestions = e.getSuggestions();
        return suggestions.isEmpty() ? "" : "; did you mean " + suggestions.get(0) + "?";
    }

    String help() {
        return command.getUsageMessage(Ansi.OFF);
    }
}
