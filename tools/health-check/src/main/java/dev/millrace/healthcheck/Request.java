package dev.millrace.healthcheck;

import dev.millrace.settings.AppEnv;
import dev.millrace.settings.AppEnv.Environment;
import dev.millrace.settings.SettingsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What is asked of the service.
 *
 * @param app the app's name
 * @param appsPath the folder of apps; empty for {@code $MILLRACE_HOME/apps}, else {@code ./apps}
 * @param healthOutputPath where the report is written; empty for the service's own place
 * @param observe look only: write nothing, mend nothing
 * @param timeout how long the answer may take, more than zero
 * @param share where the queues of all apps lie; empty for what the environment says
 */
record Request(
        String app,
        Optional<Path> appsPath,
        Optional<Path> healthOutputPath,
        boolean observe,
        Duration timeout,
        Optional<Path> share) {
    private static final String APPS = "apps";

    /**
     * The app and its places. On a command line a relative path is below the folder that one stands in.
     *
     * @throws SettingsException when there is no such app
     */
    AppEnv env() {
        Environment system = Environment.ofSystem();
        Environment chosen = share.map(Request::fromHere).map(system::withShare).orElse(system);
        return AppEnv.find(appsPath.orElseGet(() -> usualApps(system)).toAbsolutePath(), app, chosen);
    }

    /** Cron and dashboards call from any folder; the launcher says where the tree is. */
    private static Path usualApps(Environment system) {
        String home = system.variables().getOrDefault("MILLRACE_HOME", "");
        return home.isEmpty() ? Path.of(APPS) : Path.of(home, APPS);
    }

    private static Path fromHere(Path path) {
        return path.startsWith("~") ? path : path.toAbsolutePath();
    }
}
