package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person gets who presses the tab key, in a real bash that has read the script. */
class CompletionTest {
    @TempDir
    Path folder;

    private Path script;

    @BeforeEach
    void write() throws Exception {
        assumeTrue(hasBash(), "bash is missing; install it to see that its completion works");
        String text = Cli.in(folder).bare("completion").expect(ExitCode.OK).out();
        script = Files.writeString(folder.resolve("completion.bash"), text);
    }

    private static boolean hasBash() throws InterruptedException {
        try {
            return new ProcessBuilder("bash", "-c", "true").start().waitFor() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    /** Bash calls the function that the script has registered for the command, with the words typed so far. */
    private List<String> offered(String... words) throws Exception {
        String press = """
                source "$1" || exit 1
                shift
                compopt() { :; } # bash knows it only while a person presses the key
                COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE} COMPREPLY=()
                registered=$(complete -p millrace) || exit 2
                [[ $registered =~ -F\\ ([a-zA-Z_]+) ]] || exit 3
                "${BASH_REMATCH[1]}" millrace "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
                printf '%s\\n' "${COMPREPLY[@]}"
                """;
        List<String> command = new ArrayList<>(List.of("bash", "--norc", "-c", press, "bash", script.toString()));
        command.addAll(List.of(words));
        Process bash = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(bash.exitValue()).as(said).isZero();
        return said.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    @Test
    void the_beginning_of_a_command_is_completed() throws Exception {
        assertThat(offered("millrace", "sta")).containsExactlyInAnyOrder("start", "status");
        assertThat(offered("millrace", "res")).containsExactly("resume");
    }

    @Test
    void after_nothing_every_command_is_offered() throws Exception {
        List<String> words =
                java.util.Arrays.stream(Commands.values()).map(Commands::word).toList();
        assertThat(offered("millrace", "")).containsAll(words);
    }

    @Test
    void the_options_of_the_command_are_offered_and_no_others() throws Exception {
        assertThat(offered("millrace", "status", "--ap")).containsExactlyInAnyOrder("--app", "--apps-path");
        assertThat(offered("millrace", "submit", "--ki")).containsExactly("--kind");
        assertThat(offered("millrace", "status", "--ki")).isEmpty();
    }

    @Test
    void the_values_of_an_option_that_has_a_few_are_offered() throws Exception {
        assertThat(offered("millrace", "tasks", "--state", "")).contains("failed", "pending", "done");
        assertThat(offered("millrace", "tasks", "--state", "can")).containsExactly("cancelled");
    }
}
