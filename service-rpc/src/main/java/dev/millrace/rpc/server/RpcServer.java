package dev.millrace.rpc.server;

import dev.millrace.rpc.RpcHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * Serves methods and streams on a Unix socket. Open means bound and accepting; to be restarted, open another one.
 *
 * <p>Beside what it is given it answers {@code stream.close} ({@code id}: the id of a request on the same connection that
 * opened a stream).
 */
public interface RpcServer extends AutoCloseable {

    /**
     * Opens the socket and serves. A socket that nobody answers on is replaced; one that somebody answers on never.
     *
     * @throws dev.millrace.rpc.socket.SocketInUseException when another server holds the socket
     * @throws dev.millrace.rpc.socket.SocketRefusedException when the path is too long, a link, something else than a
     *     socket of this user, or in a folder that others can write
     * @throws IllegalArgumentException when two handlers have one name
     */
    static RpcServer open(RpcServerOptions options, Collection<? extends RpcHandler> handlers, RpcPorts ports)
            throws IOException {
        return OpenServer.open(options, MethodTable.of(handlers), ports);
    }

    /** Where it listens. */
    Path socket();

    /** The names of all that it answers, sorted. */
    List<String> methods();

    /** What it has to do at this moment. */
    RpcLoad load();

    /** False once {@link #close} was called, or when serving broke. */
    boolean isOpen();

    /** As {@link #close(Duration)} with the grace of its options. */
    @Override
    void close() throws IOException;

    /**
     * Begins nothing more, ends streams with {@code -32003}, and waits for methods that run and for answers to be read.
     * Until they are, somebody new is answered what is always answered, such as {@code daemon.health}, what is answered to
     * the end, and {@code -32003} to all else. Then, or when the grace is over, it removes the socket if it is still its own, and interrupts what is
     * left. May be called twice, by anybody but a method.
     *
     * @param grace how long it waits at most; zero for not at all
     */
    void close(Duration grace) throws IOException;
}
