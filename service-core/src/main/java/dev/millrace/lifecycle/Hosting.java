package dev.millrace.lifecycle;

import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.settings.Launcher;

/**
 * Where a service's workers live. As processes of their own they may be started by anybody. As threads they live and die
 * with one process, the service's owner, and nobody else can bring them to life: a passing {@code status} that did so
 * would take them with it when it ends a moment later.
 *
 * @param threads true when the workers are threads of the owner
 * @param owner the process that started the service
 * @param existence what is known of the owner
 * @param here true when this very process is the owner
 */
record Hosting(boolean threads, ProcessIdentity owner, Processes.Existence existence, boolean here) {

    /** The reason in the row of a worker whose host has ended. */
    static final String ENDED = "host-process-ended";

    static Hosting of(ServiceRecord record, Processes processes) {
        ProcessIdentity owner = record.owner();
        return new Hosting(
                record.settings().worker().launcher() == Launcher.IN_PROCESS,
                owner,
                processes.look(owner),
                owner.equals(processes.self()));
    }

    /** True when this process may bring workers to life. */
    boolean mayLaunch() {
        return !threads || here;
    }

    /** True when the workers are threads of another process that runs. */
    boolean isElsewhere() {
        return threads && !here && existence == Processes.Existence.ALIVE;
    }

    /** True when the workers were threads of a process that has ended. */
    boolean isGone() {
        return threads && existence == Processes.Existence.GONE;
    }

    /** The process, for people. */
    String ownerText() {
        return "process " + owner.pid() + " on " + owner.host();
    }
}
