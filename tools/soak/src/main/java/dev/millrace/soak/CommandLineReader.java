package dev.millrace.soak;

import dev.millrace.storage.Durability;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Reads the command line. */
final class CommandLineReader {
    private static final int MOST = 100_000_000;
    private static final int MOST_PROCESSES = 200;
    private static final int MOST_MINUTES = 7 * 24 * 60;

    private final CommandLine command = new CommandLine(spec()).setExpandAtFiles(false);
    private final Path here;
    private final Path temporary;
    private final RandomGenerator random;

    /**
     * Relative paths start {@code here}; a run makes its folder in {@code temporary} when nothing else is said, and takes
     * its seed from {@code random}.
     */
    CommandLineReader(Path here, Path temporary, RandomGenerator random) {
        this.here = here;
        this.temporary = temporary;
        this.random = random;
    }

    private static CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("millrace soak");
        spec.usageMessage()
                .description(
                        "Runs a service of real processes on a real disk, kills and starves them, and says from a ledger of"
                                + " its own whether a task was lost or ended twice. Exit code 0: none was.")
                .footer("", "What the figures mean, and figures as measured: docs/reference/reliability.md");
        spec.addOption(value("--kills", "N", "How often a process is killed (default: 10000)."));
        spec.addOption(value("--tasks", "N", "Tasks to hand in (default: 100000)."));
        spec.addOption(value("--workers", "N", "Workers of the service (default: 6)."));
        spec.addOption(value("--submitters", "N", "Processes that submit (default: 2)."));
        spec.addOption(value(
                "--minutes",
                "M",
                "Spread the kills over so long and end then (default: as fast as possible, until all are done)."));
        spec.addOption(value("--seed", "N", "Do the same again, as far as a machine does (default: a new one)."));
        spec.addOption(value("--folder", "DIR", "The disk that is used (default: the folder for temporary files)."));
        spec.addOption(value("--durability", "WORD", "fsync or os (default: fsync)."));
        spec.addOption(value("--faults", "LIST", "Of " + String.join(",", Fault.words()) + " (default: all)."));
        spec.addOption(value("--json", "FILE", "Write the figures there, too."));
        spec.addOption(flag("--keep", "Leave the folder of the run.").build());
        spec.addOption(value("--seeds", "A..B|N", "Run simulated worlds of these seeds instead."));
        spec.addOption(value("--fuzz", "N", "Make up so many documents instead, and see what reads them."));
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
    Optional<SoakOptions> read(List<String> args) throws BadCommandLineException {
        try {
            ParseResult parsed = command.parseArgs(args.toArray(new String[0]));
            return parsed.isUsageHelpRequested() ? Optional.empty() : Optional.of(options(parsed));
        } catch (ParameterException e) {
            throw new BadCommandLineException(String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
        }
    }

    private SoakOptions options(ParseResult parsed) throws BadCommandLineException {
        Optional<String> fuzz = text(parsed, "--fuzz");
        return new SoakOptions(
                whole(parsed, "--kills", 0, MOST, 10_000),
                whole(parsed, "--tasks", 1, MOST, 100_000),
                whole(parsed, "--workers", 1, MOST_PROCESSES, 6),
                whole(parsed, "--submitters", 1, MOST_PROCESSES, 2),
                minutes(parsed),
                seed(parsed),
                path(parsed, "--folder").orElse(temporary),
                durability(parsed),
                faults(parsed),
                path(parsed, "--json"),
                parsed.hasMatchedOption("--keep"),
                seeds(parsed),
                fuzz.isEmpty() ? OptionalLong.empty() : OptionalLong.of(whole(parsed, "--fuzz", 1, MOST, 1)));
    }

    private static Optional<Duration> minutes(ParseResult parsed) throws BadCommandLineException {
        Optional<String> text = text(parsed, "--minutes");
        if (text.isEmpty()) return Optional.empty();
        try {
            double minutes = Double.parseDouble(text.get());
            if (minutes > 0 && minutes <= MOST_MINUTES)
                return Optional.of(Duration.ofMillis((long) (minutes * 60_000)));
        } catch (NumberFormatException noNumber) {
            // told below
        }
        throw new BadCommandLineException(
                "--minutes must be a number above 0, at most " + MOST_MINUTES + ", not '" + text.get() + "'");
    }

    private long seed(ParseResult parsed) throws BadCommandLineException {
        Optional<String> text = text(parsed, "--seed");
        if (text.isEmpty()) return random.nextLong(1_000_000_000);
        try {
            return Long.parseLong(text.get());
        } catch (NumberFormatException e) {
            throw new BadCommandLineException("--seed must be a whole number, not '" + text.get() + "'");
        }
    }

    private static Durability durability(ParseResult parsed) throws BadCommandLineException {
        String word = text(parsed, "--durability").orElse(Durability.FSYNC.word());
        return Arrays.stream(Durability.values())
                .filter(one -> one.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new BadCommandLineException("--durability must be fsync or os, not '" + word + "'"));
    }

    private static Set<Fault> faults(ParseResult parsed) throws BadCommandLineException {
        Optional<String> text = text(parsed, "--faults");
        if (text.isEmpty()) return EnumSet.allOf(Fault.class);
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        for (String word : text.get().split(","))
            faults.add(Fault.of(word.strip())
                    .orElseThrow(() -> new BadCommandLineException(
                            "--faults knows " + String.join(", ", Fault.words()) + ", not '" + word.strip() + "'")));
        return faults;
    }

    private static Optional<SeedRange> seeds(ParseResult parsed) throws BadCommandLineException {
        Optional<String> text = text(parsed, "--seeds");
        if (text.isEmpty()) return Optional.empty();
        try {
            return Optional.of(SeedRange.of(text.get()));
        } catch (IllegalArgumentException e) {
            throw new BadCommandLineException(
                    "--seeds must be a number of seeds, or a range such as 5..9, not '" + text.get() + "'");
        }
    }

    private Optional<Path> path(ParseResult parsed, String option) throws BadCommandLineException {
        try {
            return text(parsed, option).map(here::resolve);
        } catch (InvalidPathException e) {
            throw new BadCommandLineException(option + " must be a path that this locale can spell: " + e.getReason());
        }
    }

    private static Optional<String> text(ParseResult parsed, String option) {
        return Optional.ofNullable(parsed.matchedOptionValue(option, (String) null))
                .filter(text -> !text.isBlank());
    }

    private static int whole(ParseResult parsed, String option, int least, int most, int usual)
            throws BadCommandLineException {
        Optional<String> text = text(parsed, option);
        if (text.isEmpty()) return usual;
        try {
            int number = Integer.parseInt(text.get());
            if (number >= least && number <= most) return number;
        } catch (NumberFormatException noNumber) {
            // told below
        }
        throw new BadCommandLineException(
                option + " must be a whole number from " + least + " to " + most + ", not '" + text.get() + "'");
    }
}
