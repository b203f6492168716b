package dev.millrace.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.health.GateThresholds;
import dev.millrace.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an app's {@code app_settings.toml} says of its service: the tables {@code [service]}, {@code [cluster]} and
 * {@code [cluster.service_health]}. Other tables belong to the app and are not read.
 *
 * @param file where it was read; empty when the app has none
 * @param options what a call could give as well, which would win
 * @param appOnly what only the app can say, by its keys
 * @param gate the thresholds of the health gate
 * @param clusterEnabled AGILAB's switch, when it is set; its pages offer no service when it is false
 * @param warnings what is odd but harmless, each with file and line
 */
public record AppSettings(
        Optional<Path> file,
        ServeOptions options,
        ObjectNode appOnly,
        GateThresholds gate,
        Optional<Boolean> clusterEnabled,
        List<String> warnings) {
    private static final AppSettings DEFAULTS = new AppSettings(
            Optional.empty(),
            ServeOptions.defaults(),
            Json.object(),
            GateThresholds.defaults(),
            Optional.empty(),
            List.of());

    public AppSettings {
        appOnly = appOnly.deepCopy();
        warnings = List.copyOf(warnings);
    }

    /** A copy; changing it changes nothing here. */
    @Override
    public ObjectNode appOnly() {
        return appOnly.deepCopy();
    }

    /** Of an app that says nothing. */
    public static AppSettings defaults() {
        return DEFAULTS;
    }

    /**
     * Reads a file. Nothing wrong is passed over: an unknown key, a wrong type, a number that is none.
     *
     * @throws SettingsException naming file, line, key, value and what is right
     */
    public static AppSettings read(Path tomlFile) {
        return SettingsTables.read(TomlFile.read(tomlFile));
    }

    /** The settings that hold when a call gives nothing, see {@link #resolve}. */
    public ServiceSettings service() {
        return resolve(ServeOptions.defaults());
    }

    /**
     * The settings that hold: what the call gives, over what the app says, over the defaults.
     *
     * @throws SettingsException when two of them do not fit together
     */
    public ServiceSettings resolve(ServeOptions given) {
        ObjectNode merged = appOnly();
        merged.setAll(given.orElse(options).given());
        try {
            return ServiceSettings.fromJson(merged);
        } catch (SettingsException e) {
            boolean fromCall = given.given().has(e.key());
            throw file.filter(place -> !fromCall)
                    .map(place -> e.at(place, 0, e.key()))
                    .orElse(e);
        }
    }
}
