package dev.millrace.liveness;

/**
 * A process, so named that neither a re-used number nor another host can be mistaken for it.
 *
 * @param pid the process id
 * @param start when it started, in a form that a jump of the clock does not change; empty when unknown
 * @param host the host's name, for people
 * @param hostId the host's name with its boot and process namespace: where equal, {@code pid} can be looked up
 */
public record ProcessIdentity(long pid, String start, String host, String hostId) {

    /** Nothing is known. */
    public static ProcessIdentity unknown() {
        return new ProcessIdentity(0, "", "", "");
    }
}
