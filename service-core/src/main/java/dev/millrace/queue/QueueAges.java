package dev.millrace.queue;

import java.util.OptionalDouble;

/**
 * How long the longest waiting and running tasks have been so, in seconds; empty when there are none.
 *
 * @param oldestPending since it became due or was submitted
 * @param oldestRunning since it was claimed
 * @param mostOverdue how long the first scheduled task has been due; negative while it is not
 */
public record QueueAges(OptionalDouble oldestPending, OptionalDouble oldestRunning, OptionalDouble mostOverdue) {}
