package dev.millrace.rpc.server;

import dev.millrace.event.EventSink;
import dev.millrace.storage.Disk;
import dev.millrace.time.Time;

/**
 * What a server needs of the world.
 *
 * @param time for heartbeats and stalls
 * @param disk for the lock beside the socket
 * @param events hears of methods that failed unexpectedly, and of connections that were refused
 */
public record RpcPorts(Time time, Disk disk, EventSink events) {
    /** This machine; nobody listens to events. */
    public static RpcPorts system() {
        return new RpcPorts(Time.system(), Disk.local(), EventSink.silent());
    }

    public RpcPorts withEvents(EventSink newEvents) {
        return new RpcPorts(time, disk, newEvents);
    }

    public RpcPorts withTime(Time newTime) {
        return new RpcPorts(newTime, disk, events);
    }
}
