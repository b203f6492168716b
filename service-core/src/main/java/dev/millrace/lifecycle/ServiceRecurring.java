package dev.millrace.lifecycle;

import dev.millrace.queue.TaskQueue;
import dev.millrace.recurring.RecurringDuty;

/** A running service's recurring tasks, as its steward sees them. */
public interface ServiceRecurring {

    /**
     * The duty to fire what the service's record names and what programs have defined. Nothing fires while the service is
     * parked or being stopped; what was due then is caught up, or not, as each task says.
     */
    static RecurringDuty duty(ServiceFiles files, ServiceRecord record, TaskQueue queue, ServicePorts ports) {
        return RecurringDuty.of(
                queue,
                record.settings().recurring(),
                ports.queuePorts(),
                () -> files.readRecord().filter(ServiceRecord::takesWork).isPresent());
    }
}
