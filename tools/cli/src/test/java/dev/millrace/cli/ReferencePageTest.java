package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** docs/reference/cli.md says what the program does: nothing more, nothing less, in the same words as its help. */
class ReferencePageTest {
    private static final Path PAGE = Path.of("../../docs/reference/cli.md");
    private static final Set<String> OF_EVERY_COMMAND = Set.of("--json", "--verbose", "--help");
    private static final Set<String> OF_AN_APP = Set.of("--app", "--apps-path", "--share");

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Commands.class)
    void each_command_has_a_section_with_its_options(Commands command) throws Exception {
        CommandSpec spec = command.build(shell()).getCommandSpec();
        List<String> expected = new ArrayList<>();
        spec.positionalParameters().forEach(parameter -> expected.add(row(parameter.paramLabel(), parameter)));
        spec.options().stream()
                .filter(option -> !OF_EVERY_COMMAND.contains(option.longestName()))
                .filter(option -> !OF_AN_APP.contains(option.longestName()))
                .sorted((a, b) -> a.longestName().compareTo(b.longestName()))
                .forEach(option -> expected.add(row(shown(option), option)));
        assertThat(rows("## millrace " + command.word())).containsExactlyElementsOf(expected);
    }

    @ParameterizedTest
    @EnumSource(Commands.class)
    void each_section_starts_with_what_help_says_of_the_command(Commands command) throws Exception {
        String description = String.join(
                " ", command.build(shell()).getCommandSpec().usageMessage().description());
        assertThat(String.join(" ", section("## millrace " + command.word()))).contains(description);
    }

    @Test
    void the_options_of_many_commands_stand_once() throws Exception {
        CommandSpec status = Commands.STATUS.build(shell()).getCommandSpec();
        assertThat(rows("## Options of every command")).containsExactlyElementsOf(rowsOf(status, OF_EVERY_COMMAND));
        assertThat(rows("## Options of commands about a service")).containsExactlyElementsOf(rowsOf(status, OF_AN_APP));
    }

    private static List<String> rowsOf(CommandSpec spec, Set<String> names) {
        return new TreeSet<>(names)
                .stream()
                        .map(spec::findOption)
                        .map(option -> row(shown(option), option))
                        .toList();
    }

    @Test
    void the_exit_codes_are_those_of_the_program() throws Exception {
        List<String> expected = Arrays.stream(ExitCode.values())
                .map(exit -> "| " + exit.code() + " | " + exit.meaning() + " |")
                .toList();
        assertThat(rows("## Exit codes")).containsExactlyElementsOf(expected);
    }

    @Test
    void the_flags_of_an_answer_are_explained() throws Exception {
        String page = Files.readString(Path.of("../../docs/operating/running.md"));
        for (var flag : dev.millrace.lifecycle.ServeReport.Flag.values())
            assertThat(page).contains("`" + flag.name().toLowerCase(java.util.Locale.ROOT) + "`");
    }

    @Test
    void the_completion_script_is_good_bash_and_knows_every_command() throws Exception {
        Cli cli = Cli.in(folder);
        String script = cli.bare("completion").expect(ExitCode.OK).out();
        for (Commands command : Commands.values()) assertThat(script).contains(command.word());
        Path file = Files.writeString(folder.resolve("completion.bash"), script);
        Process bash = new ProcessBuilder("bash", "-n", file.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(bash.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(bash.waitFor()).isZero();
    }

    private Shell shell() {
        return new Shell(
                System.in,
                System.out,
                System.err,
                Terminal.none(),
                java.util.Map.of(),
                folder,
                folder,
                new Interruption(dev.millrace.time.Time.system()));
    }

    private static String shown(OptionSpec option) {
        String names = Arrays.stream(option.names())
                .sorted((a, b) -> a.length() - b.length())
                .collect(Collectors.joining(", "));
        String negated = option.negatable() ? ", --no-" + option.longestName().substring(2) : "";
        String label = option.arity().max() == 0
                ? ""
                : " " + (option.arity().min() == 0 ? "[" + option.paramLabel() + "]" : option.paramLabel());
        return names + negated + label;
    }

    /** A row, with the variables of the description replaced as in the help. */
    private static String row(String name, ArgSpec arg) {
        String description = String.join(" ", arg.description())
                .replace("${DEFAULT-VALUE}", String.valueOf(arg.defaultValueString()))
                .replace("${COMPLETION-CANDIDATES}", candidates(arg))
                .replace("|", "\\|");
        return "| `" + name + "` | " + description + " |";
    }

    private static String candidates(ArgSpec arg) {
        List<String> words = new ArrayList<>();
        if (arg.completionCandidates() != null) arg.completionCandidates().forEach(words::add);
        return String.join(", ", words);
    }

    private static List<String> section(String heading) throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        int start = lines.indexOf(heading);
        assertThat(start).as("the heading '%s' in %s", heading, PAGE).isNotNegative();
        return lines.subList(start + 1, lines.size()).stream()
                .takeWhile(line -> !line.startsWith("## "))
                .toList();
    }

    /** Rows of tables but for their heads. */
    private static List<String> rows(String heading) throws IOException {
        return section(heading).stream()
                .filter(line -> line.startsWith("| `") || line.matches("\\| [0-9]+ .*"))
                .toList();
    }
}
