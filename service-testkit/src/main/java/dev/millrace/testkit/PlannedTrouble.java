package dev.millrace.testkit;

import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fault that strikes one of the next operations of an actor, and perhaps some that follow it.
 *
 * @param after so many operations are carried out before
 * @param moment whether the operation that it strikes is carried out
 * @param trouble what is thrown
 * @param strikes how many operations in a row it strikes, at least 1
 */
record PlannedTrouble(int after, Moment moment, DiskTrouble trouble, int strikes) {
    private static final int MOST_STRIKES = 6;
    private static final List<Moment> MOMENTS = List.of(Moment.values());

    private static final DiskTrouble[] KINDS = {
        DiskTrouble.inputOutput(), DiskTrouble.noSpace(), DiskTrouble.tooManyOpenFiles(), DiskTrouble.noSuchFile()
    };

    /** @param lasting it may strike more than once */
    static PlannedTrouble of(Choices choices, boolean lasting) {
        return new PlannedTrouble(
                choices.below(8),
                MOMENTS.get(choices.below(MOMENTS.size())),
                KINDS[choices.below(KINDS.length)],
                lasting ? 1 + choices.below(MOST_STRIKES) : 1);
    }

    /** What is left of the wait. */
    PlannedTrouble later() {
        return new PlannedTrouble(after - 1, moment, trouble, strikes);
    }

    /** What is left when it has struck; null when that was all. */
    @Nullable
    PlannedTrouble afterOne() {
        return strikes > 1 ? new PlannedTrouble(0, moment, trouble, strikes - 1) : null;
    }

    /**
     * The fault in the form in which this operation can meet it: only a rename is carried out and denied, as network file
     * systems do, and only what carries bytes is done by half.
     */
    PlannedTrouble on(DiskCall call) {
        boolean rename = call.is(Operation.RENAME);
        boolean bytes = call.is(Operation.APPEND) || call.is(Operation.WRITE_AT);
        Moment possible =
                (moment == Moment.AFTER && rename) || (moment == Moment.HALFWAY && bytes) ? moment : Moment.BEFORE;
        boolean denied = possible == Moment.AFTER;
        return new PlannedTrouble(after, possible, denied ? KINDS[3] : trouble == KINDS[3] ? KINDS[0] : trouble, 1);
    }
}
