package dev.millrace.healthcheck;

import dev.millrace.health.GateThresholds;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** The thresholds that the command line gives; each wins over the app's setting. */
record Overrides(Optional<Boolean> allowIdle, OptionalInt maxUnhealthy, OptionalDouble maxRestartRate) {

    GateThresholds over(GateThresholds settings) {
        GateThresholds idle = allowIdle.map(settings::withAllowIdle).orElse(settings);
        GateThresholds unhealthy = maxUnhealthy.isPresent() ? idle.withMaxUnhealthy(maxUnhealthy.getAsInt()) : idle;
        return maxRestartRate.isPresent() ? unhealthy.withMaxRestartRate(maxRestartRate.getAsDouble()) : unhealthy;
    }
}
