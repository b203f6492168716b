package dev.millrace.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code --workers HOST=N}, or just {@code N} for this host. */
final class WorkersOption {
    private static final String HERE = "127.0.0.1";

    private WorkersOption() {}

    static Map<String, Object> read(@Nullable List<String> given) throws CommandException {
        Map<String, Object> workers = new LinkedHashMap<>();
        for (String one : given == null ? List.<String>of() : given) {
            int equals = one.lastIndexOf('=');
            workers.put(equals < 0 ? HERE : one.substring(0, equals), count(one, one.substring(equals + 1)));
        }
        return workers;
    }

    private static int count(String given, String number) throws CommandException {
        try {
            return Integer.parseInt(number);
        } catch (NumberFormatException e) {
            throw CommandException.badCommandLine(
                    "--workers must be HOST=N or N, not '" + given + "'", "for example --workers 4");
        }
    }
}
