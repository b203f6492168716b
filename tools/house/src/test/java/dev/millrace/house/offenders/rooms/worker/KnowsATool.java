package dev.millrace.house.offenders.rooms.worker;

import dev.millrace.house.offenders.rooms.tool.KnowsAnApp;

/** Uses what lies above it. */
public interface KnowsATool {
    KnowsAnApp used();
}
