package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What may be said of a single task. */
final class TaskOptions {
    private static final double LONGEST = 1e9;
    private static final Map<String, String> BY_KEY = Map.ofEntries(
            Map.entry("task_id", "--id"),
            Map.entry("task_name", "--name"),
            Map.entry("kind", "--kind"),
            Map.entry("priority", "--priority"),
            Map.entry("max_attempts", "--max-attempts"),
            Map.entry("timeout_sec", "--timeout"),
            Map.entry("soft_timeout_sec", "--soft-timeout"),
            Map.entry("not_before", "--not-before"),
            Map.entry("worker", "--worker"),
            Map.entry("depends_on", "--depends-on"),
            Map.entry("on_dependency_failure", "--on-dependency-failure"),
            Map.entry("unique_key", "--unique-key"),
            Map.entry("unique.policy", "--unique-policy"),
            Map.entry("unique.window_sec", "--unique-window"));

    private static final String INSIDE_RETRY = "retry.";

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "Which handler runs it (default: the app's default_kind).")
    @Nullable
    String kind;

    @Option(names = "--id", paramLabel = "ID", description = "Its id (default: a new one).")
    @Nullable
    String id;

    @Option(names = "--name", paramLabel = "NAME", description = "A name for people.")
    @Nullable
    String name;

    @Option(names = "--priority", paramLabel = "0..9", description = "9 goes first, 0 last (default: 4).")
    @Nullable
    Integer priority;

    @Option(names = "--delay", paramLabel = "S", description = "Not to be started before so many seconds have passed.")
    @Nullable
    Double delay;

    @Option(
            names = "--not-before",
            paramLabel = "TIME",
            description = "Not to be started before this moment, such as 2026-12-24T18:00:00+01:00.")
    @Nullable
    String notBefore;

    @Option(names = "--timeout", paramLabel = "S", description = "How long one attempt may take, in seconds.")
    @Nullable
    Double timeout;

    @Option(
            names = "--soft-timeout",
            paramLabel = "S",
            description = "After how many seconds the handler is asked to come to an end.")
    @Nullable
    Double softTimeout;

    @Option(
            names = "--max-attempts",
            paramLabel = "N",
            description = "How often it is tried in all (default: what the app says, or once).")
    @Nullable
    Integer maxAttempts;

    @Option(
            names = "--retry",
            split = ",",
            paramLabel = "NAME=VALUE",
            description =
                    "When a failed attempt is followed by another: strategy (none, fixed, exponential), base and cap"
                            + " (seconds), factor, jitter (none, full, equal or 0..1), on_timeout, no_retry_on (a class).")
    @Nullable
    List<String> retry;

    @Option(
            names = "--concurrency-key",
            paramLabel = "KEY",
            description = "Tasks with the same key run one at a time, or as many at once as their kind's settings say.")
    @Nullable
    String concurrencyKey;

    @Option(
            names = "--worker",
            paramLabel = "NAME",
            description = "The worker that alone may run it; any may when the service has none of that name.")
    @Nullable
    String worker;

    @Option(
            names = "--depends-on",
            split = ",",
            paramLabel = "ID",
            description = "A task that must have ended before it begins; may be repeated.")
    @Nullable
    List<String> dependsOn;

    @Option(
            names = "--on-dependency-failure",
            paramLabel = "WHAT",
            description = "What becomes of it when one of those is not done in the end: cancel (default), fail or run.")
    @Nullable
    String onDependencyFailure;

    @Option(
            names = "--unique-key",
            paramLabel = "KEY",
            description = "Only one task with this key at a time; see --unique-policy.")
    @Nullable
    String uniqueKey;

    @Option(
            names = "--unique-window",
            paramLabel = "S",
            description = "For how many seconds the key stays taken, also when its task has ended.")
    @Nullable
    Double uniqueWindow;

    @Option(
            names = "--unique-policy",
            paramLabel = "WHAT",
            description =
                    "When the key is taken: return_existing (default), replace what waits, discard, or debounce: replace"
                            + " it and start only after the window.")
    @Nullable
    String uniquePolicy;

    boolean isGiven() {
        return !given().isEmpty();
    }

    /** The options that were given. */
    List<String> given() {
        List<String> given = new ArrayList<>();
        if (kind != null) given.add("--kind");
        if (id != null) given.add("--id");
        if (name != null) given.add("--name");
        if (priority != null) given.add("--priority");
        if (delay != null) given.add("--delay");
        if (notBefore != null) given.add("--not-before");
        if (timeout != null) given.add("--timeout");
        if (softTimeout != null) given.add("--soft-timeout");
        if (retry != null) given.add("--retry");
        if (maxAttempts != null) given.add("--max-attempts");
        if (worker != null) given.add("--worker");
        if (uniqueKey != null) given.add("--unique-key");
        if (uniqueWindow != null) given.add("--unique-window");
        if (uniquePolicy != null) given.add("--unique-policy");
        if (dependsOn != null) given.add("--depends-on");
        if (onDependencyFailure != null) given.add("--on-dependency-failure");
        if (concurrencyKey != null) given.add("--concurrency-key");
        return given;
    }

    /** The task; a value that is wrong is named as the option that it was. */
    Task task(Optional<ObjectNode> args, Shell shell) throws CommandException {
        try {
            return built(args, shell);
        } catch (InvalidTaskException e) {
            throw CommandException.badCommandLine(named(e), "millrace submit --help");
        }
    }

    private static String named(InvalidTaskException e) {
        String problem = String.valueOf(e.getMessage());
        if (e.key().startsWith(INSIDE_RETRY)) return "--retry " + problem.substring(INSIDE_RETRY.length());
        String option = BY_KEY.getOrDefault(e.key(), "");
        return option.isEmpty() ? problem : option + problem.substring(e.key().length());
    }

    private Task built(Optional<ObjectNode> args, Shell shell) throws CommandException {
        Task task = kind == null ? Task.ofDefaultKind() : Task.of(kind);
        if (args.isPresent()) task = task.with("args", args.get());
        if (id != null) task = task.id(id);
        if (name != null) task = task.name(name);
        if (priority != null) task = task.priority(priority);
        if (maxAttempts != null) task = task.maxAttempts(maxAttempts);
        if (worker != null) task = task.worker(worker);
        if (concurrencyKey != null) task = task.concurrencyKey(concurrencyKey);
        if (retry != null) task = task.with("retry", RetryText.read(retry));
        if (timeout != null) task = task.timeout(length("--timeout", timeout));
        if (softTimeout != null) task = task.softTimeout(length("--soft-timeout", softTimeout));
        if (delay != null) task = task.notBefore(shell.time().instant().plus(length("--delay", delay)));
        if (notBefore != null) task = task.notBefore(moment(notBefore));
        if (uniqueKey != null) task = task.uniqueKey(uniqueKey);
        if (uniqueWindow != null || uniquePolicy != null) task = task.with("unique", unique());
        if (dependsOn != null) task = task.dependsOn(dependsOn.toArray(new String[0]));
        if (onDependencyFailure != null) task = task.with("on_dependency_failure", onDependencyFailure);
        return task;
    }

    private ObjectNode unique() {
        ObjectNode unique = Json.object();
        if (uniqueWindow != null) unique.put("window_sec", uniqueWindow);
        if (uniquePolicy != null) unique.put("policy", uniquePolicy);
        return unique;
    }

    private Instant moment(String text) throws CommandException {
        if (delay != null)
            throw CommandException.badCommandLine("--delay and --not-before say the same; give one of them", "");
        try {
            Instant moment = OffsetDateTime.parse(text).toInstant();
            if (moment.getEpochSecond() >= 0) return moment;
            throw CommandException.badCommandLine("--not-before must be after 1970, not '" + text + "'", "");
        } catch (DateTimeParseException e) {
            throw CommandException.badCommandLine(
                    "--not-before must be a date and time with its offset, such as 2026-12-24T18:00:00+01:00 or"
                            + " 2026-12-24T17:00:00Z, not '" + text + "'",
                    "");
        }
    }

    private static Duration length(String option, double seconds) throws CommandException {
        if (seconds >= 0 && seconds <= LONGEST) return Duration.ofNanos((long) (seconds * 1e9));
        throw CommandException.badCommandLine(option + " must be 0 to 1e9 seconds, not " + seconds, "");
    }
}
