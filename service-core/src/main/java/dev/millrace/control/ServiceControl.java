package dev.millrace.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.event.EventRing;
import dev.millrace.job.JobView;
import dev.millrace.lifecycle.ServicePorts;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The verbs of the control plane over any number of services under one share, see the package. Transports know this and
 * nothing below it. Safe for use by several threads.
 *
 * <p>One process at a time may have the control plane of a share open; whoever opens it must see to that.
 */
public interface ServiceControl extends AutoCloseable {

    /**
     * Opens the control plane of a share: what it knew before (events, what failures taught) is there again.
     *
     * @throws IOException when the share cannot be used
     */
    static ServiceControl open(ControlOptions options, ServicePorts ports, ResourceProbe probe) throws IOException {
        return new LiveControl(options, ports, probe);
    }

    ControlOptions options();

    /**
     * Reads the file of limits again, if there is one.
     *
     * @return what holds now
     * @throws dev.millrace.settings.SettingsException when it is wrong; what held before still holds
     */
    ControlLimits reload();

    /** Sets what is taken on. */
    void limit(ControlLimits limits);

    ControlLimits limits();

    /** The names of all apps and services. */
    List<String> services() throws IOException;

    /**
     * A service by name, or the only one there is.
     *
     * @throws ControlException when there is none, or several and none was named
     */
    Hosted service(Optional<String> name) throws IOException;

    /** All services that have a folder under the share. */
    List<Hosted> hosted() throws IOException;

    /**
     * Looks at all services that have a folder under the share, one by one. One that cannot be looked at, because its folder
     * may not be read, keeps nobody from looking at the others.
     *
     * @return by name, why a service could not be looked at
     * @throws IOException when the share itself cannot be read
     */
    Map<String, String> each(Hosted.Look look) throws IOException;

    /**
     * A job of a service.
     *
     * @param hosted the service
     * @param job the job
     */
    record Placed(Hosted hosted, JobView job) {}

    /**
     * A job, wherever it is.
     *
     * @throws dev.millrace.job.JobException when nobody knows it
     * @throws ControlException when several services have one of that name
     */
    Placed job(String id, Optional<String> service) throws IOException;

    /** What happened. */
    EventRing events();

    /** Looks at once at a service's jobs, after a change that was asked for, and tells what has changed. */
    void changed(Hosted hosted) throws IOException;

    /** Whether work is accepted; measured now. */
    Readiness readiness() throws IOException;

    /** What was measured last. */
    Pressure pressure();

    /**
     * @throws dev.millrace.job.JobException when nothing new is taken: the daemon ends, resources run short, or too many
     *     tasks wait
     */
    void requireOpen(Hosted hosted) throws IOException;

    /** Which kinds may not begin now because of their rates. */
    ObjectNode rateLimits() throws IOException;

    /**
     * Lets kinds begin that a rate holds back.
     *
     * @param kind the kind, or {@code service/kind}; empty for all. An empty or unknown name clears nothing
     * @return how many were let go
     */
    int clearRateLimits(Optional<String> kind) throws IOException, InterruptedException;

    /** What failures have taught, the most important first. */
    List<FailurePattern> patterns(int limit);

    /** Takes nothing new from now on; may be called twice. */
    void drain();

    boolean isShuttingDown();

    /** Since it was opened. */
    double uptimeSec();

    /** Looks after everything once; how much there was to do. Called again and again by whoever hosts it. */
    int step() throws InterruptedException;

    @Override
    void close() throws IOException;
}
