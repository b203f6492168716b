package dev.millrace.health;

/**
 * Thresholds over facts. The rules, the first that is broken decides:
 *
 * <ol>
 *   <li>2: more unhealthy workers than {@code maxUnhealthy}
 *   <li>3: status {@code error} or {@code degraded}
 *   <li>4: status {@code idle}, unless {@code allowIdle}
 *   <li>5: restarted among running workers is more than {@code maxRestartRate}
 *   <li>6: status {@code stopped}, unless {@code allowIdle}; any other status than {@code running} and {@code idle},
 *       always; {@code running} without one running worker, always
 *   <li>7: a service objective that is set is missed, or cannot be judged
 * </ol>
 *
 * <p>2 to 5 are AGILAB's. {@code allowIdle} means that it is fine for the service to be off, so it covers a service that
 * was stopped as well as one that was never started; it never covers one that is half stopped, or that nobody can ask.
 */
public interface HealthGate {

    /** Judges a report. Looks at nothing else, and changes nothing. */
    static Verdict evaluate(HealthReport report, GateThresholds thresholds) {
        return new GateRules(report, thresholds).verdict();
    }
}
