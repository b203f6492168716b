package dev.millrace.recurring;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A cron expression in a time zone. The expression names local times; this finds their instants.
 *
 * <p>Twice a year that is more than a subtraction. A fixed hour means a time of day, and whoever writes "at half past two"
 * wants one firing a day: in the gap it comes right after it, in the overlap the first time. The hour {@code *} means
 * "all the time", and whoever writes "every ten minutes" wants no hour without a firing: local times are read off a clock
 * that runs on with the offset of the moment, so both hours of an overlap count.
 */
final class CronSchedule implements Schedule {
    private static final LocalDateTime EARLIEST =
            LocalDateTime.of(1970, 1, 1, 0, 0).minusSeconds(1);
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final int HOUR = 1;

    /** The ways to write that no hour is left out. */
    private static final Set<String> EACH_HOUR = Set.of("*", "*/1", "0-23", "0-23/1");

    private static final Map<String, String> NICKNAMES = Map.of(
            "@hourly", "0 * * * *",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@weekly", "0 0 * * 0",
            "@monthly", "0 0 1 * *",
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *");

    private final String expression;
    private final ZoneId zone;
    private final LocalDues dues;
    private final boolean eachHour;

    CronSchedule(String expression, ZoneId zone) {
        this.expression = BLANKS.matcher(expression.strip()).replaceAll(" ");
        this.zone = zone;
        String fields = fields(this.expression);
        this.dues = LocalDues.of(fields);
        this.eachHour = EACH_HOUR.contains(List.of(fields.split(" ")).get(HOUR));
        if (dues.after(EARLIEST).isEmpty())
            throw new InvalidRecurringException(
                    "", "cron", "'" + expression + "' never comes: there is no such date in any year");
    }

    private static String fields(String expression) {
        if (!expression.startsWith("@")) return expression;
        String meant = NICKNAMES.get(expression.toLowerCase(Locale.ROOT));
        if (meant != null) return meant;
        throw new InvalidRecurringException(
                "",
                "cron",
                "'" + expression + "' is not known; the short forms are "
                        + String.join(", ", NICKNAMES.keySet().stream().sorted().toList()));
    }

    @Override
    public Optional<Instant> after(Instant moment, Instant origin) {
        return eachHour ? byPassingTime(moment) : byTimeOfDay(moment);
    }

    private Optional<Instant> byTimeOfDay(Instant moment) {
        Optional<LocalDateTime> local = dues.after(LocalDateTime.ofInstant(moment, zone));
        while (local.isPresent()) {
            Instant due = instantOf(local.get());
            if (due.isAfter(moment)) return Optional.of(due);
            local = dues.after(local.get());
        }
        return Optional.empty();
    }

    private Instant instantOf(LocalDateTime local) {
        ZoneRules rules = zone.getRules();
        List<ZoneOffset> offsets = rules.getValidOffsets(local);
        return offsets.isEmpty() ? rules.getTransition(local).getInstant() : local.toInstant(offsets.get(0));
    }

    private Optional<Instant> byPassingTime(Instant moment) {
        ZoneRules rules = zone.getRules();
        Instant from = moment;
        LocalDateTime shown = LocalDateTime.ofInstant(moment, zone);
        while (true) {
            ZoneOffset offset = rules.getOffset(from);
            Optional<Instant> due = dues.after(shown).map(local -> local.toInstant(offset));
            ZoneOffsetTransition change = rules.nextTransition(from);
            if (due.isEmpty() || change == null || due.get().isBefore(change.getInstant())) return due;
            from = change.getInstant();
            shown = change.getDateTimeAfter().minusSeconds(1);
        }
    }

    @Override
    public ZoneId zone() {
        return zone;
    }

    String expression() {
        return expression;
    }

    @Override
    public String text() {
        return "cron " + expression + " in " + zone;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CronSchedule cron && text().equals(cron.text());
    }

    @Override
    public int hashCode() {
        return text().hashCode();
    }

    @Override
    public String toString() {
        return text();
    }
}
