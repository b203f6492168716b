package dev.millrace.rpc.server;

import dev.millrace.rpc.socket.SocketAccess;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where a server listens, and what it takes on.
 *
 * @param socket the path of the socket; its folder is made (0700) when it is missing
 * @param access who may connect
 * @param backlog connections that the system holds until they are accepted
 * @param limits what is taken on at most
 * @param grace how long {@link RpcServer#close} waits for methods that run, and for answers to be read
 */
public record RpcServerOptions(Path socket, SocketAccess access, int backlog, RpcLimits limits, Duration grace) {
    private static final int BACKLOG = 128;

    public RpcServerOptions {
        socket = socket.toAbsolutePath().normalize();
        if (backlog < 1) throw new IllegalArgumentException("backlog must be at least 1, not " + backlog);
        if (grace.isNegative()) throw new IllegalArgumentException("grace must not be negative: " + grace);
    }

    /** For this user alone, with the usual limits. */
    public static RpcServerOptions at(Path socket) {
        return new RpcServerOptions(socket, SocketAccess.owner(), BACKLOG, RpcLimits.defaults(), Duration.ofSeconds(5));
    }

    public RpcServerOptions withAccess(SocketAccess newAccess) {
        return new RpcServerOptions(socket, newAccess, backlog, limits, grace);
    }

    public RpcServerOptions withLimits(RpcLimits newLimits) {
        return new RpcServerOptions(socket, access, backlog, newLimits, grace);
    }

    public RpcServerOptions withBacklog(int connections) {
        return new RpcServerOptions(socket, access, connections, limits, grace);
    }

    public RpcServerOptions withGrace(Duration longest) {
        return new RpcServerOptions(socket, access, backlog, limits, longest);
    }
}
