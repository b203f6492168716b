package dev.millrace.rpc.socket;

import dev.millrace.storage.Disk;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;

/** A socket that is bound and listens, and its file, which nobody else could reach before it had its permissions. */
public interface ListeningSocket extends AutoCloseable {

    /**
     * Binds.
     *
     * <p>A lock beside the socket, held for life, keeps two servers from looking at once. Whoever has it looks who is
     * there: a server that answers is left alone, a socket that nobody listens on any more is replaced, and everything
     * else is refused and not touched.
     *
     * @param backlog connections that the system holds until they are accepted
     * @throws SocketInUseException when another server holds the path
     * @throws SocketRefusedException when no socket can be made there safely
     */
    static ListeningSocket open(Path path, SocketAccess access, int backlog, Disk disk) throws IOException {
        return BoundSocket.open(path, access, backlog, disk);
    }

    ServerSocketChannel channel();

    /** The user that the server runs as. */
    UserPrincipal owner();

    /** Stops listening, and removes the file if it is still the one that was made here. May be called twice. */
    @Override
    void close() throws IOException;
}
