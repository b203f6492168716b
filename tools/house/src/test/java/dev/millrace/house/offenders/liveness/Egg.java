package dev.millrace.house.offenders.liveness;

import dev.millrace.house.offenders.event.Hen;

/** Knows whom it comes from. */
public interface Egg {
    Hen cameFrom();
}
