package dev.millrace.lifecycle;

import dev.millrace.health.GateThresholds;
import dev.millrace.health.HealthReport;
import dev.millrace.queue.TaskGroup;
import dev.millrace.queue.TaskQueue;
import dev.millrace.recurring.RecurringTasks;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.ServeOptions;
import dev.millrace.settings.SettingsException;
import dev.millrace.task.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A service of one app: persistent workers around a queue directory. Any number of processes may open it at once; what
 * they do to it they do through its directory.
 *
 * <pre>{@code
 * AppEnv env = AppEnv.find(appsPath, "mycode");
 * try (Service service = Service.open(env)) {
 *     service.serve(Action.START, ServeOptions.defaults());
 *     TaskReceipt receipt = service.submit(Task.of("resize").args(Map.of("width", 640)));
 *     TaskResult result = receipt.await(Duration.ofSeconds(10));
 *     service.serve(Action.STOP, ServeOptions.defaults());
 * }
 * }</pre>
 *
 * Closing it frees what this process holds. Worker processes live on; in-process workers end.
 */
public interface Service extends AutoCloseable {

    /**
     * Opens an app's service on this machine. Nothing is read but the app's settings.
     *
     * @throws SettingsException when they are wrong
     */
    static Service open(AppEnv env) {
        return open(env, ServicePorts.system());
    }

    /** Opens an app's service, see {@link #open(AppEnv)}. */
    static Service open(AppEnv env, ServicePorts ports) {
        return new DirectoryService(env, ports);
    }

    AppEnv env();

    /**
     * Starts, looks at, or stops the service. {@code status} and {@code health} also mend (restart dead workers, rescue
     * their tasks, sweep), unless the options say to observe only.
     *
     * @throws ServiceException when it cannot be done now
     * @throws SettingsException when an option is wrong; nothing was done
     * @throws IOException when the share cannot be used
     */
    ServeReport serve(Action action, ServeOptions options) throws IOException, InterruptedException;

    /**
     * Stops the service as {@link #serve} does, for somebody who may lose interest.
     *
     * @param givenUp asked again and again. When true it waits no longer, kills nobody before the time, and says who is
     *     left; the workers end all the same, and another stop goes on where this one ended
     * @throws IOException when the share cannot be used
     */
    ServeReport stop(ServeOptions options, BooleanSupplier givenUp) throws IOException, InterruptedException;

    /** The health document of {@code serve(HEALTH, options)}, with its path when it was written. */
    HealthReport health(ServeOptions options) throws IOException, InterruptedException;

    /** What the app's settings demand of a healthy service. */
    GateThresholds thresholds();

    /**
     * Submits one task.
     *
     * @throws ServiceException.NotRunning when no service is held
     */
    TaskReceipt submit(Task task) throws IOException;

    /** Submits several tasks, in this order, see {@link TaskQueue#submitAll}. */
    List<TaskReceipt> submitAll(List<Task> tasks) throws IOException;

    /**
     * Submits a group, whole or not at all, see {@link TaskQueue#submitGroup}.
     *
     * @return the receipt of its callback, which ends when the whole group has
     */
    TaskReceipt submitGroup(TaskGroup group) throws IOException;

    /** Submits a plan in AGILAB's form. */
    SubmitReport submitPlan(PlanSubmission plan) throws IOException;

    /** A receipt for a task that somebody submitted before, by its unique name. */
    TaskReceipt receipt(String stem);

    /** The queue as the running service uses it, else as the settings say. */
    TaskQueue queue() throws IOException;

    /** The tasks that come again and again: what they are, what became of them, and how to steer them. */
    RecurringTasks recurring() throws IOException;

    /**
     * Why a task, or the tasks of a kind, are not run now; looking changes nothing.
     *
     * @param taskOrKind a task's id or unique name, or a kind
     * @throws ServiceException when there is neither such a task nor such a kind
     */
    Explanation why(String taskOrKind) throws IOException, InterruptedException;

    /** Asks workers to finish what runs and take no more, or to take work again. An empty list means all. */
    List<String> drain(List<String> workers, boolean resume) throws IOException;

    /**
     * Asks workers to take no more, and after a while to give back what they have not finished: handlers are interrupted,
     * and their tasks wait again for other workers, without having spent an attempt. An empty list means all workers.
     *
     * @param deadline how long they may finish what runs
     */
    List<String> drainWithin(List<String> workers, Duration deadline) throws IOException;

    /** Writes the operator's snapshot and returns its place. Made from the service as it is now. */
    Path exportSnapshot(ServeOptions options) throws IOException, InterruptedException;

    @Override
    void close();
}
