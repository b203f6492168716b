package dev.millrace.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.task.KeyRule.Objection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The keys of a task document and what each may hold. Every key but {@code schema} may be absent or null. The same rules
 * stand in schemas/task.json.
 */
final class TaskKeys {
    private static final int MAX_TEXT = 1_000;
    private static final double MAX_SECONDS = 253_402_300_799.0;
    private static final String RETRY = "retry";
    private static final String UNIQUE = "unique";

    /** Room for every key of ours; a key beyond it is foreign and free. */
    private static final Map<String, KeyRule> RULES = rules();

    private TaskKeys() {}

    private static Map<String, KeyRule> rules() {
        Map<String, KeyRule> rules = new LinkedHashMap<>();
        KeyRule text = new KeyRule("text", JsonNode::isTextual);
        KeyRule shortText = new KeyRule("text of at most 1000 characters", value -> KeyRule.isText(value, 0, MAX_TEXT));
        KeyRule object = new KeyRule("an object", JsonNode::isObject);
        KeyRule number = new KeyRule("a number", JsonNode::isNumber);
        KeyRule texts = new KeyRule("a list of texts", value -> KeyRule.isList(value, JsonNode::isTextual));
        KeyRule length = new KeyRule(
                "a positive number of seconds up to 1e9", value -> KeyRule.isBetween(value, Double.MIN_VALUE, 1e9));
        rules.put("task_id", text);
        rules.put("task_name", text);
        rules.put("created_at", number);
        rules.put("worker", text);
        rules.put("worker_idx", new KeyRule("a number", value -> value.isNumber() || value.isBoolean()));
        rules.put("args", object);
        rules.put("kind", shortText);
        rules.put("priority", new KeyRule("a whole number from 0 to 9", value -> KeyRule.isWhole(value, 0, 9)));
        rules.put(
                "not_before",
                new KeyRule("epoch seconds up to the year 9999", value -> KeyRule.isBetween(value, 0, MAX_SECONDS)));
        rules.put(
                "attempt", new KeyRule("a whole number from 0 to 999999", value -> KeyRule.isWhole(value, 0, 999_999)));
        rules.put(
                "max_attempts",
                new KeyRule("a whole number from 1 to 999999", value -> KeyRule.isWhole(value, 1, 999_999)));
        rules.put("retry", object);
        rules.put("timeout_sec", length);
        rules.put("soft_timeout_sec", length);
        rules.put("unique_key", shortText);
        rules.put(UNIQUE, object);
        rules.put("concurrency_key", shortText);
        rules.put("group", shortText);
        rules.put("depends_on", texts);
        rules.put("waits_for", texts);
        rules.put(DependencyPolicy.KEY, new KeyRule("\"cancel\", \"fail\" or \"run\"", DependencyPolicy::isWord));
        rules.put("callback_of", object);
        rules.put("tags", texts);
        rules.put("idempotency_key", shortText);
        rules.put("trace", shortText);
        return rules;
    }

    static void check(ObjectNode body) throws CorruptTaskException {
        JsonNode schema = body.get("schema");
        if (schema == null) throw new CorruptTaskException("has no key 'schema'; expected " + TaskDocument.SCHEMA);
        if (!schema.isTextual() || !schema.textValue().equals(TaskDocument.SCHEMA))
            throw new CorruptTaskException(
                    "has schema " + KeyRule.shown(schema) + "; this version runs " + TaskDocument.SCHEMA);
        for (Map.Entry<String, KeyRule> rule : RULES.entrySet()) {
            JsonNode value = body.get(rule.getKey());
            if (value != null && !value.isNull()) check(rule.getKey(), rule.getValue(), value);
        }
    }

    private static void check(String key, KeyRule rule, JsonNode value) throws CorruptTaskException {
        Optional<Objection> found = objection(key, rule, value);
        if (found.isPresent())
            throw new CorruptTaskException(
                    "key '" + found.get().key() + "' " + found.get().problem() + ", not "
                            + KeyRule.shown(found.get().value()));
    }

    /** What is wrong with a value under a key; empty when it is fine or nobody's business. */
    static Optional<Objection> objection(String key, JsonNode value) {
        KeyRule rule = RULES.get(key);
        return rule == null || value.isNull() ? Optional.empty() : objection(key, rule, value);
    }

    private static Optional<Objection> objection(String key, KeyRule rule, JsonNode value) {
        if (!rule.holds().test(value)) return Optional.of(Objection.of(key, value, rule));
        if (key.equals(UNIQUE)) return UniqueKeys.TABLE.objection(value);
        return key.equals(RETRY) ? RetryKeys.TABLE.objection(value) : Optional.empty();
    }
}
