package dev.millrace.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The keys of a task document and what each may hold. Every key but {@code schema} may be absent or null. The same rules
 * stand in schemas/task.json.
 */
final class TaskKeys {
    /** Room for every key of ours; a key beyond it is foreign and free. */
    private static final Map<String, Rule> RULES = rules();

    private static final int MAX_TEXT = 1_000;
    private static final double MAX_SECONDS = 253_402_300_799.0;

    private TaskKeys() {}

    private record Rule(Predicate<JsonNode> holds, String says) {}

    private static Map<String, Rule> rules() {
        Map<String, Rule> rules = new LinkedHashMap<>();
        Rule text = new Rule(JsonNode::isTextual, "must be text");
        Rule shortText = new Rule(
                v -> v.isTextual()
                        && v.textValue().codePointCount(0, v.textValue().length()) <= MAX_TEXT,
                "must be text of at most 1000 characters");
        Rule object = new Rule(JsonNode::isObject, "must be an object");
        Rule number = new Rule(JsonNode::isNumber, "must be a number");
        rules.put("task_id", text);
        rules.put("task_name", text);
        rules.put("created_at", number);
        rules.put("worker", text);
        rules.put("worker_idx", new Rule(v -> v.isNumber() || v.isBoolean(), "must be a number"));
        rules.put("args", object);
        rules.put("kind", shortText);
        rules.put("priority", new Rule(v -> isWhole(v, 0, 9), "must be a whole number from 0 to 9"));
        rules.put(
                "not_before", new Rule(v -> isBetween(v, 0, MAX_SECONDS), "must be epoch seconds up to the year 9999"));
        rules.put("attempt", new Rule(v -> isWhole(v, 0, 999_999), "must be a whole number from 0 to 999999"));
        rules.put("max_attempts", new Rule(v -> isWhole(v, 1, 999_999), "must be a whole number from 1 to 999999"));
        rules.put("retry", object);
        rules.put(
                "timeout_sec",
                new Rule(v -> isBetween(v, Double.MIN_VALUE, 1e9), "must be a positive number of seconds up to 1e9"));
        rules.put("unique_key", shortText);
        rules.put("concurrency_key", shortText);
        rules.put("group", shortText);
        rules.put("depends_on", new Rule(TaskKeys::isTexts, "must be a list of texts"));
        rules.put("tags", new Rule(TaskKeys::isTexts, "must be a list of texts"));
        rules.put("idempotency_key", shortText);
        rules.put("trace", shortText);
        return rules;
    }

    private static boolean isWhole(JsonNode value, double least, double most) {
        return isBetween(value, least, most) && value.doubleValue() == Math.rint(value.doubleValue());
    }

    private static boolean isBetween(JsonNode value, double least, double most) {
        return value.isNumber() && value.doubleValue() >= least && value.doubleValue() <= most;
    }

    private static boolean isTexts(JsonNode value) {
        if (!value.isArray()) return false;
        for (JsonNode element : value) if (!element.isTextual()) return false;
        return true;
    }

    static void check(ObjectNode body) throws CorruptTaskException {
        JsonNode schema = body.get("schema");
        if (schema == null) throw new CorruptTaskException("has no key 'schema'; expected " + TaskDocument.SCHEMA);
        if (!schema.isTextual() || !schema.textValue().equals(TaskDocument.SCHEMA))
            throw new CorruptTaskException(
                    "has schema " + shortened(schema) + "; this version runs " + TaskDocument.SCHEMA);
        for (Map.Entry<String, Rule> rule : RULES.entrySet()) {
            JsonNode value = body.get(rule.getKey());
            if (value != null && !value.isNull() && !rule.getValue().holds().test(value))
                throw new CorruptTaskException(
                        "key '" + rule.getKey() + "' " + rule.getValue().says() + ", not " + shortened(value));
        }
    }

    private static String shortened(JsonNode value) {
        String text = value.toString();
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }
}
