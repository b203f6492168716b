/**
 * Jobs: named groups of tasks whose steps are tasks. All that is known of a job lies beside its queue, so jobs go on
 * whoever looks after them dies.
 *
 * <p><b>One truth for each thing.</b> What a step does is where its task lies. That a job is held back stands among the
 * queue's pauses, where the workers read it. What a job consists of, and how its ended steps ended, stands in its record.
 * The status of a job is never written down before its end: it is derived from these three.
 *
 * <p><b>Every change of a job is one file replaced.</b> The record is written first, marked as under way; then tasks are
 * called off, put away and submitted, each step of which may be repeated; then the mark is taken off. Whoever dies in
 * between leaves the mark, and the next one who looks after the jobs (a steward, a daemon, the next caller) finishes it.
 * The ids of tasks name job, run and step, so that what was submitted before is found again and never submitted twice.
 */
@NullMarked
package dev.millrace.job;

import org.jspecify.annotations.NullMarked;
