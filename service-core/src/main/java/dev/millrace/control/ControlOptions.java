package dev.millrace.control;

import dev.millrace.settings.AppEnv;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a control plane is about.
 *
 * @param appsPath the folder of apps
 * @param environment where queues lie and who asks
 * @param limits what it takes on
 * @param limitsFile where the limits were read, to be read again on request; empty for nowhere
 */
public record ControlOptions(
        Path appsPath, AppEnv.Environment environment, ControlLimits limits, Optional<Path> limitsFile) {
    /** The name of the daemon's socket in {@link #folder}. */
    public static final String SOCKET = "daemon.sock";

    public ControlOptions {
        appsPath = appsPath.toAbsolutePath().normalize();
    }

    /** Where the control plane keeps what is its own. */
    public Path folder() {
        return daemonFolder(environment);
    }

    /** The same for those who only look for a daemon. */
    public static Path daemonFolder(AppEnv.Environment environment) {
        return AppEnv.shareOf(environment).resolve("daemon");
    }
}
