package dev.millrace.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.task.AttemptRules;
import dev.millrace.task.KindLimits;
import dev.millrace.task.LimitRules;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How tasks are run.
 *
 * @param defaultKind the kind of a task that names none; empty when such a task fails
 * @param handlers the class of each kind's handler
 * @param args the app's arguments; tasks without arguments of their own get these
 * @param taskTimeout how long one attempt may take when its task does not say; empty for no limit
 * @param attempts how often a task is tried and when, and when its handler is asked to end, as far as its kind and the
 *     task itself do not say; the time limit stands in {@code taskTimeout}
 * @param kinds what holds for single kinds
 * @param serves which kinds a worker, or all workers of a host, run and no others; all kinds for whoever is not named
 * @param maxRescues how often a task may be taken over from dead workers before it fails
 * @param batchLimit how many quick tasks may share a file; 1 where workers of other makes drain the queue
 * @param resultLimitBytes the largest result that is kept, in bytes of its JSON
 */
public record TaskSettings(
        Optional<String> defaultKind,
        Map<String, String> handlers,
        ObjectNode args,
        Optional<Duration> taskTimeout,
        AttemptRules attempts,
        Map<String, KindSettings> kinds,
        Map<String, Set<String>> serves,
        int maxRescues,
        int batchLimit,
        int resultLimitBytes) {

    public TaskSettings {
        handlers = Collections.unmodifiableMap(new LinkedHashMap<>(handlers));
        kinds = Collections.unmodifiableMap(new LinkedHashMap<>(kinds));
        serves = Collections.unmodifiableMap(new LinkedHashMap<>(serves));
        args = args.deepCopy();
    }

    /** The kinds that a worker runs; empty for all. What is said of the worker wins over what is said of its host. */
    public Optional<Set<String>> servedBy(String worker, String host) {
        return Optional.ofNullable(serves.get(worker)).or(() -> Optional.ofNullable(serves.get(host)));
    }

    /** What limits the tasks of the queue. */
    public LimitRules limits() {
        Map<String, KindLimits> byKind = new LinkedHashMap<>();
        OptionalInt usual = attempts.maxAttempts();
        kinds.forEach((kind, of) -> byKind.put(
                kind,
                of.limits()
                        .withMaxAttempts(
                                of.attempts().maxAttempts().isPresent()
                                        ? of.attempts().maxAttempts()
                                        : usual)));
        return new LimitRules(KindLimits.NONE.withMaxAttempts(usual), byKind, defaultKind.orElse(""));
    }

    /** A copy; changing it changes nothing here. */
    @Override
    public ObjectNode args() {
        return args.deepCopy();
    }

    static TaskSettings of(Values values) {
        return new TaskSettings(
                values.text(SettingKey.DEFAULT_KIND),
                values.texts(SettingKey.HANDLERS).orElseThrow(),
                values.object(SettingKey.ARGS).orElseThrow(),
                values.seconds(SettingKey.TASK_TIMEOUT),
                attempts(values),
                values.kinds(SettingKey.KINDS).orElseThrow(),
                serves(values),
                values.whole(SettingKey.MAX_RESCUES).orElseThrow(),
                values.whole(SettingKey.BATCH_LIMIT).orElseThrow(),
                values.whole(SettingKey.RESULT_LIMIT_BYTES).orElseThrow());
    }

    private static Map<String, Set<String>> serves(Values values) {
        Map<String, Set<String>> serves = new LinkedHashMap<>();
        values.object(SettingKey.SERVES).orElseThrow().properties().forEach(entry -> {
            Set<String> kinds = new LinkedHashSet<>();
            entry.getValue().forEach(kind -> kinds.add(kind.textValue()));
            serves.put(entry.getKey(), Collections.unmodifiableSet(kinds));
        });
        return serves;
    }

    private static AttemptRules attempts(Values values) {
        return new AttemptRules(
                values.whole(SettingKey.MAX_ATTEMPTS).map(OptionalInt::of).orElse(OptionalInt.empty()),
                Optional.empty(),
                values.seconds(SettingKey.TASK_SOFT_TIMEOUT),
                values.object(SettingKey.RETRY).orElseThrow());
    }

    void putInto(ObjectNode json) {
        defaultKind.ifPresent(kind -> json.put(SettingKey.DEFAULT_KIND.key(), kind));
        handlers.forEach(json.putObject(SettingKey.HANDLERS.key())::put);
        json.set(SettingKey.ARGS.key(), args());
        taskTimeout.ifPresent(length -> json.put(SettingKey.TASK_TIMEOUT.key(), Values.toSeconds(length)));
        attempts.softTimeout()
                .ifPresent(length -> json.put(SettingKey.TASK_SOFT_TIMEOUT.key(), Values.toSeconds(length)));
        attempts.maxAttempts().ifPresent(most -> json.put(SettingKey.MAX_ATTEMPTS.key(), most));
        json.set(SettingKey.RETRY.key(), attempts.retry().deepCopy());
        ObjectNode each = json.putObject(SettingKey.KINDS.key());
        kinds.forEach((kind, settings) -> each.set(kind, settings.toJson()));
        ObjectNode servers = json.putObject(SettingKey.SERVES.key());
        serves.forEach((worker, served) -> served.forEach(servers.putArray(worker)::add));
        json.put(SettingKey.MAX_RESCUES.key(), maxRescues);
        json.put(SettingKey.BATCH_LIMIT.key(), batchLimit);
        json.put(SettingKey.RESULT_LIMIT_BYTES.key(), resultLimitBytes);
    }
}
