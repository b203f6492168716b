package dev.millrace.house.offenders.rooms.app;

import dev.millrace.house.offenders.rooms.testkit.World;

/** Uses what lies above it. */
public interface KnowsTheTestKit {
    World used();
}
