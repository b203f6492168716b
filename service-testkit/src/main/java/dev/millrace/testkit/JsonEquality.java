package dev.millrace.testkit;

import com.fasterxml.jackson.databind.JsonNode;

/** Equality as readers of JSON see it: 1, 1.0 and a long 1 are one number. */
final class JsonEquality {
    private JsonEquality() {}

    static boolean holds(JsonNode wanted, JsonNode found) {
        return wanted.equals(
                (a, b) -> a.isNumber() && b.isNumber()
                        ? a.decimalValue().compareTo(b.decimalValue())
                        : a.equals(b) ? 0 : 1,
                found);
    }
}
