package dev.millrace.job;

import java.util.Locale;

/** Where a job is. */
public enum JobState {
    /** As many jobs run as may; it begins when one ends. */
    QUEUED,
    /** Its steps may be begun. */
    RUNNING,
    /** No further step is begun until it is resumed; steps that run go on. */
    PAUSED,
    /** Every step is done. */
    COMPLETED,
    /** A step failed or could not be run, and nothing runs any more. */
    FAILED,
    /** It was called off. */
    CANCELLED;

    /** The word in answers. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** True when nothing more happens to it by itself. */
    public boolean isEnd() {
        return compareTo(COMPLETED) >= 0;
    }
}
