package dev.millrace.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.task.AttemptRules;
import dev.millrace.task.CircuitBreaker;
import dev.millrace.task.KindLimits;
import dev.millrace.task.Rate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What holds for the tasks of one kind, the table {@code [service.kinds.NAME]}. Its keys are those of a task document,
 * and a task that says otherwise wins.
 *
 * @param attempts how long an attempt may run and how often a task is tried
 * @param limits how many tasks may run, and begin in a time
 */
public record KindSettings(AttemptRules attempts, KindLimits limits) {
    /** What each key may hold, in the order of the reference. */
    static final Map<String, Rule> RULES = rules();

    private static Map<String, Rule> rules() {
        Map<String, Rule> rules = new LinkedHashMap<>();
        rules.put("max_attempts", Rules.whole(1, AttemptRules.MOST_ATTEMPTS));
        rules.put("timeout_sec", Rules.seconds(0.001));
        rules.put("soft_timeout_sec", Rules.seconds(0.001));
        rules.put("retry", TableRules.retry());
        rules.put("max_running", Rules.whole(1, KindLimits.MOST));
        rules.put("max_running_per_key", Rules.whole(1, KindLimits.MOST));
        rules.put(
                "rate",
                new Rule(
                        Rate.FORM,
                        value -> Optional.of(value)
                                .filter(text -> Rate.parse(text.asText("")).isPresent())));
        rules.put(CircuitBreaker.KEY, TableRules.circuitBreaker());
        return rules;
    }

    static KindSettings of(ObjectNode checked) {
        return new KindSettings(AttemptRules.of(checked), KindLimits.of(checked));
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        attempts.putInto(json);
        limits.putInto(json);
        return json;
    }
}
