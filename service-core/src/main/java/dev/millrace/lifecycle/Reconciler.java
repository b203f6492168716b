package dev.millrace.lifecycle;

import dev.millrace.liveness.Judgement;
import java.io.IOException;
import java.util.Map;

/**
 * Makes the workers that live the workers that should: starts those again that have died or fallen silent.
 *
 * <p>The first restart comes at once. Further ones of the same worker within five minutes wait, twice as long each time:
 * up to a second for a worker that had come to life, up to a minute for one that ended before its first heartbeat, so
 * that a worker that cannot live does not eat the machine. The steward calls this several times a
 * second; status and health call it when they may mend. All of them hold the operation lock, so no worker is started
 * twice.
 */
public interface Reconciler {

    /** A reconciler of the service whose files these are. */
    static Reconciler of(ServicePorts ports, ServiceFiles files) {
        return new LockedReconciler(ports, files);
    }

    /**
     * Restarts what needs it.
     *
     * @param judged the workers by name, as a watch has judged them just now
     * @return how many workers were started; 0 also when another operation is under way
     */
    int reconcile(Map<String, Judgement> judged) throws IOException;
}
