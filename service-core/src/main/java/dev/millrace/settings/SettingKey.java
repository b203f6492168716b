package dev.millrace.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.task.AttemptRules;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every setting of a service: its name, where it may be given, what it may hold, and what holds when it is not given.
 * Options, TOML, the service's own record and the reference in docs/reference/settings.md all follow this one list.
 */
@SuppressWarnings("ImmutableEnumChecker") // a rule is a record over a function without state
enum SettingKey {
    SCHEDULER("scheduler", Home.CLUSTER, true, Rules.text(), null),
    WORKERS("workers", Home.CLUSTER, true, TableRules.workers(), "{\"127.0.0.1\":1}"),
    VERBOSE("verbose", Home.CLUSTER, true, Rules.whole(0, 3), "0"),
    MODE("mode", Home.CALL, true, Rules.mode(), "4"),
    RAPIDS_ENABLED("rapids_enabled", Home.CALL, true, Rules.flag(), "false"),
    OBSERVE("observe", Home.CALL, true, Rules.flag(), "false"),
    FORCE("force", Home.CALL, true, Rules.flag(), "false"),
    ABANDON("abandon", Home.CALL, true, TableRules.hosts(), "[]"),
    POLL_INTERVAL("poll_interval", Home.SERVICE, true, Rules.secondsOrZero(), "1.0"),
    SHUTDOWN_ON_STOP("shutdown_on_stop", Home.SERVICE, true, Rules.flag(), "true"),
    START_TIMEOUT("start_timeout", Home.SERVICE, true, Rules.seconds(0), "30.0"),
    STOP_TIMEOUT("stop_timeout", Home.SERVICE, true, Rules.waitLimit(), "30.0"),
    HEARTBEAT_TIMEOUT("heartbeat_timeout", Home.SERVICE, true, Rules.secondsRaisedTo(0.1), null),
    HEARTBEAT_INTERVAL("heartbeat_interval", Home.SERVICE, false, Rules.seconds(0.01), null),
    SERVICE_QUEUE_DIR("service_queue_dir", Home.SERVICE, true, Rules.text(), null),
    HEALTH_OUTPUT_PATH("health_output_path", Home.SERVICE, true, Rules.text(), null),
    DURABILITY("durability", Home.SERVICE, true, Rules.oneOf("fsync", "os"), "\"fsync\""),
    SHARED("shared", Home.SERVICE, false, Rules.flag(), "false"),
    LAUNCHER("launcher", Home.SERVICE, true, Rules.oneOf("process", "in-process"), "\"process\""),
    SLOTS("slots", Home.SERVICE, true, Rules.whole(1, 1_024), "1"),
    CLASSPATH(
            "classpath",
            Home.SERVICE,
            false,
            TableRules.lines(),
            "[\"lib/*.jar\",\"target/*.jar\",\"target/lib/*.jar\",\"target/classes\"]"),
    ENV("env", Home.SERVICE, false, TableRules.variables(), "[]"),
    JAVA_OPTIONS("java_options", Home.SERVICE, false, TableRules.lines(), "[]"),
    DEFAULT_KIND("default_kind", Home.SERVICE, false, Rules.text(), null),
    HANDLERS("handlers", Home.SERVICE, false, TableRules.handlers(), "{}"),
    RECURRING("recurring", Home.SERVICE, false, RecurringRules.tables(), "{}"),
    ARGS("args", Home.SERVICE, true, TableRules.args(), "{}"),
    TASK_TIMEOUT("task_timeout", Home.SERVICE, false, Rules.seconds(0.001), null),
    TASK_SOFT_TIMEOUT("task_soft_timeout", Home.SERVICE, false, Rules.seconds(0.001), null),
    MAX_ATTEMPTS("max_attempts", Home.SERVICE, false, Rules.whole(1, AttemptRules.MOST_ATTEMPTS), null),
    RETRY("retry", Home.SERVICE, false, TableRules.retry(), "{}"),
    KINDS("kinds", Home.SERVICE, false, TableRules.kinds(), "{}"),
    SERVES("serves", Home.SERVICE, false, TableRules.serves(), "{}"),
    MAX_RESCUES("max_rescues", Home.SERVICE, false, Rules.whole(0, 1_000), "5"),
    BATCH_LIMIT("batch_limit", Home.SERVICE, false, Rules.whole(1, 5_000), "5000"),
    RESULT_LIMIT_BYTES("result_limit_bytes", Home.SERVICE, false, Rules.whole(1_024, 1_000_000), "786432"),
    PAYLOAD_LIMIT_BYTES("payload_limit_bytes", Home.SERVICE, false, Rules.whole(1_024, 1_000_000_000), "67108864"),
    PAYLOAD_QUOTA_BYTES(
            "payload_quota_bytes", Home.SERVICE, false, Rules.bytes(1_024, 1_000_000_000_000_000L), "4294967296"),
    CLEANUP_DONE_TTL("cleanup_done_ttl_sec", Home.SERVICE, true, Rules.secondsOrZero(), "604800.0"),
    CLEANUP_FAILED_TTL("cleanup_failed_ttl_sec", Home.SERVICE, true, Rules.secondsOrZero(), "1209600.0"),
    CLEANUP_CANCELLED_TTL("cleanup_cancelled_ttl_sec", Home.SERVICE, true, Rules.secondsOrZero(), null),
    CLEANUP_HEARTBEAT_TTL("cleanup_heartbeat_ttl_sec", Home.SERVICE, true, Rules.secondsOrZero(), "86400.0"),
    CLEANUP_DONE_MAX_FILES("cleanup_done_max_files", Home.SERVICE, true, Rules.count(), "2000"),
    CLEANUP_FAILED_MAX_FILES("cleanup_failed_max_files", Home.SERVICE, true, Rules.count(), "2000"),
    CLEANUP_CANCELLED_MAX_FILES("cleanup_cancelled_max_files", Home.SERVICE, true, Rules.count(), null),
    CLEANUP_HEARTBEAT_MAX_FILES("cleanup_heartbeat_max_files", Home.SERVICE, true, Rules.count(), "1000");

    /** Where a setting stands in TOML. */
    enum Home {
        /** The table {@code [service]}. */
        SERVICE,
        /** The table {@code [cluster]}. */
        CLUSTER,
        /** Nowhere: only a call can give it. */
        CALL
    }

    private final String key;
    private final Home home;
    private final boolean option;
    private final Rule rule;
    private final @Nullable String usual;

    SettingKey(String key, Home home, boolean option, Rule rule, @Nullable String usual) {
        this.key = key;
        this.home = home;
        this.option = option;
        this.rule = rule;
        this.usual = usual;
    }

    /** The name in TOML, JSON and messages. */
    String key() {
        return key;
    }

    Home home() {
        return home;
    }

    /** True when a call may give it, as part of {@link ServeOptions}. */
    boolean isOption() {
        return option;
    }

    /** The value in its normal form. */
    JsonNode checked(JsonNode value) {
        return rule.checked(key, value);
    }

    /** What holds when it is not given; empty when nothing does or when it follows from others. */
    Optional<JsonNode> usual() {
        return Optional.ofNullable(usual).map(SettingKey::parsed);
    }

    private static JsonNode parsed(String json) {
        try {
            return Json.parse(json.getBytes(StandardCharsets.UTF_8));
        } catch (MalformedJsonException e) {
            throw new IllegalStateException("a default is no JSON: " + json, e);
        }
    }

    static Optional<SettingKey> of(String key) {
        return Arrays.stream(values()).filter(known -> known.key.equals(key)).findFirst();
    }

    static List<String> namesAt(Home home) {
        return Arrays.stream(values())
                .filter(known -> known.home == home)
                .map(SettingKey::key)
                .toList();
    }

    static List<String> optionNames() {
        return Arrays.stream(values())
                .filter(SettingKey::isOption)
                .map(SettingKey::key)
                .toList();
    }

    /** Sets a checked value; one that means "not given" removes what was there. */
    void putInto(ObjectNode values, JsonNode value) {
        if (meansNotGiven(value)) values.remove(key);
        else values.set(key, checked(value));
    }

    private boolean meansNotGiven(JsonNode value) {
        if (value.isNull()) return this != STOP_TIMEOUT;
        return this == WORKERS && value.isObject() && value.isEmpty();
    }

    /** The message for a key that nobody knows. */
    static SettingsException unknown(String key, List<String> known) {
        String meant = Spelling.nearest(key, known)
                .map(near -> "; did you mean '" + near + "'?")
                .orElse("");
        return SettingsException.of(key, "is not a known setting" + meant);
    }
}
