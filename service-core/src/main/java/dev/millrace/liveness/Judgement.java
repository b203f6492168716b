package dev.millrace.liveness;

import java.time.Duration;

/**
 * An observer's judgement over one worker.
 *
 * @param beat the newest heartbeat
 * @param standing what it means
 * @param age how old the heartbeat is; never negative
 */
public record Judgement(Heartbeat beat, Standing standing, Duration age) {}
