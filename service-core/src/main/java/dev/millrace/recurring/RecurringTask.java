package dev.millrace.recurring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A task that comes again and again. Immutable: every method returns a changed copy.
 *
 * <pre>{@code
 * RecurringTask.of("nightly", Schedule.cron("0 3 * * *", ZoneId.of("Europe/Berlin")), Task.of("report"))
 *         .overlap(Overlap.SKIP)
 *         .catchUp(CatchUp.last())
 * }</pre>
 *
 * @param name its name: 1 to 64 letters, digits, underscores or dashes, starting with a letter or digit
 * @param schedule when it is due
 * @param task what is submitted each time; of a kind, without an id
 * @param overlap what happens while an earlier firing has not ended
 * @param catchUp what happens to due times that were missed
 * @param jitter each firing starts so much later at most, always by the same length for the same due time
 * @param start no due time lies before this
 * @param end no due time lies after this
 */
public record RecurringTask(
        String name,
        Schedule schedule,
        Task task,
        Overlap overlap,
        CatchUp catchUp,
        Duration jitter,
        Optional<Instant> start,
        Optional<Instant> end) {
    /** The keys of its table in TOML and of its JSON. */
    public static final List<String> KEYS = List.of(
            "cron",
            "every",
            "zone",
            "kind",
            "args",
            "task",
            "overlap",
            "catch_up",
            "catch_up_max",
            "jitter",
            "start",
            "end");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
    private static final Duration LONGEST_JITTER = Duration.ofDays(1);

    public RecurringTask {
        if (!NAME.matcher(name).matches())
            throw new InvalidRecurringException(
                    name, "name", "must be 1 to 64 letters, digits, '_' or '-', starting with a letter or digit");
        Definitions.checkTask(name, task);
        if (jitter.isNegative() || jitter.toNanosPart() != 0 || jitter.compareTo(LONGEST_JITTER) > 0)
            throw new InvalidRecurringException(name, "jitter", "must be whole seconds, from 0s to 1d, not " + jitter);
        if (start.filter(moment -> !isWhole(moment) || moment.isBefore(Instant.EPOCH))
                .isPresent()) throw new InvalidRecurringException(name, "start", "must be a whole second from 1970 on");
        if (first(schedule, start)
                .filter(due -> end.isEmpty() || !due.isAfter(end.get()))
                .isEmpty())
            throw new InvalidRecurringException(name, "end", "leaves no due time between start and end");
    }

    private static boolean isWhole(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS).equals(moment);
    }

    private static Optional<Instant> first(Schedule schedule, Optional<Instant> start) {
        Instant origin = start.orElse(Instant.EPOCH);
        return schedule.after(origin.minusNanos(1), origin);
    }

    /** With the usual policies: while one runs the next is left out; of missed due times the latest is made up for. */
    public static RecurringTask of(String name, Schedule schedule, Task task) {
        return new RecurringTask(
                name, schedule, task, Overlap.SKIP, CatchUp.last(), Duration.ZERO, Optional.empty(), Optional.empty());
    }

    public RecurringTask overlap(Overlap newOverlap) {
        return new RecurringTask(name, schedule, task, newOverlap, catchUp, jitter, start, end);
    }

    public RecurringTask catchUp(CatchUp newCatchUp) {
        return new RecurringTask(name, schedule, task, overlap, newCatchUp, jitter, start, end);
    }

    public RecurringTask jitter(Duration most) {
        return new RecurringTask(name, schedule, task, overlap, catchUp, most, start, end);
    }

    /** No due time lies before this; intervals are counted from it. */
    public RecurringTask start(Instant first) {
        return new RecurringTask(name, schedule, task, overlap, catchUp, jitter, Optional.of(first), end);
    }

    public RecurringTask end(Instant last) {
        return new RecurringTask(name, schedule, task, overlap, catchUp, jitter, start, Optional.of(last));
    }

    /** The first due time later than a moment; empty when none follows. */
    public Optional<Instant> after(Instant moment) {
        Instant origin = start.orElse(Instant.EPOCH);
        Instant from = moment.isBefore(origin) ? origin.minusNanos(1) : moment;
        return schedule.after(from, origin).filter(due -> end.isEmpty() || !due.isAfter(end.get()));
    }

    /**
     * Reads the form of TOML and JSON; keys as in {@link #KEYS}, of which {@code cron} or {@code every}, and {@code kind},
     * must be there.
     *
     * @throws InvalidRecurringException naming key, value and what is right
     */
    public static RecurringTask fromJson(String name, JsonNode json) {
        return Definitions.read(name, json);
    }

    /** The form that {@link #fromJson} reads. */
    public ObjectNode toJson() {
        return Definitions.json(this);
    }

    /** What must stay the same for its mark to count: another schedule starts afresh. */
    String rhythm() {
        return schedule.text() + start.map(moment -> " from " + moment).orElse("");
    }
}
