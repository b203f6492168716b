package dev.millrace.testkit;

/**
 * What a handler threw, as it threw it. A {@link dev.millrace.worker.SnoozeException} is none.
 *
 * @param id the task's id
 * @param attempt the number of the attempt
 * @param thrown the exception
 */
public record HandlerFailure(String id, int attempt, Throwable thrown) {}
