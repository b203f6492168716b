package dev.millrace.task;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** What becomes of a task that is submitted while its unique key is taken by an earlier one. */
public enum UniquePolicy {
    /** Nothing is added; the submitter gets the receipt of the earlier one. */
    RETURN_EXISTING,
    /** The earlier one is cancelled if it still waits; one that runs or has ended is left alone. The new one is added. */
    REPLACE,
    /** Nothing is added, and the submitter is told so. */
    DISCARD,
    /** As {@link #REPLACE}; and each submit puts the start off by the window, so that only the last of a burst runs. */
    DEBOUNCE;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The word in documents and on the command line. */
    public String word() {
        return word;
    }

    /** True when a later task takes the place of an earlier one that waits. */
    public boolean replaces() {
        return this == REPLACE || this == DEBOUNCE;
    }

    /** What a document's key {@code unique} says; {@link #RETURN_EXISTING} when it says nothing. */
    public static UniquePolicy of(JsonNode unique) {
        for (UniquePolicy policy : values())
            if (policy.word.equals(unique.path("policy").asText())) return policy;
        return RETURN_EXISTING;
    }

    static boolean isWord(JsonNode value) {
        for (UniquePolicy policy : values())
            if (value.isTextual() && policy.word.equals(value.textValue())) return true;
        return false;
    }
}
