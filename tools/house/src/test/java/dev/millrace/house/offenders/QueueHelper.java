package dev.millrace.house.offenders;

/** Whom does it help, and with what? */
record QueueHelper() {}
