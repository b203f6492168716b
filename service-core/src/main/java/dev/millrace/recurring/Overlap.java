package dev.millrace.recurring;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What happens when a firing is due while an earlier one has not ended. */
public enum Overlap {
    /** It is left out. */
    SKIP,
    /** It waits until the earlier one has ended; of more than a hundred that wait, the oldest are left out. */
    QUEUE,
    /** It fires all the same. */
    ALLOW;

    /** The word in TOML and JSON. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Overlap> of(String word) {
        return Arrays.stream(values())
                .filter(policy -> policy.word().equals(word))
                .findFirst();
    }
}
