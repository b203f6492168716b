package dev.millrace.queue;

import java.util.List;

/**
 * A group that was accepted.
 *
 * @param tasks its tasks, in their order
 * @param callback what runs when they have ended
 */
public record GroupSubmission(List<Submission> tasks, Submission callback) {
    public GroupSubmission {
        tasks = List.copyOf(tasks);
    }
}
