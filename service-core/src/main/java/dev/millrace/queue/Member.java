package dev.millrace.queue;

import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * One life of one worker, as the queue knows it.
 *
 * @param workerId its number, frozen when it was created
 * @param worker its name, stable over restarts
 * @param incarnation 32 hex digits, new for each life
 */
public record Member(int workerId, String worker, String incarnation) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{32}");

    public Member {
        if (!HEX.matcher(incarnation).matches())
            throw new IllegalArgumentException("incarnation '" + incarnation + "' is not 32 hex digits");
    }

    /** A member with a new incarnation. */
    public static Member newLife(int workerId, String worker, RandomGenerator random) {
        return new Member(workerId, worker, String.format("%016x%016x", random.nextLong(), random.nextLong()));
    }
}
