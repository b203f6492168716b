package dev.millrace.house.offenders.lifecycle;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/** Not an offender: the ports of the system are where chance comes from when there is no main class. */
record ServicePorts(RandomGenerator random) {
    ServicePorts() {
        this(new SecureRandom());
    }
}
