package dev.millrace.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.TaskQueue;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The jobs of one queue. Safe for use by several threads and processes at once; see the package for why nothing is lost
 * when one of them dies.
 */
public interface Jobs {
    /** How many jobs of a queue may run at once when nobody says otherwise. */
    int USUAL_MOST = 15;

    /** Who holds a job back that an operator has paused. */
    String OPERATOR = "operator";

    /** Who holds a job back while the machine is too full. */
    String PRESSURE = "pressure";

    /** Looked at before anything new is taken. */
    interface Door {
        /** @throws JobException when nothing new is taken */
        void requireOpen() throws IOException;
    }

    /** The jobs of a queue. */
    static Jobs in(TaskQueue queue, QueuePorts ports, Door door) {
        return new DirectoryJobs(queue, ports, door);
    }

    /**
     * What became of a request.
     *
     * @param done whether it was done
     * @param message why not, or what follows
     */
    record Answer(boolean done, String message) {}

    /**
     * Takes a job. When this returns, the job and all of its tasks are on disk; but when a step of a cancelled job of the same
     * name still runs, its tasks begin after that, as with {@link #resume}.
     *
     * @param configPath the file from which it was read, to be shown; empty for none
     * @param dryRun only checks; nothing is written
     * @throws JobException when a job of that name has not ended, or nothing new is taken
     */
    JobView submit(JobSpec spec, String configPath, boolean dryRun) throws IOException, InterruptedException;

    /** A job; empty when nobody knows it. */
    Optional<JobView> find(String id) throws IOException;

    /**
     * All jobs, those that have not ended first, then the others, each in the order of their submission, newest first. Of those
     * that have ended, the results of steps are left out, which {@link #find} shows. All of them are in memory at once.
     */
    List<JobView> list() throws IOException;

    /** Is shown jobs one by one. */
    interface Visitor {
        /** @throws IOException ends the visit */
        void visit(JobView job) throws IOException;
    }

    /**
     * Shows all jobs as {@link #list()} does, but one by one, because those that have ended may be larger together than memory:
     * these in no order.
     *
     * @param wanted of those that have ended only these, by their names
     */
    void visit(Predicate<String> wanted, Visitor visitor) throws IOException;

    /** Those that have not ended, in the order of their submission. */
    List<JobView> open() throws IOException;

    /** Names of jobs whose files nobody could understand when they were last listed, and why. They are in no list. */
    Map<String, String> damaged() throws IOException;

    /** Begins no further step; steps that run go on. */
    Answer pause(String id, String by, String reason) throws IOException, InterruptedException;

    /** A holder lets a paused job go on; what others hold back stays so. */
    Answer letGo(String id, String by) throws IOException, InterruptedException;

    /**
     * Said again and again by whoever holds jobs back because of {@link #PRESSURE}. When three times as long passes without it,
     * and at least 10 seconds, whoever looks after the jobs lets go of them for him.
     *
     * @param everySec how often it is said, seconds
     */
    void renewPressure(double everySec) throws IOException;

    /**
     * Lets a paused job go on, or begins the steps of a failed or cancelled one again that are not done. Steps that were called
     * off and still run are waited for: no step runs twice at once.
     *
     * @throws JobException when it runs, waits for its turn, or is completed
     */
    Answer resume(String id) throws IOException, InterruptedException;

    /**
     * Goes on with another definition: steps that are done stay done when neither they nor what they depend on has changed;
     * all others are called off and begin anew.
     *
     * @throws JobException when it is completed
     */
    Answer modify(String id, JobSpec spec, String configPath) throws IOException, InterruptedException;

    /** Calls off everything of a job that has not ended. */
    Answer cancel(String id, String reason) throws IOException, InterruptedException;

    /**
     * What was, or would be, recovered.
     *
     * @param before steps by state
     * @param after steps by state
     * @param recovered steps whose tasks turned out to be done: somebody has run them again
     * @param reset steps that begin anew
     */
    record Recovery(Map<String, Long> before, Map<String, Long> after, List<String> recovered, List<String> reset) {}

    /**
     * Makes steps of a job that failed or was cancelled ready again, with fresh attempts, and leaves the job paused. One
     * transaction.
     *
     * @param items which steps; empty for all that are not done
     * @param from this step and those behind it in the job's order; empty for the first
     * @param dryRun only says what would be done; nothing is written
     * @throws JobException when the job has not ended, or has no such step
     */
    Recovery recover(String id, Set<String> items, Optional<String> from, boolean dryRun)
            throws IOException, InterruptedException;

    /**
     * What was forgotten.
     *
     * @param deleted names of jobs
     * @param refused names of jobs that were asked for by name, and why they stay
     */
    record Cleared(List<String> deleted, Map<String, String> refused) {
        /** Why a name is refused that no job has. */
        public static final String UNKNOWN = "there is no such job";
    }

    /**
     * Forgets jobs that have ended. Their tasks stay until retention takes them.
     *
     * @param states in these states; those of jobs that have not ended clear nothing
     * @param olderThanSec submitted longer ago than this
     * @param ids only these; empty for all
     */
    Cleared clear(Set<JobState> states, double olderThanSec, Set<String> ids) throws IOException, InterruptedException;

    /**
     * What the attempts of a job's steps came to, newest first.
     *
     * @param item only of this step; empty for all
     * @throws JobException when nobody knows the job
     */
    List<AttemptEntry> history(String id, String item, int limit) throws IOException;

    /** Those of {@link #history} that were errors, narrowed by type and code; empty texts narrow nothing. */
    List<AttemptEntry> errors(String id, String item, String type, String code, int limit) throws IOException;

    /** Everything that helps to see what is wrong with a job, in one report. */
    ObjectNode diagnose(String id) throws IOException;

    /** How many may run at once. */
    int most() throws IOException;

    /** Sets how many may run at once, 1 to 10000. */
    void most(int jobs) throws IOException;

    /**
     * Looks after the jobs once: finishes what somebody began, notes what has ended, lets in who waits.
     *
     * @return how much was done; 0 also when somebody else is at it
     */
    int step() throws IOException, InterruptedException;

    /** Forgets the oldest jobs that have ended until at most so many are left; returns how many. */
    int evict(int most) throws IOException;
}
