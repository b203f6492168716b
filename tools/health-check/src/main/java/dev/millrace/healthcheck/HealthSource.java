package dev.millrace.healthcheck;

import dev.millrace.health.HealthReport;

/** Where the facts come from: the service in the tool, a made-up one in tests. */
@FunctionalInterface
interface HealthSource {
    /**
     * Asks the service once. Called on a thread of its own, which is interrupted when the time is up.
     *
     * @throws Exception when there is no answer; its text is shown to the user
     */
    HealthReport look(Request request) throws Exception;
}
