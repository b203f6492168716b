package dev.millrace.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How tasks are run.
 *
 * @param defaultKind the kind of a task that names none; empty when such a task fails
 * @param handlers the class of each kind's handler
 * @param args the app's arguments; tasks without arguments of their own get these
 * @param taskTimeout how long one attempt may take when its task does not say; empty for no limit
 * @param maxRescues how often a task may be taken over from dead workers before it fails
 * @param batchLimit how many quick tasks may share a file; 1 where workers of other makes drain the queue
 * @param resultLimitBytes the largest result that is kept, in bytes of its JSON
 */
public record TaskSettings(
        Optional<String> defaultKind,
        Map<String, String> handlers,
        ObjectNode args,
        Optional<Duration> taskTimeout,
        int maxRescues,
        int batchLimit,
        int resultLimitBytes) {

    public TaskSettings {
        handlers = Collections.unmodifiableMap(new LinkedHashMap<>(handlers));
        args = args.deepCopy();
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
                values.whole(SettingKey.MAX_RESCUES).orElseThrow(),
                values.whole(SettingKey.BATCH_LIMIT).orElseThrow(),
                values.whole(SettingKey.RESULT_LIMIT_BYTES).orElseThrow());
    }

    void putInto(ObjectNode json) {
        defaultKind.ifPresent(kind -> json.put(SettingKey.DEFAULT_KIND.key(), kind));
        handlers.forEach(json.putObject(SettingKey.HANDLERS.key())::put);
        json.set(SettingKey.ARGS.key(), args());
        taskTimeout.ifPresent(length -> json.put(SettingKey.TASK_TIMEOUT.key(), Values.toSeconds(length)));
        json.put(SettingKey.MAX_RESCUES.key(), maxRescues);
        json.put(SettingKey.BATCH_LIMIT.key(), batchLimit);
        json.put(SettingKey.RESULT_LIMIT_BYTES.key(), resultLimitBytes);
    }
}
