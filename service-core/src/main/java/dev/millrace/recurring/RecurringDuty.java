package dev.millrace.recurring;

import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.TaskQueue;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The steward's duty to fire what is due. Several at once, on one host or on many, are harmless. */
public interface RecurringDuty {

    /**
     * A duty over what the settings name and what programs have defined.
     *
     * @param mayFire asked when something is due: false leaves it for later, as the service takes no work now
     */
    static RecurringDuty of(
            TaskQueue queue, List<RecurringTask> configured, QueuePorts ports, BooleanSupplier mayFire) {
        return new LockedDuty(queue, configured, ports, mayFire);
    }

    /**
     * Fires what is due. When nothing is, this costs a comparison, and once a second a look at two folders.
     *
     * @return how many tasks were submitted
     */
    int step() throws IOException;
}
