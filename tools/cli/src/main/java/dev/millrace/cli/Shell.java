package dev.millrace.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * What surrounds one run of the program; made up by tests.
 *
 * @param in standard input
 * @param out standard output: answers and nothing else
 * @param err standard error: what went wrong, and the next step
 * @param terminal what standard output leads to
 * @param variables environment variables
 * @param folder the working folder
 * @param home the user's home folder
 * @param time both clocks, and word of Ctrl-C
 */
record Shell(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Terminal terminal,
        Map<String, String> variables,
        Path folder,
        Path home,
        Interruption time) {
    Shell {
        variables = Map.copyOf(variables);
    }

    Ink ink() {
        return new Ink(terminal.coloured());
    }

    /** A variable that is set and not blank, or the other text. */
    String variable(String name, String otherwise) {
        String value = variables.getOrDefault(name, "");
        return value.isBlank() ? otherwise : value;
    }
}
