package dev.millrace.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
    private static final String NAME = "millrace";
    private static final Pattern OURS =
            Pattern.compile("(?<![\\w./-])" + NAME + "(?= (?:" + String.join("|", Commands.words()) + ")\\b)");

    Shell {
        variables = Map.copyOf(variables);
    }

    /**
     * A text in which commands of this program are spelled as it was called, {@code ./millrace status} for one who is not
     * on the path: so that they can be typed, or taken with the mouse, as they stand.
     */
    String asCalled(String text) {
        String called = variable("MILLRACE_COMMAND", NAME);
        return called.equals(NAME) ? text : OURS.matcher(text).replaceAll(Matcher.quoteReplacement(called));
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
