package dev.millrace.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.health.GateThresholds;
import java.math.BigInteger;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The keys of {@code [cluster.service_health]}. The first three take all forms that AGILAB takes; what it would replace by
 * a default without a word is an error here.
 */
final class GateKeys {
    private static final Set<String> YES = Set.of("1", "true", "yes", "on");
    private static final Set<String> NO = Set.of("0", "false", "no", "off");
    private static final BigInteger MOST_WORKERS = BigInteger.valueOf(Integer.MAX_VALUE);
    private static final double MOST_EXACT = 1L << 53;

    /** What each key may hold, in the order of the reference. */
    static final Map<String, Rule> RULES = rules();

    private GateKeys() {}

    private static Map<String, Rule> rules() {
        Rule seconds = Rules.seconds(0);
        Map<String, Rule> rules = new LinkedHashMap<>();
        rules.put("allow_idle", new Rule("true or false", GateKeys::yesOrNo));
        rules.put("max_unhealthy", new Rule("a whole number from 0", GateKeys::workers));
        rules.put(
                "max_restart_rate",
                new Rule(
                        "a number from 0 to 1",
                        value -> PythonNumbers.real(value).map(DoubleNode::valueOf)));
        rules.put("max_oldest_pending_sec", seconds);
        rules.put("max_start_latency_p95_sec", seconds);
        rules.put("max_failure_rate", new Rule("a number from 0 to 1", GateKeys::share));
        rules.put("max_pending", new Rule("a whole number from 0", GateKeys::tasks));
        return rules;
    }

    private static Optional<JsonNode> yesOrNo(JsonNode value) {
        if (!value.isTextual()) return PythonNumbers.real(value).map(number -> BooleanNode.valueOf(number != 0));
        String word = value.textValue().strip().toLowerCase(Locale.ROOT);
        if (YES.contains(word)) return Optional.of(BooleanNode.TRUE);
        return NO.contains(word) ? Optional.of(BooleanNode.FALSE) : Optional.empty();
    }

    /** More than any number of workers is no limit, so the cut changes nothing. */
    private static Optional<JsonNode> workers(JsonNode value) {
        return PythonNumbers.whole(value)
                .map(number -> IntNode.valueOf(
                        number.max(BigInteger.ZERO).min(MOST_WORKERS).intValue()));
    }

    private static Optional<JsonNode> share(JsonNode value) {
        double share = value.isNumber() ? value.doubleValue() : -1;
        return share >= 0 && share <= 1 ? Optional.of(DoubleNode.valueOf(share)) : Optional.empty();
    }

    private static Optional<JsonNode> tasks(JsonNode value) {
        double number = value.isNumber() ? value.doubleValue() : -1;
        boolean right = number >= 0 && number <= MOST_EXACT && number == Math.rint(number);
        return right ? Optional.of(LongNode.valueOf(value.longValue())) : Optional.empty();
    }

    /** The thresholds of checked values, over the defaults. */
    static GateThresholds thresholds(ObjectNode checked) {
        GateThresholds usual = GateThresholds.defaults();
        return new GateThresholds(
                checked.path("allow_idle").asBoolean(usual.allowIdle()),
                checked.path("max_unhealthy").asInt(usual.maxUnhealthy()),
                checked.path("max_restart_rate").asDouble(usual.maxRestartRate()),
                seconds(checked, "max_oldest_pending_sec"),
                seconds(checked, "max_start_latency_p95_sec"),
                checked.has("max_failure_rate")
                        ? OptionalDouble.of(checked.path("max_failure_rate").doubleValue())
                        : OptionalDouble.empty(),
                checked.has("max_pending")
                        ? OptionalLong.of(checked.path("max_pending").longValue())
                        : OptionalLong.empty());
    }

    private static Optional<Duration> seconds(ObjectNode checked, String key) {
        return Optional.ofNullable(checked.get(key)).map(value -> Values.toDuration(value.doubleValue()));
    }
}
