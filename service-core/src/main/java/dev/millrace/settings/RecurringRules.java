package dev.millrace.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.recurring.InvalidRecurringException;
import dev.millrace.recurring.RecurringTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tables {@code [service.recurring.NAME]}. */
final class RecurringRules {
    private static final String KEY = "recurring";

    private RecurringRules() {}

    static Rule tables() {
        return new Rule(
                "a table of recurring tasks by name, each with cron or every, and kind",
                value -> value.isObject() ? Optional.of(checked(value)) : Optional.empty());
    }

    private static ObjectNode checked(JsonNode tables) {
        ObjectNode checked = Json.object();
        for (Map.Entry<String, JsonNode> entry : tables.properties())
            checked.set(entry.getKey(), task(entry.getKey(), entry.getValue()).toJson());
        return checked;
    }

    /** The key in the exception is dotted; whoever reads the whole table puts its own name before it. */
    private static RecurringTask task(String name, JsonNode table) {
        for (Map.Entry<String, JsonNode> entry : table.properties())
            if (!RecurringTask.KEYS.contains(entry.getKey()))
                throw dotted(name, SettingKey.unknown(entry.getKey(), RecurringTask.KEYS));
        try {
            return RecurringTask.fromJson(name, table);
        } catch (InvalidRecurringException e) {
            throw dotted(name, SettingsException.of(e.key(), e.problem()));
        }
    }

    private static SettingsException dotted(String name, SettingsException e) {
        return SettingsException.of(name + (e.key().isEmpty() ? "" : "." + e.key()), e.problem());
    }

    static List<RecurringTask> of(Values values) {
        List<RecurringTask> tasks = new ArrayList<>();
        values.object(SettingKey.RECURRING)
                .orElseThrow()
                .properties()
                .forEach(entry -> tasks.add(task(entry.getKey(), entry.getValue())));
        return tasks;
    }

    static void putInto(ObjectNode json, List<RecurringTask> tasks) {
        ObjectNode tables = json.putObject(KEY);
        tasks.forEach(task -> tables.set(task.name(), task.toJson()));
    }
}
