package dev.millrace.testkit;

/**
 * Explores random worlds: a queue on a simulated disk, with workers, submitters, stewards and operators that run the real
 * code, interrupted at any operation on the disk, killed, stopped and wrongly believed dead, under power cuts and disk
 * faults. All that happens in a world comes from its seed. After every step the queue is held to its promises, see {@link
 * Invariant}.
 */
public interface Worlds {
    /** After so many failing worlds no more are run. */
    int MOST_FAILURES = 100;

    /**
     * Runs the worlds of some seeds. The failing one with the lowest seed is made as short as possible; after {@value
     * #MOST_FAILURES} failures no more worlds are run.
     *
     * @param firstSeed the first seed
     * @param count how many seeds from there, not negative
     */
    static WorldReport explore(long firstSeed, long count, WorldOptions options) {
        if (count < 0) throw new IllegalArgumentException("count " + count + " must not be negative");
        return new WorldExploration(options, MOST_FAILURES).explore(firstSeed, count);
    }
}
