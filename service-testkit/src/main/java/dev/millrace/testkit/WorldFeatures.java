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
        boolean dependencies) {

    static WorldFeatures of(Choices choices) {
        return new WorldFeatures(
                yes(choices),
                yes(choices),
                yes(choices),
                yes(choices),
                yes(choices),
                yes(choices),
                yes(choices),
                yes(choices),
                yes(choices));
    }

    private static boolean yes(Choices choices) {
        return choices.below(2) == 1;
    }
}
