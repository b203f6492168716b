package dev.millrace.lifecycle;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What {@link Service#serve} is asked to do. */
public enum Action {
    START,
    STATUS,
    HEALTH,
    STOP;

    /** The word in commands and messages. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The action of a word, in any letter case; a blank one means start, as it does for AGILAB.
     *
     * @throws IllegalArgumentException naming the word and the right ones
     */
    public static Action of(String word) {
        if (word.isBlank()) return START;
        for (Action action : values()) if (action.word().equals(word.strip().toLowerCase(Locale.ROOT))) return action;
        throw new IllegalArgumentException("action '" + word + "' is not one of "
                + Arrays.stream(values()).map(Action::word).collect(Collectors.joining(", ")));
    }
}
