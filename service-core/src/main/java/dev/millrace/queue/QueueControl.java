package dev.millrace.queue;

import java.io.IOException;
import java.util.Optional;

/** What operators ask of a queue. Every request lies in the directory, so it outlives whoever made it. */
public interface QueueControl {

    /** What became of a request to call a task off. */
    enum Cancelled {
        /** It was waiting and is cancelled now. */
        NOW,
        /** It runs: its handler is told, then interrupted; its worker ends it. */
        ASKED,
        /** It had ended before. */
        TOO_LATE,
        /** There is no such task. */
        UNKNOWN
    }

    /**
     * Calls a task off.
     *
     * @param stem its unique name, see {@link TaskView#stem}
     * @param reason for people; stands in the task's document
     */
    Cancelled cancel(String stem, String reason) throws IOException;

    /**
     * Nothing more of a kind is begun, or nothing at all; what runs goes on. Returns a moment later, when the workers of
     * this host have seen it.
     *
     * @param kind the kind; empty for the whole queue
     * @param reason for people
     */
    void pause(Optional<String> kind, String reason) throws IOException, InterruptedException;

    /** Ends a pause; nothing happens when there is none. */
    void resume(Optional<String> kind) throws IOException, InterruptedException;

    /** What is paused. */
    Pauses pauses() throws IOException;
}
