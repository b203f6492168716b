package dev.millrace.rpc.socket;

import java.util.Optional;

/**
 * Who may connect to a socket.
 *
 * @param group the name of a group whose members may connect too; the folder then is 0710 and the socket 0660, and both
 *     belong to that group. Empty: only the user that the server runs as, and root.
 */
public record SocketAccess(Optional<String> group) {
    private static final SocketAccess OWNER = new SocketAccess(Optional.empty());

    /** Only the user that the server runs as, and root: the folder is 0700, the socket 0600. */
    public static SocketAccess owner() {
        return OWNER;
    }

    /** The members of a group too. */
    public static SocketAccess group(String name) {
        return new SocketAccess(Optional.of(name));
    }
}
