package dev.millrace.testkit;

import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.queue.QueueControl.Cancelled;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskRecord;
import dev.millrace.task.Task;
import dev.millrace.worker.TaskHandler;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * A service for one test: the real queue and the real worker loop, on a disk in memory, with a clock that moves only when
 * it is told to. Handlers run on the thread that drains, one after the other, so a test needs no waiting and no luck.
 *
 * <p>Only what a test does not have is missing: processes, heartbeats, the steward's rescue of dead workers.
 */
public interface TestService extends AutoCloseable {

    /** A service that is ready for use. */
    static TestService open(TestServiceOptions options) {
        return new DrivenService(options);
    }

    // ------------------------------------------------------------------ handing in

    /**
     * Submits a task, as {@link TaskQueue#submit} does. When the service is inline it is run at once, unless it is not due
     * yet or a handler submits it: then it follows as soon as that handler has ended.
     */
    Submission submit(Task task);

    /** Submits several tasks, as {@link TaskQueue#submitAll} does: quick ones of one kind may share a file. */
    List<Submission> submitAll(List<Task> tasks);

    /** A receipt of a submitted task. Who awaits its end lets time pass on {@link #time}, and the tasks run meanwhile. */
    TaskReceipt receipt(Submission submitted);

    /** Adds a handler, or puts it into the place of the one that a kind has. */
    void handle(String kind, TaskHandler handler);

    // ------------------------------------------------------------------ letting things happen

    /**
     * Runs everything that is due, also what comes up meanwhile, until nothing is. The clock stands still, so retries with
     * a delay and tasks for later are left.
     *
     * @return how many attempts were made
     * @throws AssertionError after {@link TestServiceOptions#drainLimit} attempts, when something is due even then
     * @throws IllegalStateException when a handler calls it
     */
    int drain();

    /**
     * Sets the clock forward and makes ready what has become due; runs nothing. When a handler calls it, time passes for
     * that handler: its time limits strike.
     *
     * @param length not negative
     */
    void advance(Duration length);

    /**
     * Lets time pass and runs everything at the moment when it is due, as a worker that is never late would: retries,
     * snoozed tasks, tasks for later.
     *
     * @return how many attempts were made
     */
    int run(Duration length);

    /**
     * The clock, to be given to code that waits. Sleeping on it takes no time: in a handler it lets the handler's time
     * limits strike, elsewhere it does as {@link #run}.
     */
    SteppedTime time();

    /** Calls off all tasks that bear this id and have not ended; what became of the newest of them. */
    Cancelled cancel(String id);

    /** Begins no more tasks of a kind. The clock moves on by the moment that workers take to notice. */
    void pause(String kind);

    /** Begins no more tasks at all, see {@link #pause(String)}. */
    void pauseAll();

    /** Ends a pause of a kind. The clock moves on by the moment that workers take to notice. */
    void resume(String kind);

    /** Ends the pause of the whole queue, see {@link #resume(String)}. */
    void resumeAll();

    /**
     * Runs a task twice undisturbed, and then once for each boundary that its handler comes to: whenever it asks its context
     * for something, and when it has returned or thrown; also in the runs that follow when it puts the task off or fails.
     * There its worker dies, as by kill -9 (no {@code finally} runs), and the next one, with handlers of its own, runs the
     * task again. The report tells where that leaves something other than an undisturbed run: another end or result of the
     * task, other side effects, other tasks that it submitted. A boundary to which the handler does not come again is told as
     * not tried, which is not safe. Of many calls of one sort only some are tried, and the report says so.
     *
     * <p>A handler that was registered as an object is the same one after each death: what it keeps in its fields survives.
     * One that was registered by its class, or is offered to {@link java.util.ServiceLoader}, is a new one; see also {@link
     * #crashEverywhere(Task, SideEffects, Supplier)}. What is static survives in any case.
     *
     * <p>Whatever is due before that is run first. Handlers run on threads of their own here, for a minute at most.
     *
     * @param task it is run several times, so a unique key must be free again when it has ended. A death spends an attempt
     * @param effects what the handler changes in the world
     * @throws AssertionError when two undisturbed runs come to different things or places, so that nothing can be told
     */
    CrashReport crashEverywhere(Task task, SideEffects effects);

    /**
     * The same for a handler that is made for this, and made anew for each life of the worker, so that it remembers nothing;
     * see {@link #crashEverywhere(Task, SideEffects)}.
     *
     * @param handler makes a new one each time
     */
    CrashReport crashEverywhere(Task task, SideEffects effects, Supplier<? extends TaskHandler> handler);

    /** The same for a handler that changes nothing in the world, see {@link #crashEverywhere(Task, SideEffects)}. */
    default CrashReport crashEverywhere(Task task) {
        return crashEverywhere(task, SideEffects.none());
    }

    // ------------------------------------------------------------------ looking

    /**
     * Begins to say what is expected of a task.
     *
     * @param id its id; the newest task that bears it is meant
     * @throws AssertionError when there is none; the message names those that there are
     */
    TaskAssert assertThatTask(String id);

    /** Begins to say what is expected of a submitted task. */
    TaskAssert assertThatTask(Submission submitted);

    /** Every task has ended, however. */
    void assertNothingWaits();

    /** No task has failed for good; shows what their handlers threw. */
    void assertNothingFailed();

    /** What handlers threw so far, in this order. */
    List<HandlerFailure> failures();

    /** A task as it is now: state, document, outcome; for assertions of your own. */
    TaskRecord task(String id);

    /** The lines that a task has logged; empty when it has logged none. */
    List<String> logOf(String id);

    /** The queue itself. */
    TaskQueue queue();

    /** What the queue and the worker reported. */
    RecordingEvents events();

    /** The disk in memory, which fails on command. */
    FaultyDisk disk();

    /** Ends the service; its tasks are gone. */
    @Override
    void close();
}
