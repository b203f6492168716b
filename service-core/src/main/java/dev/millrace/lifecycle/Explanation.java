package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.queue.TaskView;
import java.util.List;
import java.util.Optional;

/**
 * Why a task, or the tasks of a kind, are not run now.
 *
 * @param subject what was asked for: a task's id or a kind
 * @param task the task; empty when a kind was asked for
 * @param kind its kind; empty for the default kind
 * @param causes all that holds it back, what must be dealt with first in front; never empty
 */
public record Explanation(String subject, Optional<TaskView> task, String kind, List<Cause> causes) {
    public Explanation {
        causes = List.copyOf(causes);
    }

    /** What can hold a task back. */
    public enum Code {
        /** It has ended. */
        ENDED,
        /** It runs. */
        RUNNING,
        /** It runs on a worker that is dead, and is about to be taken over. */
        WORKER_DIED,
        /** Other tasks must end first. */
        DEPENDENCY,
        /** No service is started. */
        NOT_STARTED,
        /** No worker is alive. */
        NO_WORKER,
        /** The worker that it names takes no work. */
        ITS_WORKER,
        /** No living worker serves its kind. */
        NOT_SERVED,
        /** The workers that serve it were asked to take nothing more. */
        DRAINED,
        /** The whole queue is paused. */
        QUEUE_PAUSED,
        /** Its kind is paused. */
        KIND_PAUSED,
        /** The job to which it belongs is held back. */
        JOB_PAUSED,
        /** It is not to be started yet. */
        NOT_DUE,
        /** It failed, or its handler put it off, and it is tried again later. */
        BACK_OFF,
        /** It is due, and nobody keeps the house, who would move it to those that wait. */
        LEASE,
        /** It is due, and a file of its name lies where it is to go. */
        NAME_TAKEN,
        /** As many of its kind run as may. */
        KIND_FULL,
        /** As many with its concurrency key run as may. */
        KEY_FULL,
        /** As many of its kind have begun lately as may. */
        RATE,
        /** So many of its kind have failed in a row that nothing of it is begun for a while. */
        BREAKER,
        /** The disk has no room for what a task comes to. */
        DISK_FULL,
        /** Somebody holds a lock that whoever begins it must take. */
        LOCK_HELD,
        /** A worker's clock differs from the share's, so due times differ. */
        CLOCK_SKEW,
        /** Others are before it in line, and all slots that may take it are taken. */
        IN_LINE,
        /** Nothing: the next free worker takes it. */
        NOTHING;

        /** The word in JSON. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * One cause.
     *
     * @param code what kind of cause
     * @param says one sentence for people, with names and numbers
     * @param next what to do about it; empty when there is nothing
     */
    public record Cause(Code code, String says, String next) {}

    /** As answers tell it. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("subject", subject);
        json.put("kind", kind);
        task.ifPresent(view ->
                json.put("stem", view.stem()).put("state", view.state().word()).put("attempt", view.attempt()));
        ArrayNode list = json.putArray("causes");
        for (Cause cause : causes)
            list.addObject()
                    .put("code", cause.code().word())
                    .put("says", cause.says())
                    .put("next", cause.next());
        return json;
    }

    /** The cause that must be dealt with first. */
    public Cause first() {
        return causes.get(0);
    }
}
