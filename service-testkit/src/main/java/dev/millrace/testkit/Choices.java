package dev.millrace.testkit;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * Every decision of a world, in order: drawn from a seed, or taken from a list that was written down. Zero is always the
 * plain choice (nobody is interrupted, nothing breaks), so a list can be made simpler by dropping numbers and by putting
 * zeros in, and what comes behind its end is zero.
 */
final class Choices {
    private final @Nullable RandomGenerator random;
    private final int[] given;
    private int[] taken = new int[256];
    private int count;

    private Choices(@Nullable RandomGenerator random, int[] given) {
        this.random = random;
        this.given = given;
    }

    static Choices random(long seed) {
        return new Choices(RandomGeneratorFactory.of("L64X128MixRandom").create(seed), new int[0]);
    }

    static Choices given(int[] choices) {
        return new Choices(null, choices.clone());
    }

    /** A number from 0 to {@code bound} - 1. */
    int below(int bound) {
        int choice = next(bound);
        if (count == taken.length) taken = Arrays.copyOf(taken, 2 * count);
        taken[count++] = choice;
        return choice;
    }

    private int next(int bound) {
        if (random != null) return random.nextInt(bound);
        return count < given.length ? Math.floorMod(given[count], bound) : 0;
    }

    /** True once in so many times. */
    boolean onceIn(int times) {
        return below(times) == times - 1;
    }

    /** What was decided so far. */
    int[] taken() {
        return Arrays.copyOf(taken, count);
    }
}
