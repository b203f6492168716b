package dev.millrace.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program itself, for its help. */
@Command(
        name = "millrace",
        description = "Runs and watches a service of persistent workers around a queue directory.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "'millrace COMMAND --help' tells of one command. With --json, every command answers with exactly one JSON"
                    + " object. Exit codes and all options: docs/reference/cli.md",
            "",
            "'./millrace bench' measures this machine, its disk and the service: docs/reference/performance.md",
            "'./millrace soak' kills it thousands of times, and counts what is lost: docs/reference/reliability.md"
        })
final class Program {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            description = "Show the version, its commit when known, and Java's.")
    boolean version;
}
