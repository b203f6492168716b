/**
 * The queue directory: submit, claim, settle, rescue, promotion, retention and counts.
 *
 * <p><b>Why nothing is lost or done twice.</b> A task is one file that is never copied. Its state is the folder it lies
 * in. Every transition is one rename of that file, so it is never in two states and never in none, whoever is killed,
 * paused or wrongly believed dead. Two who want to move it race for the rename: one wins, the other finds nothing.
 *
 * <ol>
 *   <li><i>Submit</i> writes a draft beside the target, forces it, renames it to its name and forces the folder. Only
 *       then is the caller told.
 *   <li><i>Claim</i> renames pending to running. The new name carries the incarnation and the number of its claim, so
 *       the rename is the claim and its owner in one step.
 *   <li><i>Settle</i> appends the outcome to the incarnation's outcome log and forces it (one force for all slots that
 *       wait). Then it renames the claim to its settled name: <b>this is the fence</b>. If the claim is gone, it was
 *       rescued and the result is dropped. Only the winner writes the outcome over the file's closing brace and renames
 *       the whole document into its terminal folder. If the winner dies in between, the steward writes the same bytes at
 *       the same place from the log and publishes; doing that twice changes nothing.
 *   <li><i>Everything else is a plain rename</i>: rescue, retry, hand-back, promotion, letting go on what waited for other
 *       tasks. Each return from running makes a new name (see {@link dev.millrace.task.TaskName}), so no claim can be
 *       mistaken for a later one.
 * </ol>
 *
 * <p>Nobody writes into a task file that can still be claimed: a paused owner could wake up and write, too.
 *
 * <p>Claims are not forced. A power cut may undo one, and the task is pending again; if its outcome had been logged, the
 * replay of the log finishes it (see {@code LogReplay}). A log is dropped only when everything it speaks of is known to
 * be on disk.
 */
@NullMarked
package dev.millrace.queue;

import org.jspecify.annotations.NullMarked;
