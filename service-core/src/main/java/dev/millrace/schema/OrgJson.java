package dev.millrace.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import java.math.BigDecimal;
import java.util.Map;
import org.json.JSONArray;
import org.json.JSONObject;

/** Carries a document over to the classes that the validator understands, number by number and without text between. */
final class OrgJson {
    static final int DEEPEST = Json.MAX_DEPTH;

    /**
     * Stands for numbers that are none, which org.json refuses. It is beyond every limit in our schemas: where a number has
     * a limit at all it has an upper one, and as a whole number this form is not taken.
     */
    private static final BigDecimal BEYOND = new BigDecimal("1e400");

    /** Nearer to zero than any double; what is nearer still only costs time. */
    private static final int MOST_EXPONENT = 400;

    private OrgJson() {}

    /** True beyond {@value #DEEPEST} levels. To be asked first: walking on could overflow the stack. */
    static boolean isTooDeep(JsonNode node) {
        return isDeeperThan(DEEPEST, node);
    }

    private static boolean isDeeperThan(int levels, JsonNode node) {
        if (!node.isContainerNode()) return false;
        if (levels == 0) return true;
        for (JsonNode inner : node) if (isDeeperThan(levels - 1, inner)) return true;
        return false;
    }

    static Object of(JsonNode node) {
        if (node.isObject()) return object(node);
        if (node.isArray()) return array(node);
        if (node.isNumber()) return number(node);
        if (node.isBoolean()) return node.booleanValue();
        return node.isNull() || node.isMissingNode() ? JSONObject.NULL : node.asText();
    }

    /** The empty constructor, because one with a size would take the number for a bean. */
    private static JSONObject object(JsonNode node) {
        JSONObject object = new JSONObject();
        for (Map.Entry<String, JsonNode> entry : node.properties()) object.put(entry.getKey(), of(entry.getValue()));
        return object;
    }

    private static JSONArray array(JsonNode node) {
        JSONArray array = new JSONArray();
        for (JsonNode element : node) array.put(of(element));
        return array;
    }

    private static Number number(JsonNode node) {
        if (node.isBigDecimal()) return bounded(node.decimalValue());
        double value = node.doubleValue();
        if (node.isFloatingPointNumber() && !Double.isFinite(value)) return value < 0 ? BEYOND.negate() : BEYOND;
        return node.numberValue();
    }

    private static BigDecimal bounded(BigDecimal value) {
        long exponent = (long) value.precision() - value.scale();
        if (value.signum() == 0 || Math.abs(exponent) < MOST_EXPONENT) return value;
        BigDecimal magnitude = exponent > 0 ? BEYOND : BigDecimal.ONE.movePointLeft(MOST_EXPONENT);
        return value.signum() < 0 ? magnitude.negate() : magnitude;
    }
}
