package dev.millrace.house.offenders.rooms.core;

import dev.millrace.house.offenders.rooms.worker.KnowsATool;

/** Uses what lies above it. */
public interface KnowsAWorker {
    KnowsATool used();
}
