package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.List;

/** The object {@code retry} as it is written on a command line: NAME=VALUE, several with commas between. */
final class RetryText {
    /** The one that holds a list; each of its values is given by itself. */
    private static final String LIST = "no_retry_on";

    private RetryText() {}

    static ObjectNode read(List<String> given) throws CommandException {
        ObjectNode retry = Json.object();
        for (String one : given) add(retry, one);
        return retry;
    }

    private static void add(ObjectNode retry, String given) throws CommandException {
        int equals = given.indexOf('=');
        if (equals < 1)
            throw CommandException.badCommandLine(
                    "--retry must be NAME=VALUE, not '" + given + "'",
                    "for example --retry strategy=exponential,base=2,cap=300");
        String name = given.substring(0, equals).strip();
        String value = given.substring(equals + 1).strip();
        if (name.equals(LIST)) retry.withArray(LIST).add(value);
        else retry.set(name, ArgOptions.value(value));
    }
}
