package dev.millrace.job;

import dev.millrace.json.Texts;
import dev.millrace.queue.JobTaskId;
import java.util.Locale;
import java.util.Map;

/** A job cannot be what was asked for. Nothing was changed. */
public final class JobException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** Nobody knows a job of that name. */
        UNKNOWN_JOB,
        /** The job's file or its inline form is wrong. */
        BAD_JOB,
        /** A job of that name has not ended. */
        ALREADY_ACTIVE,
        /** The job is not in a state from which it could go on. */
        NOT_RESUMABLE,
        /** The job has not ended, and this needs one that has. */
        ACTIVE,
        /** There is no such step. */
        UNKNOWN_STEP,
        /** The service is not running. */
        NOT_RUNNING,
        /** The daemon takes nothing new, because it ends. */
        SHUTTING_DOWN,
        /** The machine or the queue is too full for more work. */
        PRESSURE;

        /** The word in answers. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Reason reason;
    private final transient Map<String, String> problems;

    public JobException(Reason reason, String message) {
        this(reason, message, Map.of());
    }

    private JobException(Reason reason, String message, Map<String, String> problems) {
        super(message);
        this.reason = reason;
        this.problems = Map.copyOf(problems);
    }

    /** @param problems by service, why its jobs could not be looked at; the job may be one of them */
    public static JobException unknown(String id, Map<String, String> problems) {
        String where = problems.isEmpty()
                ? "; job.list names those that are"
                : " in the services that can be looked at; it may be in one that cannot: " + problems;
        return new JobException(Reason.UNKNOWN_JOB, "there is no job '" + Texts.shortened(id) + "'" + where, problems);
    }

    /** For what cannot be the name of a job, and so is none. */
    static JobException noName(String id) {
        return new JobException(
                Reason.UNKNOWN_JOB,
                "there is no job '" + Texts.shortened(id) + "': a job's name is 1 to " + JobTaskId.MAX_LENGTH
                        + " letters, digits, '-' and '_', starting with a letter or digit");
    }

    public Reason reason() {
        return reason;
    }

    /** By service, why it could not be looked at for an unknown job; empty when all could. */
    public Map<String, String> problems() {
        return problems;
    }
}
