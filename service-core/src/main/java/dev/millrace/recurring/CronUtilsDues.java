package dev.millrace.recurring;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

/** {@link LocalDues} by the library cron-utils, which is asked about UTC, where every local time happens once. */
final class CronUtilsDues implements LocalDues {
    private final ExecutionTime times;

    CronUtilsDues(String fields) {
        try {
            CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
            this.times = ExecutionTime.forCron(parser.parse(fields));
        } catch (IllegalArgumentException e) {
            throw new InvalidRecurringException(
                    "",
                    "cron",
                    "'" + fields + "' is no cron expression: " + reason(e)
                            + "; write minute, hour, day of month, month, day of week, such as \"30 3 * * 1-5\"");
        }
    }

    private static String reason(IllegalArgumentException e) {
        String message = String.valueOf(e.getMessage()).replace("Failed to parse cron expression. ", "");
        return message.isEmpty() ? message : Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }

    @Override
    public Optional<LocalDateTime> after(LocalDateTime moment) {
        return times.nextExecution(moment.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
    }
}
