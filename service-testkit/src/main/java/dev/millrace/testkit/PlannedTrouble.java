package dev.millrace.testkit;

import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.util.List;

/**
 * A fault that strikes one of the next operations of an actor.
 *
 * @param after so many operations are carried out before
 * @param moment whether the operation that it strikes is carried out
 * @param trouble what is thrown
 */
record PlannedTrouble(int after, Moment moment, DiskTrouble trouble) {
    private static final List<Moment> MOMENTS = List.of(Moment.values());

    private static final DiskTrouble[] KINDS = {
        DiskTrouble.inputOutput(), DiskTrouble.noSpace(), DiskTrouble.tooManyOpenFiles(), DiskTrouble.noSuchFile()
    };

    static PlannedTrouble of(Choices choices) {
        return new PlannedTrouble(
                choices.below(8), MOMENTS.get(choices.below(MOMENTS.size())), KINDS[choices.below(KINDS.length)]);
    }

    /** What is left of the wait. */
    PlannedTrouble later() {
        return new PlannedTrouble(after - 1, moment, trouble);
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
        return new PlannedTrouble(after, possible, denied ? KINDS[3] : trouble == KINDS[3] ? KINDS[0] : trouble);
    }
}
