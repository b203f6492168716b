package dev.millrace.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.storage.Durability;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Checked settings as Java values. An accessor is empty when the key is absent.
 *
 * @param json values that went through {@link SettingKey#checked}
 */
record Values(ObjectNode json) {
    private static final double MICROS = 1e6;

    /** To the microsecond: that is what a double carries there and back over the whole range. */
    static double toSeconds(Duration length) {
        int micros = length.getNano() / 1_000;
        return length.getSeconds() + micros / MICROS;
    }

    static Duration toDuration(double seconds) {
        return Duration.ofNanos(Math.round(seconds * MICROS) * 1_000);
    }

    private Optional<JsonNode> value(SettingKey key) {
        return Optional.ofNullable(json.get(key.key()));
    }

    Optional<String> text(SettingKey key) {
        return value(key).map(JsonNode::textValue);
    }

    Optional<Integer> whole(SettingKey key) {
        return value(key).map(JsonNode::intValue);
    }

    Optional<Long> bytes(SettingKey key) {
        return value(key).map(JsonNode::longValue);
    }

    Optional<Boolean> flag(SettingKey key) {
        return value(key).map(JsonNode::booleanValue);
    }

    Optional<Duration> seconds(SettingKey key) {
        return value(key).map(node -> toDuration(node.doubleValue()));
    }

    Optional<WaitLimit> waitLimit(SettingKey key) {
        return value(key).map(node -> node.isNull() ? WaitLimit.none() : WaitLimit.of(toDuration(node.doubleValue())));
    }

    Optional<Path> path(SettingKey key) {
        return text(key).map(text -> pathOf(key, text));
    }

    private static Path pathOf(SettingKey key, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw SettingsException.of(key.key(), "must be a path; '" + text + "' is none: " + e.getReason());
        }
    }

    Optional<ObjectNode> object(SettingKey key) {
        return value(key).map(node -> (ObjectNode) node.deepCopy());
    }

    Optional<Map<String, Integer>> counts(SettingKey key) {
        return value(key).map(node -> {
            Map<String, Integer> counts = new LinkedHashMap<>();
            node.properties()
                    .forEach(
                            entry -> counts.put(entry.getKey(), entry.getValue().intValue()));
            return Collections.unmodifiableMap(counts);
        });
    }

    Optional<Map<String, String>> texts(SettingKey key) {
        return value(key).map(node -> {
            Map<String, String> texts = new LinkedHashMap<>();
            node.properties()
                    .forEach(entry -> texts.put(entry.getKey(), entry.getValue().textValue()));
            return Collections.unmodifiableMap(texts);
        });
    }

    Optional<Map<String, KindSettings>> kinds(SettingKey key) {
        return value(key).map(node -> {
            Map<String, KindSettings> kinds = new LinkedHashMap<>();
            node.properties()
                    .forEach(entry -> kinds.put(entry.getKey(), KindSettings.of((ObjectNode) entry.getValue())));
            return Collections.unmodifiableMap(kinds);
        });
    }

    Optional<List<String>> list(SettingKey key) {
        return value(key).map(node -> {
            List<String> list = new ArrayList<>();
            for (JsonNode element : node) list.add(element.textValue());
            return List.copyOf(list);
        });
    }

    Optional<Launcher> launcher() {
        return text(SettingKey.LAUNCHER)
                .map(word -> Launcher.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_')));
    }

    Optional<Durability> durability() {
        return text(SettingKey.DURABILITY).map(word -> Durability.valueOf(word.toUpperCase(Locale.ROOT)));
    }
}
