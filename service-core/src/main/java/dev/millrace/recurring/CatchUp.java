package dev.millrace.recurring;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What happens to due times that passed while nobody kept the house.
 *
 * @param which of them fire
 * @param most so many fire at most, the latest ones; 1 to {@value #MOST}. Counts for {@link Which#ALL} alone
 */
public record CatchUp(Which which, int most) {
    /** The most that can be caught up. */
    public static final int MOST = 10_000;

    static final int USUAL_MOST = 100;

    /** Which missed due times fire. */
    public enum Which {
        /** None that passed more than a minute ago. */
        NONE,
        /** The latest one. */
        LAST,
        /** All, up to the cap. */
        ALL;

        /** The word in TOML and JSON. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Which> of(String word) {
            return Arrays.stream(values())
                    .filter(which -> which.word().equals(word))
                    .findFirst();
        }
    }

    public CatchUp {
        if (most < 1 || most > MOST)
            throw new InvalidRecurringException(
                    "", "catch_up_max", "must be a whole number from 1 to " + MOST + ", not " + most);
    }

    /** Missed due times are left out. */
    public static CatchUp none() {
        return new CatchUp(Which.NONE, USUAL_MOST);
    }

    /** Of missed due times the latest fires. */
    public static CatchUp last() {
        return new CatchUp(Which.LAST, USUAL_MOST);
    }

    /** All missed due times fire, but no more than this. */
    public static CatchUp all(int most) {
        return new CatchUp(Which.ALL, most);
    }

    /** How many due times fire at once at most. */
    int atOnce() {
        return which == Which.ALL ? most : 1;
    }
}
