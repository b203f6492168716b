package dev.millrace.rpc.socket;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/** What the system takes as the path of a socket. */
public interface SocketPath {

    /** The most bytes of a path that Java takes: the system's field, less two. */
    int LONGEST = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux") ? 106 : 102;

    /**
     * A path as an address.
     *
     * @throws SocketRefusedException when the system could not take it
     */
    static UnixDomainSocketAddress address(Path path) throws SocketRefusedException {
        requireShort(path);
        return UnixDomainSocketAddress.of(path);
    }

    /** True when there is a socket, and not a link or anything else. */
    static boolean isSocket(Path path) throws IOException {
        return Stat.of(path).filter(Stat::isSocket).isPresent();
    }

    /** Says so when a path is too long. */
    static void requireShort(Path path) throws SocketRefusedException {
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length <= LONGEST) return;
        throw new SocketRefusedException(
                path,
                "has " + length + " bytes, and a socket's path may have " + LONGEST
                        + "; name a shorter one, for example below $XDG_RUNTIME_DIR, or use a shorter share");
    }
}
