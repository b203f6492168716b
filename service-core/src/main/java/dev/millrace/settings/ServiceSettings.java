package dev.millrace.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.queue.PayloadLimits;
import dev.millrace.queue.QueueOptions;
import dev.millrace.recurring.RecurringTask;
import java.util.List;
import java.util.Map;

/**
 * All settings of a service, resolved: what a call gave, over what the app's TOML says, over the defaults. The same keys
 * stand in TOML, in the service's own record and in docs/reference/settings.md.
 *
 * @param cluster which workers there are
 * @param timing how long things take
 * @param storage where things lie and how safe they are
 * @param worker what each worker is
 * @param tasks how tasks are run
 * @param retention what is kept of the past
 * @param recurring the tasks that come again and again, by their names in order
 */
public record ServiceSettings(
        ClusterSettings cluster,
        TimingSettings timing,
        StorageSettings storage,
        WorkerSettings worker,
        TaskSettings tasks,
        RetentionSettings retention,
        List<RecurringTask> recurring) {

    public ServiceSettings {
        recurring = List.copyOf(recurring);
    }

    /** What holds when nobody says anything. */
    public static ServiceSettings defaults() {
        return fromJson(Json.object());
    }

    /**
     * Reads {@link #toJson}'s form. A key that is absent takes its default and one that is not known is skipped, so that
     * versions of one step apart understand each other.
     *
     * @throws SettingsException naming the key when a value is wrong or two do not fit together
     */
    public static ServiceSettings fromJson(JsonNode json) {
        if (!json.isObject()) throw SettingsException.of("settings", "must be an object, not " + Rule.shown(json));
        ObjectNode complete = usual();
        complete.setAll(checked(json));
        return of(new Values(complete));
    }

    private static ObjectNode checked(JsonNode json) {
        ObjectNode checked = Json.object();
        for (Map.Entry<String, JsonNode> entry : json.properties())
            SettingKey.of(entry.getKey()).ifPresent(key -> key.putInto(checked, entry.getValue()));
        return checked;
    }

    private static ObjectNode usual() {
        ObjectNode usual = Json.object();
        for (SettingKey key : SettingKey.values()) key.usual().ifPresent(value -> usual.set(key.key(), value));
        return usual;
    }

    private static ServiceSettings of(Values values) {
        return new ServiceSettings(
                ClusterSettings.of(values),
                TimingSettings.of(values),
                StorageSettings.of(values),
                WorkerSettings.of(values),
                TaskSettings.of(values),
                RetentionSettings.of(values),
                RecurringRules.of(values));
    }

    /** How such a service's queue is kept. */
    public QueueOptions queueOptions() {
        return QueueOptions.defaults()
                .withDurability(storage.durability())
                .withShared(storage.shared())
                .withMaxRescues(tasks.maxRescues())
                .withLimits(tasks.limits())
                .withBatchLimit(tasks.batchLimit())
                .withPoll(timing.poll());
    }

    /** What becomes of values that are too large for its tasks' documents. */
    public PayloadLimits payloadLimits() {
        return storage.payloads(tasks.resultLimitBytes());
    }

    /** All settings by their names, on one level; those that are not set are absent. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        cluster.putInto(json);
        timing.putInto(json);
        storage.putInto(json);
        worker.putInto(json);
        tasks.putInto(json);
        retention.putInto(json);
        RecurringRules.putInto(json, recurring);
        return json;
    }
}
