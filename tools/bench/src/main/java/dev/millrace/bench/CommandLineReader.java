package dev.millrace.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Reads the command line. */
final class CommandLineReader {
    private static final int MOST_TASKS = 10_000_000;
    private static final int MOST_ROUNDS = 100;
    private static final int MOST_SECONDS = 3_600;

    private final CommandLine command = new CommandLine(spec()).setExpandAtFiles(false);
    private final Path here;
    private final Path temporary;

    /** Relative paths start {@code here}; runs make their folders in {@code temporary} when nothing else is said. */
    CommandLineReader(Path here, Path temporary) {
        this.here = here;
        this.temporary = temporary;
    }

    private static CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("millrace bench");
        spec.usageMessage()
                .description("Measures Millrace and the disk below it: prints a table and writes a JSON file.")
                .footer("", "What the figures mean, and figures as measured: docs/reference/performance.md");
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("PART")
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description(String.join(", ", Part.words()) + " or all (default: all).")
                .build());
        spec.addOption(flag("--peers", "Measure others beside us, on the same disk and in turns.")
                .build());
        spec.addOption(value("--postgres", "URL", "JDBC URL of an empty database for those that need PostgreSQL."));
        spec.addOption(value("--tasks", "N", "Tasks in one run, and the greatest depth."));
        spec.addOption(value("--rounds", "N", "How often each contender runs (default: 3)."));
        spec.addOption(
                value("--idle-seconds", "S", "How long an idle worker is left alone, and then watched (default: 60)."));
        spec.addOption(value("--only", "TEXT", "Only contenders whose name contains this text."));
        spec.addOption(value("--json", "FILE", "Where the figures go (default: millrace-bench.json)."));
        spec.addOption(
                value("--folder", "DIR", "The disk that is measured (default: the folder for temporary files)."));
        spec.addOption(flag("--keep", "Leave the folders of the runs.").build());
        spec.addOption(value("--profile", "DIR", "Write a flight recording of each worker and submitter."));
        spec.addOption(flag("--help", "Show this text.").usageHelp(true).build());
        return spec;
    }

    private static OptionSpec value(String name, String label, String description) {
        return OptionSpec.builder(name)
                .type(String.class)
                .arity("1")
                .paramLabel(label)
                .description(description)
                .build();
    }

    private static OptionSpec.Builder flag(String name, String description) {
        return OptionSpec.builder(name).type(Boolean.class).arity("0").description(description);
    }

    String help() {
        return command.getUsageMessage(Ansi.OFF);
    }

    /**
     * What the command line says; empty when it asks for help.
     *
     * @throws BadCommandLineException when it cannot be understood
     */
    Optional<BenchOptions> read(List<String> args) throws BadCommandLineException {
        try {
            ParseResult parsed = command.parseArgs(args.toArray(new String[0]));
            return parsed.isUsageHelpRequested() ? Optional.empty() : Optional.of(options(parsed));
        } catch (ParameterException e) {
            throw new BadCommandLineException(String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
        }
    }

    private BenchOptions options(ParseResult parsed) throws BadCommandLineException {
        Optional<String> postgres = text(parsed, "--postgres");
        Path folder = text(parsed, "--folder").map(here::resolve).orElse(temporary);
        return new BenchOptions(
                parts(parsed),
                parsed.hasMatchedOption("--peers") || postgres.isPresent(),
                postgres,
                whole(parsed, "--tasks", MOST_TASKS),
                whole(parsed, "--rounds", MOST_ROUNDS).orElse(3),
                whole(parsed, "--idle-seconds", MOST_SECONDS).orElse(60),
                here.resolve(text(parsed, "--json").orElse("millrace-bench.json")),
                folder,
                parsed.hasMatchedOption("--keep"),
                text(parsed, "--profile").map(here::resolve),
                text(parsed, "--only").orElse(""));
    }

    private static Set<Part> parts(ParseResult parsed) throws BadCommandLineException {
        List<String> words = new ArrayList<>(
                parsed.hasMatchedPositional(0) ? parsed.matchedPositionalValue(0, List.<String>of()) : List.of());
        if (words.isEmpty() || words.contains("all")) return EnumSet.allOf(Part.class);
        Set<Part> parts = EnumSet.noneOf(Part.class);
        for (String word : words)
            parts.add(Part.of(word)
                    .orElseThrow(() -> new BadCommandLineException("there is no part '" + word + "'; there are "
                            + String.join(", ", Part.words()) + " and all")));
        return parts;
    }

    private static Optional<String> text(ParseResult parsed, String option) {
        return Optional.ofNullable(parsed.matchedOptionValue(option, (String) null))
                .filter(text -> !text.isBlank());
    }

    private static OptionalInt whole(ParseResult parsed, String option, int most) throws BadCommandLineException {
        Optional<String> text = text(parsed, option);
        if (text.isEmpty()) return OptionalInt.empty();
        try {
            int number = Integer.parseInt(text.get());
            if (number >= 1 && number <= most) return OptionalInt.of(number);
        } catch (NumberFormatException noNumber) {
            // told below
        }
        throw new BadCommandLineException(
                option + " must be a whole number from 1 to " + most + ", not '" + text.get() + "'");
    }
}
