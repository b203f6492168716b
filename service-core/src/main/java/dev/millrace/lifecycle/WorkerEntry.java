package dev.millrace.lifecycle;

/**
 * A worker that a service is made of.
 *
 * @param id its number, frozen, from 0
 * @param name its name, stable over restarts: host and number on that host, for example {@code 127.0.0.1:1}
 * @param host where it runs
 */
public record WorkerEntry(int id, String name, String host) {}
