package dev.millrace.task;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Predicate;

/**
 * What a key may hold.
 *
 * @param says what is right, completing "must be ..."
 * @param holds true for a value that is right
 */
public record KeyRule(String says, Predicate<JsonNode> holds) {
    private static final int SHOWN = 60;

    static boolean isWhole(JsonNode value, double least, double most) {
        return isBetween(value, least, most) && value.doubleValue() == Math.rint(value.doubleValue());
    }

    static boolean isBetween(JsonNode value, double least, double most) {
        return value.isNumber() && value.doubleValue() >= least && value.doubleValue() <= most;
    }

    static boolean isText(JsonNode value, int least, int most) {
        if (!value.isTextual()) return false;
        String text = value.textValue();
        int length = text.codePointCount(0, text.length());
        return length >= least && length <= most;
    }

    static boolean isList(JsonNode value, Predicate<JsonNode> each) {
        if (!value.isArray()) return false;
        for (JsonNode element : value) if (!each.test(element)) return false;
        return true;
    }

    /** A value in a message. */
    static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    /**
     * A key that holds what it must not.
     *
     * @param key the key, dotted when it is inside another
     * @param value what it holds
     * @param problem what is wrong and what would be right, completing "key ..."
     */
    record Objection(String key, JsonNode value, String problem) {
        static Objection of(String key, JsonNode value, KeyRule rule) {
            return new Objection(key, value, "must be " + rule.says());
        }
    }
}
