package dev.millrace.rpc.client;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a client behaves.
 *
 * @param socket the path of the daemon's socket
 * @param timeout the deadline of a call that names none, over everything that it does
 * @param poolSize the most connections, busy or idle, beside those of streams
 * @param maxIdle how long an idle connection is kept; looked at when the next one is needed
 * @param connectTimeout the most of a deadline that may go into one connect
 * @param aliveWithin how long {@link DaemonClient#isRunning} waits for an answer; at most two seconds
 * @param messageBytes the longest message, in either direction
 */
public record DaemonClientOptions(
        Path socket,
        Duration timeout,
        int poolSize,
        Duration maxIdle,
        Duration connectTimeout,
        Duration aliveWithin,
        int messageBytes) {
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(2);

    public DaemonClientOptions {
        positive("timeout", timeout);
        positive("maxIdle", maxIdle);
        positive("connectTimeout", connectTimeout);
        positive("aliveWithin", aliveWithin);
        if (aliveWithin.compareTo(LONGEST_LOOK) > 0)
            throw new IllegalArgumentException("aliveWithin must be at most 2 s, not " + aliveWithin);
        if (poolSize < 1) throw new IllegalArgumentException("poolSize must be at least 1, not " + poolSize);
        if (messageBytes < 1)
            throw new IllegalArgumentException("messageBytes must be at least 1, not " + messageBytes);
    }

    private static void positive(String name, Duration length) {
        if (length.isNegative() || length.isZero())
            throw new IllegalArgumentException(name + " must be positive, not " + length);
    }

    /** 30 s a call, 8 connections. */
    public static DaemonClientOptions at(Path socket) {
        return new DaemonClientOptions(
                socket,
                Duration.ofSeconds(30),
                8,
                Duration.ofSeconds(60),
                Duration.ofSeconds(5),
                Duration.ofMillis(1_500),
                16 << 20);
    }

    public DaemonClientOptions withTimeout(Duration newTimeout) {
        return new DaemonClientOptions(
                socket, newTimeout, poolSize, maxIdle, connectTimeout, aliveWithin, messageBytes);
    }

    public DaemonClientOptions withPoolSize(int connections) {
        return new DaemonClientOptions(
                socket, timeout, connections, maxIdle, connectTimeout, aliveWithin, messageBytes);
    }

    public DaemonClientOptions withMaxIdle(Duration longest) {
        return new DaemonClientOptions(socket, timeout, poolSize, longest, connectTimeout, aliveWithin, messageBytes);
    }

    public DaemonClientOptions withAliveWithin(Duration longest) {
        return new DaemonClientOptions(socket, timeout, poolSize, maxIdle, connectTimeout, longest, messageBytes);
    }

    public DaemonClientOptions withMessageBytes(int most) {
        return new DaemonClientOptions(socket, timeout, poolSize, maxIdle, connectTimeout, aliveWithin, most);
    }
}
