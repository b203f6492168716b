package dev.millrace.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.storage.Durability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one call of {@code serve} gives. Every option may be absent: then the app's settings hold, and below them the
 * defaults ({@link ServiceSettings}). An accessor answers what was given, not what holds.
 *
 * <p>Every value checks itself when it is given; what is wrong is a {@link SettingsException} that names the key. Lengths
 * of time are kept to the microsecond and reach at most 1e9 seconds.
 *
 * @param given the given options by their names, as JSON; null stands for "not given", but in {@code stop_timeout},
 *     where it means "without end"
 */
public record ServeOptions(ObjectNode given) {
    private static final ServeOptions NOTHING = new ServeOptions(Json.object());

    /** @throws SettingsException naming the first key that is unknown or wrong, and what is right */
    public ServeOptions {
        ObjectNode checked = Json.object();
        for (Map.Entry<String, JsonNode> option : given.properties())
            known(option.getKey()).putInto(checked, option.getValue());
        given = checked;
    }

    private static SettingKey known(String key) {
        return SettingKey.of(key)
                .filter(SettingKey::isOption)
                .orElseThrow(() -> SettingKey.unknown(key, SettingKey.optionNames()));
    }

    /** A copy; changing it changes nothing here. */
    @Override
    public ObjectNode given() {
        return given.deepCopy();
    }

    /** Nothing given. */
    public static ServeOptions defaults() {
        return NOTHING;
    }

    /** These options, and for each that is not given the lower one's. */
    public ServeOptions orElse(ServeOptions lower) {
        ObjectNode merged = lower.given();
        merged.setAll(given());
        return new ServeOptions(merged);
    }

    /**
     * These options and one more, by name, as a command line or a remote call gives it.
     *
     * @param value any value that can be written as JSON
     */
    public ServeOptions with(String key, @Nullable Object value) {
        ObjectNode changed = given();
        changed.set(key, Json.tree(value));
        return new ServeOptions(changed);
    }

    /** The scheduler's address; used at start only. */
    public Optional<String> scheduler() {
        return values().text(SettingKey.SCHEDULER);
    }

    /** How many workers each host gets, in the order given; used at start only. An empty map counts as not given. */
    public Optional<Map<String, Integer>> workers() {
        return values().counts(SettingKey.WORKERS);
    }

    /** How much is logged, 0 to 3. */
    public Optional<Integer> verbose() {
        return values().whole(SettingKey.VERBOSE);
    }

    /** AGILAB's mode: 1 pool, 2 cython, 4 Dask (always there), 8 rapids. */
    public Optional<Integer> mode() {
        return values().whole(SettingKey.MODE);
    }

    /** Whether rapids is wanted. */
    public Optional<Boolean> rapidsEnabled() {
        return values().flag(SettingKey.RAPIDS_ENABLED);
    }

    /** How often an idle worker lists the queue, from zero. */
    public Optional<Duration> pollInterval() {
        return values().seconds(SettingKey.POLL_INTERVAL);
    }

    /** Whether a stop also ends what runs the workers. */
    public Optional<Boolean> shutdownOnStop() {
        return values().flag(SettingKey.SHUTDOWN_ON_STOP);
    }

    /** How long a start waits for the workers' first heartbeats. */
    public Optional<Duration> startTimeout() {
        return values().seconds(SettingKey.START_TIMEOUT);
    }

    /** How long a stop waits for the workers. */
    public Optional<WaitLimit> stopTimeout() {
        return values().waitLimit(SettingKey.STOP_TIMEOUT);
    }

    /** The queue's folder, as given; see {@link AppEnv#queueFolder} for what it means. Used at start only. */
    public Optional<Path> serviceQueueDir() {
        return values().path(SettingKey.SERVICE_QUEUE_DIR);
    }

    /** After how long a silent worker counts as dead, at least 0.1 s. */
    public Optional<Duration> heartbeatTimeout() {
        return values().seconds(SettingKey.HEARTBEAT_TIMEOUT);
    }

    /** How long done tasks are kept; zero is without limit. */
    public Optional<Duration> cleanupDoneTtl() {
        return values().seconds(SettingKey.CLEANUP_DONE_TTL);
    }

    /** How long failed tasks are kept; zero is without limit. */
    public Optional<Duration> cleanupFailedTtl() {
        return values().seconds(SettingKey.CLEANUP_FAILED_TTL);
    }

    /** How long cancelled tasks are kept; zero is without limit. */
    public Optional<Duration> cleanupCancelledTtl() {
        return values().seconds(SettingKey.CLEANUP_CANCELLED_TTL);
    }

    /** How long old heartbeats are kept; zero is without limit. */
    public Optional<Duration> cleanupHeartbeatTtl() {
        return values().seconds(SettingKey.CLEANUP_HEARTBEAT_TTL);
    }

    /** How many done tasks are kept; 0 is without limit. */
    public Optional<Integer> cleanupDoneMaxFiles() {
        return values().whole(SettingKey.CLEANUP_DONE_MAX_FILES);
    }

    /** How many failed tasks are kept; 0 is without limit. */
    public Optional<Integer> cleanupFailedMaxFiles() {
        return values().whole(SettingKey.CLEANUP_FAILED_MAX_FILES);
    }

    /** How many cancelled tasks are kept; 0 is without limit. */
    public Optional<Integer> cleanupCancelledMaxFiles() {
        return values().whole(SettingKey.CLEANUP_CANCELLED_MAX_FILES);
    }

    /** How many old heartbeats are kept; 0 is without limit. */
    public Optional<Integer> cleanupHeartbeatMaxFiles() {
        return values().whole(SettingKey.CLEANUP_HEARTBEAT_MAX_FILES);
    }

    /** Where the health document goes, as given; see {@link AppEnv#healthFile(Optional)} for what it means. */
    public Optional<Path> healthOutputPath() {
        return values().path(SettingKey.HEALTH_OUTPUT_PATH);
    }

    /** The app's arguments, without keys that start with {@code _agi_service_}. */
    public Optional<ObjectNode> args() {
        return values().object(SettingKey.ARGS);
    }

    /** How many tasks one worker runs at once, 1 to 1024. */
    public Optional<Integer> slots() {
        return values().whole(SettingKey.SLOTS);
    }

    /** How workers come to life. */
    public Optional<Launcher> launcher() {
        return values().launcher();
    }

    /** What an acknowledged write survives. */
    public Optional<Durability> durability() {
        return values().durability();
    }

    /** True when status or health shall look and change nothing; false when not given. */
    public boolean observe() {
        return values().flag(SettingKey.OBSERVE).orElse(false);
    }

    /** True when a stop shall end workers that do not end by themselves; false when not given. */
    public boolean force() {
        return values().flag(SettingKey.FORCE).orElse(false);
    }

    /** Lost hosts whose workers a stop shall give up; empty when not given. */
    public List<String> abandon() {
        return values().list(SettingKey.ABANDON).orElse(List.of());
    }

    /** With the scheduler's address. */
    public ServeOptions withScheduler(String address) {
        return with(SettingKey.SCHEDULER, address);
    }

    /** Empty means the default, one worker here. */
    public ServeOptions withWorkers(Map<String, Integer> workersByHost) {
        return with(SettingKey.WORKERS, workersByHost);
    }

    /** With a level from 0 to 3. */
    public ServeOptions withVerbose(int level) {
        return with(SettingKey.VERBOSE, level);
    }

    /** A bit mask from 0 to 63 with bit 4. */
    public ServeOptions withMode(int bits) {
        return with(SettingKey.MODE, bits);
    }

    /** Letters of d (Dask, needed), c, r and p, in any case. */
    public ServeOptions withMode(String letters) {
        return with(SettingKey.MODE, letters);
    }

    /** With or without rapids. */
    public ServeOptions withRapidsEnabled(boolean enabled) {
        return with(SettingKey.RAPIDS_ENABLED, enabled);
    }

    /** A negative length counts as zero. */
    public ServeOptions withPollInterval(Duration length) {
        return with(SettingKey.POLL_INTERVAL, Values.toSeconds(length));
    }

    /** With or without ending what runs the workers. */
    public ServeOptions withShutdownOnStop(boolean shutdown) {
        return with(SettingKey.SHUTDOWN_ON_STOP, shutdown);
    }

    /** With a longest wait for the first heartbeats, from zero. */
    public ServeOptions withStartTimeout(Duration length) {
        return with(SettingKey.START_TIMEOUT, Values.toSeconds(length));
    }

    /** With a longest wait for the workers to end, from zero. */
    public ServeOptions withStopTimeout(Duration length) {
        return with(SettingKey.STOP_TIMEOUT, Values.toSeconds(length));
    }

    /** With a limit to the wait for the workers to end, or none. */
    public ServeOptions withStopTimeout(WaitLimit limit) {
        return with(
                SettingKey.STOP_TIMEOUT, limit.length().map(Values::toSeconds).orElse(null));
    }

    /** With a folder for the queue. */
    public ServeOptions withServiceQueueDir(Path folder) {
        return with(SettingKey.SERVICE_QUEUE_DIR, folder.toString());
    }

    /** Less than 0.1 s counts as 0.1 s. */
    public ServeOptions withHeartbeatTimeout(Duration length) {
        return with(SettingKey.HEARTBEAT_TIMEOUT, Values.toSeconds(length));
    }

    /** Zero or less is without limit. */
    public ServeOptions withCleanupDoneTtl(Duration length) {
        return with(SettingKey.CLEANUP_DONE_TTL, Values.toSeconds(length));
    }

    /** Zero or less is without limit. */
    public ServeOptions withCleanupFailedTtl(Duration length) {
        return with(SettingKey.CLEANUP_FAILED_TTL, Values.toSeconds(length));
    }

    /** Zero or less is without limit; when not given, they are kept as long as done ones. */
    public ServeOptions withCleanupCancelledTtl(Duration length) {
        return with(SettingKey.CLEANUP_CANCELLED_TTL, Values.toSeconds(length));
    }

    /** Zero or less is without limit. */
    public ServeOptions withCleanupHeartbeatTtl(Duration length) {
        return with(SettingKey.CLEANUP_HEARTBEAT_TTL, Values.toSeconds(length));
    }

    /** Zero or less is without limit. */
    public ServeOptions withCleanupDoneMaxFiles(int most) {
        return with(SettingKey.CLEANUP_DONE_MAX_FILES, most);
    }

    /** Zero or less is without limit. */
    public ServeOptions withCleanupFailedMaxFiles(int most) {
        return with(SettingKey.CLEANUP_FAILED_MAX_FILES, most);
    }

    /** Zero or less is without limit; when not given, as many are kept as of done ones. */
    public ServeOptions withCleanupCancelledMaxFiles(int most) {
        return with(SettingKey.CLEANUP_CANCELLED_MAX_FILES, most);
    }

    /** Zero or less is without limit. */
    public ServeOptions withCleanupHeartbeatMaxFiles(int most) {
        return with(SettingKey.CLEANUP_HEARTBEAT_MAX_FILES, most);
    }

    /** With a file for the health document. */
    public ServeOptions withHealthOutputPath(Path file) {
        return with(SettingKey.HEALTH_OUTPUT_PATH, file.toString());
    }

    /** A map, an object node or anything else that becomes a JSON object. */
    public ServeOptions withArgs(Object args) {
        return with(SettingKey.ARGS, args);
    }

    /** With so many tasks at once in each worker, 1 to 1024. */
    public ServeOptions withSlots(int slots) {
        return with(SettingKey.SLOTS, slots);
    }

    /** With workers that come to life in this way. */
    public ServeOptions withLauncher(Launcher launcher) {
        return with(SettingKey.LAUNCHER, launcher.word());
    }

    /** With acknowledged writes that survive this. */
    public ServeOptions withDurability(Durability durability) {
        return with(SettingKey.DURABILITY, durability.word());
    }

    /** With status and health that only look. */
    public ServeOptions withObserve(boolean observe) {
        return with(SettingKey.OBSERVE, observe);
    }

    /** With a stop that ends workers which do not end by themselves. */
    public ServeOptions withForce(boolean force) {
        return with(SettingKey.FORCE, force);
    }

    /** With a stop that gives up the workers of these hosts when they cannot be proven to have ended. */
    public ServeOptions withAbandon(List<String> hosts) {
        return with(SettingKey.ABANDON, hosts);
    }

    private ServeOptions with(SettingKey key, @Nullable Object value) {
        return with(key.key(), value);
    }

    private Values values() {
        return new Values(given);
    }
}
