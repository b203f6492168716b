package dev.millrace.testkit;

import static dev.millrace.testkit.WrongWays.copying;
import static dev.millrace.testkit.WrongWays.forcedAfter;
import static dev.millrace.testkit.WrongWays.isIn;
import static dev.millrace.testkit.WrongWays.isTerminal;
import static dev.millrace.testkit.WrongWays.isWaiting;
import static dev.millrace.testkit.WrongWays.renaming;
import static dev.millrace.testkit.WrongWays.renamingBatches;
import static dev.millrace.testkit.WrongWays.skipping;

import dev.millrace.storage.Disk;
import dev.millrace.task.BatchName;
import dev.millrace.task.BatchName.Tally;
import dev.millrace.task.TaskName;
import dev.millrace.testkit.DiskCall.Operation;
import java.util.function.UnaryOperator;

/**
 * Deliberate mistakes in the protocol, each made by a layer between the queue and the disk, so that the product's code
 * stays as it is. A bug is found when an exploration that the right protocol passes breaks a promise, and each says which
 * one that is.
 */
public enum PlantedBug {
    WRITTEN_BEFORE_THE_FENCE(
            "the outcome is written before the fence",
            Invariant.ONE_TERMINAL_RECORD,
            WrongOutcomes::writtenBeforeTheFence),
    LOG_NOT_FORCED(
            "the outcome log is not forced",
            Invariant.SEEN_RESULTS_STAY,
            disk -> skipping(disk, call -> call.is(Operation.FORCE_APPENDED) && isIn(call.path(), "outcomes"))),
    LOG_FORCED_AFTER_THE_FENCE(
            "the outcome log is forced after the fence",
            Invariant.SEEN_RESULTS_STAY,
            disk -> forcedAfter(disk, WrongWays::isFence)),
    LOG_FOLDER_NOT_FORCED(
            "the folder of the outcome logs is not forced",
            Invariant.SEEN_RESULTS_STAY,
            disk -> skipping(
                    disk, call -> call.is(Operation.FORCE_FOLDER) && call.path().endsWith("outcomes"))),
    APPENDED_BEHIND_HALF_A_LINE(
            "an outcome is appended behind half a line", Invariant.SEEN_RESULTS_STAY, SameLogAgain::new),
    UNFORCED_LOG_TRUSTED(
            "a dead owner's log is trusted before it is forced",
            Invariant.SEEN_RESULTS_STAY,
            disk -> skipping(disk, call -> call.is(Operation.FORCE_FILE) && isIn(call.path(), "outcomes"))),
    SUBMIT_FOLDER_NOT_FORCED(
            "the folder is not forced after a submit",
            Invariant.NOTHING_LOST,
            disk -> skipping(disk, call -> call.is(Operation.FORCE_FOLDER) && isWaiting(call.path()))),
    DRAFT_NOT_FORCED("the draft of a new task is not forced", Invariant.NO_SURPRISES, WrongSubmits::draftsNotForced),
    RESCUE_BY_COPY("a task is rescued by copying it", Invariant.ONE_PLACE, disk -> copying(disk, WrongWays::isReturn)),
    RETURN_COUNT_LEFT_OUT(
            "a returned task keeps its name (return count left out)",
            Invariant.ONE_TERMINAL_RECORD,
            disk -> renaming(disk, name -> new TaskName(name.stem(), name.attempt(), Math.max(0, name.returns() - 1)))),
    RETRY_FORGETS_THE_ATTEMPT(
            "a retry forgets the attempt",
            Invariant.ATTEMPTS_ARE_LIMITED,
            disk -> renaming(disk, name -> new TaskName(name.stem(), Math.max(1, name.attempt() - 1), name.returns()))),
    RETURN_COUNT_IGNORED(
            "a replay ignores the return count", Invariant.SEEN_RESULTS_STAY, WrongOutcomes::highReturnCounts),
    NO_LOG_LOOKUP(
            "a fenced claim is rescued without a look at the log",
            Invariant.SEEN_RESULTS_STAY,
            WrongOutcomes::logsUnseen),
    SETTLED_IS_PUT_BACK(
            "a settled claim of another is put back", Invariant.SETTLED_STAYS, WrongOutcomes::settledIsPutBack),
    JOINS_WITHOUT_A_LOOK(
            "who joins does not look for what was decided before",
            Invariant.SEEN_RESULTS_STAY,
            WrongOutcomes::logsUnseenAtFirst),
    LOG_TAKEN_AWAY_UNNOTICED(
            "an owner does not see that its log was taken away",
            Invariant.SEEN_RESULTS_STAY,
            WrongOutcomes::logsNeverTakenAway),
    LOG_DROPPED_BEFORE_THE_SYNC(
            "a log is dropped before its outcomes are on disk",
            Invariant.SEEN_RESULTS_STAY,
            disk -> skipping(disk, call -> call.is(Operation.FORCE_FILE_SYSTEM))),
    PUBLISHED_BY_COPY(
            "a task is published by copying it",
            Invariant.ONE_PLACE,
            disk -> copying(disk, call -> isIn(call.path(), "running") && isTerminal(call.target()))),
    PROMOTED_BY_COPY(
            "a due task is promoted by copying it", Invariant.ONE_PLACE, disk -> copying(disk, WrongWays::isPromotion)),
    CLAIMED_BY_COPY(
            "a task is claimed by copying it",
            Invariant.ONE_PLACE,
            disk -> copying(disk, call -> isIn(call.path(), "pending") && isIn(call.target(), "running"))),
    FENCE_NOT_BELIEVED("a lost fence is not believed", Invariant.SETTLED_STAYS, WrongOutcomes::lostFencesWon),
    OUTCOME_OF_A_NEIGHBOUR(
            "outcomes of two tasks of a batch are mixed up",
            Invariant.SETTLED_STAYS,
            WrongOutcomes::neighboursOutcomes),
    PROGRESS_BEFORE_THE_FORCE(
            "a batch's outcomes count before they are forced",
            Invariant.SEEN_RESULTS_STAY,
            disk -> forcedAfter(disk, call -> call.is(Operation.RENAME) && isIn(call.path(), "running"))),
    COUNTS_FORGOTTEN_AT_A_RETURN(
            "a batch that goes back forgets which outcomes count",
            Invariant.SEEN_RESULTS_STAY,
            disk -> renamingBatches(disk, WrongWays::isWaiting, name -> name.withTally(Tally.NONE))),
    COUNTS_FORGOTTEN_AT_THE_END(
            "a batch that ends forgets its counts",
            Invariant.COUNTS_EQUAL_CONTENTS,
            disk -> renamingBatches(disk, WrongWays::isTerminal, name -> name.withTally(Tally.NONE))),
    KEY_NOT_LOCKED(
            "a unique key's lock is not taken",
            Invariant.UNIQUE_KEYS,
            disk -> WrongSubmits.notLocked(disk, file -> isIn(file, "unique"))),
    KEY_MARKED_LATE(
            "a unique key's mark is written after its task", Invariant.UNIQUE_KEYS, WrongSubmits::keysMarkedLate),
    KEY_MARK_NOT_FORCED(
            "a unique key's mark is not forced",
            Invariant.UNIQUE_KEYS,
            disk -> WrongSubmits.replacedWithoutForce(disk, "unique")),
    GROUP_ONE_BY_ONE("a group is submitted one by one", Invariant.GROUPS_ARE_WHOLE, WrongSubmits::groupsOneByOne),
    GROUP_NOT_LOCKED(
            "a group's lock is not taken",
            Invariant.NOTHING_LOST,
            disk -> WrongSubmits.notLocked(disk, file -> isIn(Disk.parentOf(file), "groups"))),
    GROUP_LIST_FIRST(
            "a group's list is written before its files are on disk",
            Invariant.GROUPS_ARE_WHOLE,
            disk -> skipping(disk, call -> call.is(Operation.FORCE_FOLDER) && isIn(call.path(), "groups"))),
    FIRST_ENDING_IS_ENOUGH(
            "who waits is let go when the first of those that it waits for has ended",
            Invariant.DEPENDENCIES_FIRST,
            WrongDuties::firstEndingIsEnough),
    RELEASED_BY_COPY(
            "who waits is let go by copying it",
            Invariant.ONE_PLACE,
            disk -> copying(disk, call -> isIn(call.path(), "blocked") && isIn(call.target(), "pending"))),
    CANCEL_DROPPED(
            "a cancel request is dropped",
            Invariant.CALLED_OFF_STAYS_SO,
            disk -> WrongDuties.cancelsDropped(disk, stem -> true)),
    CANCEL_IN_A_BATCH_DROPPED(
            "a cancel request for a task in a batch is dropped",
            Invariant.CALLED_OFF_STAYS_SO,
            disk -> WrongDuties.cancelsDropped(
                    disk, stem -> BatchName.partOf(stem).isPresent())),
    CANCEL_NOT_FORCED(
            "a cancel request is not forced",
            Invariant.CALLED_OFF_STAYS_SO,
            disk -> WrongSubmits.replacedWithoutForce(disk, "cancel")),
    CANCEL_FORGOTTEN_AT_A_RETURN(
            "a cancel request is forgotten when its task goes back",
            Invariant.CALLED_OFF_STAYS_SO,
            WrongDuties::cancelsForgottenAtAReturn),
    SWEPT_BY_ITS_SUBMIT(
            "retention goes by when a task was submitted", Invariant.NOTHING_LOST, WrongDuties::sweptBySubmit),
    LIST_OF_WHO_WAITS_SWEPT(
            "retention removes what is known of a callback that waits",
            Invariant.DEPENDENCIES_FIRST,
            WrongDuties::listsOfWaitingSwept),
    OLD_RUN_REMOVED_FIRST(
            "a task is removed before its second run is written",
            Invariant.NOTHING_LOST,
            WrongDuties::oldRunsRemovedFirst),
    REMOVED_IS_PUT_BACK(
            "a task that is to be removed goes back into line",
            Invariant.DONE_STAYS_DONE,
            WrongDuties::removedIsPutBack),
    FENCED_BY_COPY(
            "the fence is a copy, not a rename", Invariant.ONE_LIVE_CLAIM, disk -> copying(disk, WrongWays::isFence)),
    DUE_TASK_LEFT(
            "a due task is called promoted and stays where it is",
            Invariant.NOTHING_WAITS_FOR_EVER,
            disk -> skipping(disk, WrongWays::isPromotion)),
    STRANDED_IS_FORGOTTEN(
            "what could not be put back at once is forgotten",
            Invariant.NOTHING_WAITS_FOR_EVER,
            WrongDuties::strandedIsForgotten),
    CLAIM_READ_SHORT(
            "a claimed task is read without its last byte", Invariant.NO_SURPRISES, WrongLooks::claimsReadShort),
    LAST_NAME_NOT_COUNTED(
            "of the tasks that are done the last one is not counted",
            Invariant.COUNTS_EQUAL_CONTENTS,
            WrongLooks::lastDoneUnseen),
    READING_LEAVES_A_TRACE(
            "whoever reads the file of a task that has ended sets its time",
            Invariant.LOOKING_CHANGES_NOTHING,
            WrongLooks::readingTouches);

    private interface Layer {
        PlantedDisk over(Disk disk);
    }

    private final String words;
    private final Invariant breaks;

    /** Holds nothing of its own. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final Layer layer;

    PlantedBug(String words, Invariant breaks, Layer layer) {
        this.words = words;
        this.breaks = breaks;
        this.layer = layer;
    }

    /** The bug in one clause. */
    String words() {
        return words;
    }

    /** The promise that it breaks, or, where it breaks several, the one that is looked for. */
    Invariant breaks() {
        return breaks;
    }

    /** Makes the mistake on the disk of one process. */
    public UnaryOperator<Disk> layer() {
        return layer::over;
    }
}
