package dev.millrace.rpc.server;

import java.time.Duration;

/**
 * What a server takes on at most.
 *
 * @param messageBytes one message, in either direction, with its newline
 * @param connections at once; a few more are let in for methods that are always answered
 * @param requests methods that run at once in slots
 * @param waiting requests that wait for a slot; one more is refused
 * @param streams open at once
 * @param batch requests in one batch
 * @param bufferedBytes of large messages that are being read or wait to be written, of all connections together
 * @param streamEvents notifications that wait for one reader of a stream before the oldest is dropped
 * @param heartbeat how long a stream says nothing before it says that it lives
 * @param stall how long a reader may take nothing of what waits for it, or in such a time less than 64 KiB a second of a
 *     message that takes shared memory, before it is dropped
 */
public record RpcLimits(
        int messageBytes,
        int connections,
        int requests,
        int waiting,
        int streams,
        int batch,
        long bufferedBytes,
        int streamEvents,
        Duration heartbeat,
        Duration stall) {
    private static final int LEAST_MESSAGE = 1024;
    private static final RpcLimits DEFAULTS = new RpcLimits(
            16 << 20, 500, 50, 450, 200, 1_000, 64 << 20, 30_000, Duration.ofSeconds(10), Duration.ofSeconds(30));

    public RpcLimits {
        atLeast("messageBytes", messageBytes, LEAST_MESSAGE);
        atLeast("connections", connections, 1);
        atLeast("requests", requests, 1);
        atLeast("waiting", waiting, 0);
        atLeast("streams", streams, 0);
        atLeast("batch", batch, 1);
        atLeast("bufferedBytes", bufferedBytes, messageBytes);
        atLeast("streamEvents", streamEvents, 1);
        atLeast("heartbeat (ms)", heartbeat.toMillis(), 1);
        atLeast("stall (ms)", stall.toMillis(), 1);
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) throw new IllegalArgumentException(name + " must be at least " + least + ", not " + value);
    }

    /** 16 MiB a message, 500 connections, 50 requests at once. */
    public static RpcLimits defaults() {
        return DEFAULTS;
    }

    public RpcLimits withMessageBytes(int bytes) {
        return new RpcLimits(
                bytes,
                connections,
                requests,
                waiting,
                streams,
                batch,
                Math.max(bytes, bufferedBytes),
                streamEvents,
                heartbeat,
                stall);
    }

    public RpcLimits withConnections(int most) {
        return new RpcLimits(
                messageBytes, most, requests, waiting, streams, batch, bufferedBytes, streamEvents, heartbeat, stall);
    }

    /** How many run at once, and how many more may wait. */
    public RpcLimits withRequests(int most, int mostWaiting) {
        return new RpcLimits(
                messageBytes,
                connections,
                most,
                mostWaiting,
                streams,
                batch,
                bufferedBytes,
                streamEvents,
                heartbeat,
                stall);
    }

    /** How many streams, and how much each may lag. */
    public RpcLimits withStreams(int most, int events) {
        return new RpcLimits(
                messageBytes, connections, requests, waiting, most, batch, bufferedBytes, events, heartbeat, stall);
    }

    public RpcLimits withBatch(int most) {
        return new RpcLimits(
                messageBytes,
                connections,
                requests,
                waiting,
                streams,
                most,
                bufferedBytes,
                streamEvents,
                heartbeat,
                stall);
    }

    public RpcLimits withBufferedBytes(long most) {
        return new RpcLimits(
                messageBytes, connections, requests, waiting, streams, batch, most, streamEvents, heartbeat, stall);
    }

    public RpcLimits withHeartbeat(Duration every) {
        return new RpcLimits(
                messageBytes,
                connections,
                requests,
                waiting,
                streams,
                batch,
                bufferedBytes,
                streamEvents,
                every,
                stall);
    }

    public RpcLimits withStall(Duration longest) {
        return new RpcLimits(
                messageBytes,
                connections,
                requests,
                waiting,
                streams,
                batch,
                bufferedBytes,
                streamEvents,
                heartbeat,
                longest);
    }
}
