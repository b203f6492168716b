package dev.millrace.house.offenders.rooms.worker;

import dev.millrace.house.offenders.schema.Checker;

/** The same, in a worker. */
record ChecksEachTask(Checker checker) {}
