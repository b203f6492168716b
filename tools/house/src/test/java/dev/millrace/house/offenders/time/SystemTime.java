package dev.millrace.house.offenders.time;

/** Not an offender: the one class that may look at the clock. */
record SystemTime(long nanos) {
    SystemTime() {
        this(System.nanoTime());
    }
}
