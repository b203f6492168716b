package dev.millrace.recurring;

import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.TaskQueue;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * The recurring tasks of a service: those that its settings name, and those that programs define here.
 *
 * <p>A name that nobody knows is an {@link InvalidRecurringException} that names those that there are.
 */
public interface RecurringTasks {

    /** What must hold before a task is fired by hand. */
    interface Precondition {
        /** Throws when it does not hold. */
        void check() throws IOException;
    }

    /**
     * The recurring tasks around a queue.
     *
     * @param configured those of the settings; they win over those that programs defined
     * @param requireRunning throws when nothing can be submitted now
     */
    static RecurringTasks in(
            TaskQueue queue, List<RecurringTask> configured, QueuePorts ports, Precondition requireRunning) {
        return new DirectoryRecurring(queue, configured, ports, requireRunning);
    }

    /** All of them by name; looking changes nothing. */
    List<RecurringReport> list() throws IOException;

    /** One of them; looking changes nothing. */
    RecurringReport report(String name) throws IOException;

    /** The next due times from now on, at most so many, whether it is paused or not. */
    List<Instant> next(String name, int most) throws IOException;

    /**
     * Defines one, or replaces what a program defined under that name. It survives restarts of the service, and counts
     * within a second when the service runs. With another schedule it begins anew.
     *
     * @throws InvalidRecurringException when the settings name one so
     */
    void define(RecurringTask task) throws IOException, InterruptedException;

    /**
     * Removes one that a program defined. What it has submitted stays.
     *
     * @throws InvalidRecurringException when it stands in the settings
     */
    void remove(String name) throws IOException, InterruptedException;

    /** Fires it now, whatever is due, paused or unfinished. Its due times stay as they are. */
    Firing run(String name) throws IOException, InterruptedException;

    /** Lets nothing fire until it is resumed, also over restarts of the service. */
    void pause(String name) throws IOException, InterruptedException;

    /** Lets it fire again from now on; what was due meanwhile is left out. Does nothing when it was not paused. */
    void resume(String name) throws IOException, InterruptedException;
}
