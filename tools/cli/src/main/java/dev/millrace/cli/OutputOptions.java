package dev.millrace.cli;

import picocli.CommandLine.Option;

/** What every command takes. */
final class OutputOptions {
    @Option(names = "--json", description = "Answer with exactly one JSON object.")
    boolean json;

    @Option(
            names = {"-v", "--verbose"},
            description = "Say more when something fails; may be given up to three times.")
    boolean[] verbose = new boolean[0];

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    boolean help;
}
