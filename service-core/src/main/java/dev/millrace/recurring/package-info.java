/**
 * Tasks that come again and again: by cron, or at fixed intervals.
 *
 * <p>A <em>due time</em> is a whole second of UTC that a schedule names. A <em>firing</em> is the task that is submitted
 * for it; its id is made of the name and the due time, so that it is the same whoever fires it.
 *
 * <p>Exactly one firing for each due time, whoever dies wherever, rests on three things. The operating system's lock in
 * control/recurring/ lets one steward at a time decide. What was decided is one small file for each recurring task, its
 * <em>mark</em>: every due time up to the one that it names is dealt with. And a firing is a file that is never copied: it
 * is written whole beside the queue, then the mark is written that names it, then it is renamed into the queue. So, after a crash:
 *
 * <ul>
 *   <li>the file is there and no mark names it: nothing was decided, and it is thrown away;
 *   <li>the file is there and the mark names it: the rename is made good;
 *   <li>the mark names it and it is not there: it was fired, wherever the task is by now, and even when retention has
 *       removed it.
 * </ul>
 */
@NullMarked
package dev.millrace.recurring;

import org.jspecify.annotations.NullMarked;
