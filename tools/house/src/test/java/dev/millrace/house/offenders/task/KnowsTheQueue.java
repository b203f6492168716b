package dev.millrace.house.offenders.task;

import dev.millrace.house.offenders.queue.TouchesFiles;

/** Looks upwards. */
record KnowsTheQueue(TouchesFiles queue) {}
