package dev.millrace.health;

/** A report, what the gate said of it, and by which thresholds. */
record Judged(HealthReport report, Verdict verdict, GateThresholds thresholds) {}
