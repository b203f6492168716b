package dev.millrace.healthcheck;

import dev.millrace.health.GateThresholds;

/** Where the thresholds come from that the command line does not give. */
@FunctionalInterface
interface GateSettings {
    /**
     * The thresholds of the app, or the defaults when it sets none.
     *
     * @throws Exception when there is no such app or its settings are wrong; its text is shown to the user
     */
    GateThresholds of(Request request) throws Exception;
}
