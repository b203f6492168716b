package dev.millrace.lifecycle;

import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.settings.Launcher;
import java.io.IOException;

/** The port that brings workers to life; implementations are found through {@link java.util.ServiceLoader}. */
public interface WorkerLauncher {

    /** True when this launcher starts workers of that way on that host. */
    boolean serves(Launcher launcher, String host);

    /** True when it must reach another host first, which takes long and fails when that host is lost. */
    default boolean isRemote() {
        return false;
    }

    /**
     * Starts a worker. It reads everything it needs from the service's record. Returns before the worker beats.
     *
     * @return the process that it runs in; unknown when it is on another host
     * @throws IOException when it could not even be started; the message says what to do
     */
    ProcessIdentity launch(ServiceFiles files, ServiceRecord record, WorkerEntry worker) throws IOException;

    /**
     * Ends a worker that does not end by itself, at once. Its tasks are rescued by others.
     *
     * @param process the process that it is known to run in; may be unknown
     * @return true when it is certain that the worker has ended, or will without fail
     * @throws IOException when the worker's host cannot be reached; the message names the host and says what to do
     */
    boolean kill(ServiceRecord record, WorkerEntry worker, ProcessIdentity process) throws IOException;
}
