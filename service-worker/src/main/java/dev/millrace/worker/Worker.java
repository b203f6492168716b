package dev.millrace.worker;

import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.lifecycle.WorkerEntry;
import java.time.Duration;

/** One life of one worker of a service, with its threads. */
public interface Worker extends AutoCloseable {

    /**
     * A worker of a service, not yet started.
     *
     * @param files where the service lives
     * @param record what it runs with
     * @param entry which of its workers this is
     * @param ports the world
     * @param handlers the app's handlers
     */
    static Worker of(
            ServiceFiles files, ServiceRecord record, WorkerEntry entry, ServicePorts ports, HandlerRegistry handlers) {
        return new ThreadedWorker(files, record, entry, ports, handlers);
    }

    /** Begins to beat and to work. */
    void start();

    WorkerPhase phase();

    /** Finishes what runs, takes no more, and ends. Returns at once. */
    void drain();

    /** Ends now: gives unfinished tasks back. */
    void abort(String reason);

    /** True when a handler is ending the virtual machine right now. */
    boolean isEndedByHandler();

    /** Waits for the end; false when it has not come in time. */
    boolean awaitEnd(Duration atMost) throws InterruptedException;

    /** The same as {@link #abort}, and waits for the end. */
    @Override
    void close();
}
