package dev.millrace.testkit;

/**
 * Faults of the queue that are known and not yet mended, and so would hide others of their kind. Whoever mends one takes its
 * line out.
 */
final class KnownFaults {
    private KnownFaults() {}

    /**
     * When a rename of a claim is carried out and denied, and the look for it fails, too, its worker may take it for lost,
     * and it stays in running/ for the life of the worker. So what is carried out and denied is the last operation
     * in a row that fails.
     */
    static boolean endsTheRow(PlannedTrouble struck) {
        return struck.moment() == FaultyDisk.Moment.AFTER;
    }
}
