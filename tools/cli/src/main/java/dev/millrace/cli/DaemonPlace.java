package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.control.ControlOptions;
import dev.millrace.rpc.client.CallOptions;
import dev.millrace.rpc.client.DaemonClient;
import dev.millrace.rpc.client.DaemonClientOptions;
import dev.millrace.rpc.client.DaemonException;
import dev.millrace.storage.Disk;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where the daemon of a share is to be found. Who answers there need not be it: it may have ended, and the daemon of
 * another share may listen at the same path by now.
 *
 * @param folder the daemon's folder in the share
 * @param socket where it listens
 * @param stamp what it wrote of itself; empty when there is nothing, or nothing that may be read here
 */
record DaemonPlace(Path folder, Path socket, Optional<DaemonStamp> stamp) {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Where it says that it listens, or else the usual place. */
    static DaemonPlace in(Path folder) throws IOException {
        Optional<DaemonStamp> stamp = stampIn(folder);
        return new DaemonPlace(
                folder, stamp.map(DaemonStamp::socket).orElse(folder.resolve(ControlOptions.SOCKET)), stamp);
    }

    /** Members of a group may connect, and may not look into the daemon's folder. */
    private static Optional<DaemonStamp> stampIn(Path folder) throws IOException {
        try {
            return DaemonStamp.read(Disk.local(), folder);
        } catch (AccessDeniedException ofAnotherUser) {
            return Optional.empty();
        }
    }

    /**
     * The number of whoever has the lock, going by what was read beside it. That may still be the number of a daemon that was
     * killed, as its successor writes its own a moment after it has the lock: then nothing is known.
     */
    OptionalLong successor(OptionalLong told) {
        boolean killed = stamp.isPresent()
                && told.equals(OptionalLong.of(stamp.get().process().pid()))
                && !stamp.get().isOf(told.getAsLong());
        return killed ? OptionalLong.empty() : told;
    }

    DaemonPlace at(Path otherSocket) {
        return new DaemonPlace(folder, otherSocket, stamp);
    }

    /** With the longest message that it takes. */
    DaemonClientOptions options() {
        DaemonClientOptions usual = DaemonClientOptions.at(socket);
        return stamp.isPresent() ? usual.withMessageBytes(stamp.get().messageBytes()) : usual;
    }

    /** True when the daemon of this share answers. */
    boolean answers(DaemonClient client) {
        Optional<JsonNode> health = client.probe();
        if (health.isEmpty()) return false;
        if (stamp.isPresent()) return stamp.get().isOf(health.get().path("pid").asLong());
        return folder.equals(socket.getParent()) || isOfThisShare(client);
    }

    /** Somebody named a socket, and nothing here says whose it is. */
    private boolean isOfThisShare(DaemonClient client) {
        CallOptions soon = CallOptions.defaults().withRepeatable().withDeadline(PATIENCE);
        try {
            Path its = Path.of(
                    client.call("daemon.config", Map.of(), soon).path("share").asText(""));
            return its.toRealPath().equals(Disk.parentOf(folder).toRealPath());
        } catch (DaemonException | IOException unknown) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
