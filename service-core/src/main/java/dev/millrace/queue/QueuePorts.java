package dev.millrace.queue;

import dev.millrace.event.EventSink;
import dev.millrace.storage.Disk;
import dev.millrace.time.Time;
import java.util.random.RandomGenerator;

/**
 * What a queue needs of the world.
 *
 * @param disk all files
 * @param time both clocks
 * @param random ids and lanes; must be safe for use by several threads
 * @param events what happened
 */
public record QueuePorts(Disk disk, Time time, RandomGenerator random, EventSink events) {
    public QueuePorts withEvents(EventSink newEvents) {
        return new QueuePorts(disk, time, random, newEvents);
    }
}
