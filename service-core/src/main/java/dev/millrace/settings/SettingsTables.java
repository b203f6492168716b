package dev.millrace.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.health.GateThresholds;
import dev.millrace.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Reads the tables of an app's settings that concern its service. Other tables are the app's own. */
final class SettingsTables {
    private static final List<String> SERVICE = List.of("service");
    private static final List<String> CLUSTER = List.of("cluster");
    private static final List<String> GATE = List.of("cluster", "service_health");

    /** AGILAB's flags and the bit of the mode that each stands for. */
    static final Map<String, Integer> MODE_FLAGS = Map.of("pool", 1, "cython", 2, "rapids", 8);

    /** The switch of AGILAB's pages: when off, they offer no service. */
    static final String CLUSTER_ENABLED = "cluster_enabled";

    private static final int DASK = 4;
    private final TomlFile toml;
    private final ObjectNode found = Json.object();
    private final List<String> warnings = new ArrayList<>();

    private SettingsTables(TomlFile toml) {
        this.toml = toml;
    }

    static AppSettings read(TomlFile toml) {
        SettingsTables tables = new SettingsTables(toml);
        tables.readService();
        Optional<Boolean> enabled = tables.readCluster();
        GateThresholds gate = tables.readGate();
        return tables.settings(enabled, gate);
    }

    private AppSettings settings(Optional<Boolean> enabled, GateThresholds gate) {
        ObjectNode options = Json.object();
        ObjectNode appOnly = Json.object();
        for (SettingKey key : SettingKey.values())
            if (found.has(key.key())) (key.isOption() ? options : appOnly).set(key.key(), found.get(key.key()));
        return new AppSettings(
                Optional.of(toml.path()), new ServeOptions(options), appOnly, gate, enabled, List.copyOf(warnings));
    }

    private void readService() {
        List<String> known = SettingKey.namesAt(SettingKey.Home.SERVICE);
        for (String name : toml.keysOf(SERVICE)) {
            if (!known.contains(name)) throw unknown(SERVICE, name, known);
            readInto(SERVICE, name);
        }
    }

    private Optional<Boolean> readCluster() {
        List<String> known = SettingKey.namesAt(SettingKey.Home.CLUSTER);
        for (String name : toml.keysOf(CLUSTER)) {
            if (name.equals("scheduler")) readScheduler();
            else if (known.contains(name)) readInto(CLUSTER, name);
            else if (!clusterNames().contains(name)) warn(name, "is not used by the service");
        }
        readMode();
        return readEnabled();
    }

    /** Every known key of {@code [cluster]}. */
    static List<String> clusterNames() {
        return Stream.of(
                        SettingKey.namesAt(SettingKey.Home.CLUSTER).stream(),
                        MODE_FLAGS.keySet().stream().sorted(),
                        Stream.of(CLUSTER_ENABLED, "service_health"))
                .flatMap(names -> names)
                .toList();
    }

    private void readInto(List<String> table, String name) {
        SettingKey key = SettingKey.of(name).orElseThrow();
        List<String> place = TomlFile.and(table, name);
        toml.value(place).ifPresent(value -> {
            checkEach(key, place, value, alone -> alone);
            checked(key, place, value);
        });
    }

    /**
     * Each value inside a table on its own first, so that the message names the line and key of the one that is wrong. A
     * recurring task is only good or bad as a whole.
     */
    private void checkEach(SettingKey key, List<String> place, JsonNode value, UnaryOperator<JsonNode> within) {
        if (!value.isObject()) return;
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            UnaryOperator<JsonNode> wrapped =
                    inner -> within.apply(Json.object().set(entry.getKey(), inner));
            List<String> there = TomlFile.and(place, entry.getKey());
            if (key != SettingKey.RECURRING) checkEach(key, there, entry.getValue(), wrapped);
            checkAlone(key, there, wrapped.apply(entry.getValue()));
        }
    }

    private void checkAlone(SettingKey key, List<String> place, JsonNode alone) {
        try {
            key.checked(alone);
        } catch (SettingsException e) {
            throw within(place, e);
        }
    }

    /** What is wrong with one key of an entry that is a table itself is told with that key, and its line if it has one. */
    private SettingsException within(List<String> table, SettingsException e) {
        String start = String.join(".", table.subList(1, table.size())) + ".";
        if (!e.key().startsWith(start)) return at(table, e);
        List<String> place = TomlFile.and(table, e.key().substring(start.length()));
        int line = toml.line(place);
        return e.at(toml.path(), line > 0 ? line : toml.line(table), String.join(".", place));
    }

    private void checked(SettingKey key, List<String> place, JsonNode value) {
        try {
            key.putInto(found, value);
        } catch (SettingsException e) {
            throw at(place, e);
        }
    }

    private SettingsException at(List<String> place, SettingsException e) {
        return e.at(toml.path(), toml.line(place), String.join(".", place));
    }

    private SettingsException unknown(List<String> table, String name, List<String> known) {
        return at(TomlFile.and(table, name), SettingKey.unknown(name, known));
    }

    /** AGILAB only warns here, and its apps have other things in this place. */
    private void readScheduler() {
        try {
            readInto(CLUSTER, "scheduler");
        } catch (SettingsException e) {
            warn("scheduler", e.problem() + "; it is not used");
        }
    }

    private void readMode() {
        int bits = 0;
        for (Map.Entry<String, Integer> flag : MODE_FLAGS.entrySet())
            if (flag(flag.getKey()).orElse(false)) bits |= flag.getValue();
        if (MODE_FLAGS.keySet().stream().anyMatch(name -> flag(name).isPresent()))
            SettingKey.MODE.putInto(found, IntNode.valueOf(bits | DASK));
        flag("rapids").ifPresent(wanted -> found.put(SettingKey.RAPIDS_ENABLED.key(), wanted));
    }

    private Optional<Boolean> flag(String name) {
        List<String> place = TomlFile.and(CLUSTER, name);
        try {
            return toml.value(place)
                    .map(value -> Rules.looseFlag().checked(name, value).booleanValue());
        } catch (SettingsException e) {
            throw at(place, e);
        }
    }

    private Optional<Boolean> readEnabled() {
        Optional<JsonNode> value = toml.value(TomlFile.and(CLUSTER, CLUSTER_ENABLED));
        if (value.isPresent() && !value.get().isBoolean())
            warn(CLUSTER_ENABLED, "must be true or false, not " + Rule.shown(value.get()) + "; it is not used");
        return value.filter(JsonNode::isBoolean).map(JsonNode::booleanValue);
    }

    private GateThresholds readGate() {
        List<String> known = List.copyOf(GateKeys.RULES.keySet());
        ObjectNode checked = Json.object();
        for (String name : toml.keysOf(GATE)) {
            Rule rule = GateKeys.RULES.get(name);
            if (rule == null) throw unknown(GATE, name, known);
            toml.value(TomlFile.and(GATE, name)).ifPresent(value -> checked.set(name, threshold(name, rule, value)));
        }
        return GateKeys.thresholds(checked);
    }

    private JsonNode threshold(String name, Rule rule, JsonNode value) {
        try {
            return rule.checked(name, value);
        } catch (SettingsException e) {
            throw at(TomlFile.and(GATE, name), e);
        }
    }

    private void warn(String name, String problem) {
        warnings.add(toml.wrong(TomlFile.and(CLUSTER, name), problem).getMessage());
    }
}
