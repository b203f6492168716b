package dev.millrace.house.offenders.rooms.tool;

import dev.millrace.house.offenders.rooms.app.KnowsTheTestKit;

/** Uses what lies above it. */
public interface KnowsAnApp {
    KnowsTheTestKit used();
}
