package dev.millrace.house.offenders.event;

import dev.millrace.house.offenders.liveness.Egg;

/** Knows whom it comes from. */
public interface Hen {
    Egg cameFrom();
}
