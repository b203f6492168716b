package dev.millrace.testkit;

import java.util.List;
import java.util.Optional;

/** How one world ended. */
record WorldRun(long seed, WorldCounts counts, Optional<InvariantBroken> broken, int[] choices, List<String> trace) {}
