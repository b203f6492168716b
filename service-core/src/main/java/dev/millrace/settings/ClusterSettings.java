package dev.millrace.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which workers there are.
 *
 * @param scheduler the scheduler's address, when there is one
 * @param workers how many workers each host gets, in the order given; at least one in all
 * @param verbose how much is logged, 0 to 3
 * @param mode AGILAB's mode: 1 pool, 2 cython, 4 Dask (always there), 8 rapids
 * @param rapidsEnabled whether rapids is wanted
 */
public record ClusterSettings(
        Optional<String> scheduler, Map<String, Integer> workers, int verbose, int mode, boolean rapidsEnabled) {

    /** @throws SettingsException when there is no worker at all */
    public ClusterSettings {
        workers = Collections.unmodifiableMap(new LinkedHashMap<>(workers));
        if (workers.values().stream().allMatch(count -> count == 0))
            throw SettingsException.of("workers", "must have at least one worker in all, not " + workers);
    }

    /** How many workers there are on all hosts. */
    public int workerCount() {
        return workers.values().stream().mapToInt(Integer::intValue).sum();
    }

    static ClusterSettings of(Values values) {
        return new ClusterSettings(
                values.text(SettingKey.SCHEDULER),
                values.counts(SettingKey.WORKERS).orElseThrow(),
                values.whole(SettingKey.VERBOSE).orElseThrow(),
                values.whole(SettingKey.MODE).orElseThrow(),
                values.flag(SettingKey.RAPIDS_ENABLED).orElseThrow());
    }

    void putInto(ObjectNode json) {
        scheduler.ifPresent(address -> json.put(SettingKey.SCHEDULER.key(), address));
        ObjectNode hosts = json.putObject(SettingKey.WORKERS.key());
        workers.forEach(hosts::put);
        json.put(SettingKey.VERBOSE.key(), verbose);
        json.put(SettingKey.MODE.key(), mode);
        json.put(SettingKey.RAPIDS_ENABLED.key(), rapidsEnabled);
    }
}
