package dev.millrace.house.offenders;

import java.util.Random;
import java.util.random.RandomGenerator;

/** Not an offender: a main class is where chance comes from. */
record OffendersMain(RandomGenerator random) {
    OffendersMain() {
        this(new Random());
    }
}
