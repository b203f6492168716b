package dev.millrace.rpc.socket;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Whether somebody listens on a socket. */
enum Probe {
    /** Somebody listens, be it that it is too busy to accept. */
    ALIVE,
    /** The process that listened is gone. */
    STALE;

    /** Looks without waiting, for a server that hangs may not hold up the one that looks. */
    static Probe at(Path path) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false);
            channel.connect(SocketPath.address(path));
            return ALIVE;
        } catch (ConnectException refused) {
            return STALE;
        } catch (SocketException queueIsFull) {
            // Java has no word for it; whatever else it may be, it is no proof that nobody listens.
            return Stat.of(path).isPresent() ? ALIVE : STALE;
        }
    }
}
