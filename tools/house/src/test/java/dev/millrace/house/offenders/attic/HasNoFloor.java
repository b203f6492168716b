package dev.millrace.house.offenders.attic;

import dev.millrace.house.offenders.queue.TouchesFiles;

/** Lies in a package that nobody has given a place. */
record HasNoFloor(TouchesFiles queue) {}
