package dev.millrace.healthcheck;

import dev.millrace.health.GateThresholds;
import dev.millrace.settings.AppSettings;

/** Where the thresholds come from that the command line does not give. */
@FunctionalInterface
interface GateSettings {
    /**
     * The thresholds of the app, or the defaults when it sets none.
     *
     * @throws Exception when there is no such app or its settings are wrong; its text is shown to the user
     */
    GateThresholds of(Request request) throws Exception;

    /** What {@code [cluster.service_health]} in the app's {@code app_settings.toml} says. */
    static GateSettings ofApp() {
        return request -> request.env()
                .settingsFile()
                .map(AppSettings::read)
                .orElse(AppSettings.defaults())
                .gate();
    }
}
