package dev.millrace.house.offenders.queue;

import dev.millrace.house.offenders.schema.Checker;

/** Puts tasks to a schema where thousands pass in a second. */
record ChecksEachTask(Checker checker) {}
