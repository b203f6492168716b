package dev.millrace.task;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** What becomes of a task when one of those that it waits for ends in another way than done. */
public enum DependencyPolicy {
    /** It is cancelled, and so are those that wait for it, unless they say otherwise. */
    CANCEL,
    /** It fails without having been tried. */
    FAIL,
    /** It runs when all have ended, however; its handler finds out how. */
    RUN;

    /** The document key. */
    public static final String KEY = "on_dependency_failure";

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The word in documents and on the command line. */
    public String word() {
        return word;
    }

    /** What a value of the key says; {@link #CANCEL} when it says nothing. */
    public static DependencyPolicy of(JsonNode value) {
        for (DependencyPolicy policy : values()) if (policy.word.equals(value.asText())) return policy;
        return CANCEL;
    }

    static boolean isWord(JsonNode value) {
        for (DependencyPolicy policy : values())
            if (value.isTextual() && policy.word.equals(value.textValue())) return true;
        return false;
    }
}
