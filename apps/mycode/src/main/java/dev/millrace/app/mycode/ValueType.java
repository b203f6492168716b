package dev.millrace.app.mycode;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a value, or all values of a column, look like. */
enum ValueType {
    /** No value at all. */
    EMPTY,
    INTEGER,
    NUMBER,
    BOOLEAN,
    DATE,
    DATETIME,
    TEXT;

    /** The narrowest type that fits values of both. */
    ValueType join(ValueType other) {
        if (this == other || other == EMPTY) return this;
        if (this == EMPTY) return other;
        if (isNumeric() && other.isNumeric()) return NUMBER;
        return isTemporal() && other.isTemporal() ? DATETIME : TEXT;
    }

    boolean isNumeric() {
        return this == INTEGER || this == NUMBER;
    }

    boolean isTemporal() {
        return this == DATE || this == DATETIME;
    }

    /** The word in results. */
    @JsonValue
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
