package dev.millrace.testkit;

/**
 * What may happen in one world. Each is drawn by itself, so that in some worlds one thing happens often, and what needs
 * two things at once is not buried under eight others.
 */
record WorldFeatures(
        boolean kills,
        boolean powerCuts,
        boolean faults,
        boolean naps,
        boolean suspicion,
        boolean batches,
        boolean operators,
        boolean retention,
        boolean dependencies,
        boolean uniqueKeys,
        boolean droppedFiles,
        boolean groups,
        boolean policies,
        boolean staying) {

    /** The last five are not drawn but follow from the seed, so that older seeds without them make the worlds that they made. */
    static WorldFeatures of(long seed, Choices choices) {
        return new WorldFeatures(
                yes(choices),
                yes(choices),
                yes(choices),
                yes(choices),
                yes(choices),
                yes(choices),
                yes(choices),
                yes(choices),
                yes(choices),
                Math.floorMod(seed, 4) == 1,
                Math.floorMod(seed, 16) == 9,
                Math.floorMod(seed, 4) == 3,
                Math.floorMod(seed, 8) == 6,
                Math.floorMod(seed, 256) < 128);
    }

    private static boolean yes(Choices choices) {
        return choices.below(2) == 1;
    }
}
