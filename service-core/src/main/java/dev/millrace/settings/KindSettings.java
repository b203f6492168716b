package dev.millrace.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.task.AttemptRules;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What holds for the tasks of one kind, the table {@code [service.kinds.NAME]}. Its keys are those of a task document,
 * and a task that says otherwise wins.
 *
 * @param attempts how long an attempt may run and how often a task is tried
 */
public record KindSettings(AttemptRules attempts) {
    /** What each key may hold, in the order of the reference. */
    static final Map<String, Rule> RULES = rules();

    private static Map<String, Rule> rules() {
        Map<String, Rule> rules = new LinkedHashMap<>();
        rules.put("max_attempts", Rules.whole(1, AttemptRules.MOST_ATTEMPTS));
        rules.put("timeout_sec", Rules.seconds(0.001));
        rules.put("soft_timeout_sec", Rules.seconds(0.001));
        rules.put("retry", TableRules.retry());
        return rules;
    }

    static KindSettings of(ObjectNode checked) {
        return new KindSettings(AttemptRules.of(checked));
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        attempts.putInto(json);
        return json;
    }
}
