package dev.millrace.cli;

import dev.millrace.settings.ServeOptions;
import dev.millrace.settings.SettingsException;
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

    /** A wrong number is one of the command line, not of the app's settings. */
    static ServeOptions into(ServeOptions options, Map<String, Object> counts) throws CommandException {
        try {
            if (counts.values().stream().allMatch(Integer.valueOf(0)::equals))
                throw SettingsException.of("workers", "must have at least one worker in all");
            return options.with("workers", counts);
        } catch (SettingsException e) {
            throw CommandException.badCommandLine("--workers " + e.problem(), "for example --workers 4");
        }
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
