package dev.millrace.healthcheck;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What is asked of the service.
 *
 * @param app the app's name
 * @param appsPath the folder of apps; empty for the one that comes with Millrace
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
        Optional<Path> share) {}
