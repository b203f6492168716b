package dev.millrace.rpc.server;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * Looks who is at the other end, as the kernel says: a second lock behind the permissions of the file, which somebody may
 * have opened wider. With a group, the permissions alone decide: the kernel tells a peer's first group only, not whether
 * it is a member.
 */
interface PeerCheck {
    Verdict check(SocketChannel channel) throws IOException;

    record Verdict(String user, boolean isAllowed) {}

    /** The user of the server, and root, who could become that user anyway. */
    static PeerCheck only(UserPrincipal owner) {
        return channel -> judged(peerOf(channel), owner);
    }

    static Verdict judged(UserPrincipal peer, UserPrincipal owner) {
        return new Verdict(peer.getName(), peer.equals(owner) || peer.getName().equals("root"));
    }

    /** Whoever could connect. */
    static PeerCheck anybody() {
        return channel -> new Verdict(peerOf(channel).getName(), true);
    }

    private static UserPrincipal peerOf(SocketChannel channel) throws IOException {
        UnixDomainPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
        return peer.user();
    }
}
